#pragma once

#include <string>
#include <vector>

#include "lib/report/comparison.h"
#include "lib/report/words.h"

namespace actlab {

/// Where records of a page come from.
struct Origin {
  std::string directory;
  std::string command;  // exact, as typed; empty: nobody knows
};

/// A self-contained HTML page of comparisons of any tasks: for each its table with verdicts, learning curves,
/// cost, learning rates, gradient flow and units, all charts with their numbers; over all of them the
/// critical difference diagram where there are enough; environments, commands and a legend. It needs no
/// network, reads in light and dark, on a phone and on paper. The same comparisons give the same page.
/// `introduction`: what stands above all of it, in HTML (html_elements.h). All fixed words are in `language`
/// (words.h); what trainings and data say of themselves stays as it is.
std::string html_page(const std::string& title, const std::vector<Comparison>& comparisons,
                      const std::vector<Origin>& origins = {}, const std::string& introduction = "",
                      Language language = Language::english);

}  // namespace actlab
