#pragma once

#include <string>
#include <vector>

#include "lib/report/comparison.h"
#include "lib/report/layout.h"

namespace actlab {

/// better, worse, same, more or baseline.
std::string verdict_class(const ComparisonRow& row);

/// The tables of a comparison whose columns need a legend: verdicts, details, and how soon it learns.
std::vector<Layout> layouts_of(const Comparison& comparison);

/// What a page says of one comparison, below its heading. `looks`: the activations in the order of the looks
/// of their curves.
std::string comparison_content(const Comparison& comparison, const std::vector<std::string>& looks);

}  // namespace actlab
