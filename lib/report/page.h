#pragma once

#include <string>
#include <vector>

#include "lib/report/comparison.h"

namespace actlab {

/// One question of a results page with the command that answers it.
struct PageSection {
  std::string title;
  std::string command;  // exact, as typed
  std::vector<Comparison> comparisons;
};

/// A Markdown page from records alone: environment, number of runs and training time, then for each section
/// its command, tables and gradient details, and a legend at the end. The same records give the same page.
/// `preface`: Markdown that goes below the title, e.g. what others published; no figures of ours.
std::string results_page(const std::string& title, const std::vector<PageSection>& sections,
                         const std::string& preface = "");

}  // namespace actlab
