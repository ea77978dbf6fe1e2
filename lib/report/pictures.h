#pragma once

#include <string>
#include <vector>

#include "lib/report/comparison.h"

namespace actlab {

/// A chart on its own, for a paper or a slide.
struct Picture {
  std::string name;  // says what it shows, of letters, digits and hyphens
  std::string svg;   // a document on a white card
};

/// Every chart of html_page() for these comparisons. An activation has the same colour in all of them, unless
/// there are more than can be told apart.
std::vector<Picture> pictures(const std::vector<Comparison>& comparisons);

/// Writes all of them as SVG and, in a build that can, as PNG; returns the names of the files. Throws a usage
/// error for a folder that cannot be written.
std::vector<std::string> save_pictures(const std::vector<Comparison>& comparisons, const std::string& folder);

}  // namespace actlab
