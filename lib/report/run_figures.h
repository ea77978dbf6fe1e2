#pragma once

#include "lib/report/comparison.h"

namespace actlab {

/// A test metric of a run with status ok. Throws a usage error with the nearest name when it has no such
/// metric.
double test_metric(const RunRecord& run, const std::string& metric);

/// Speed, gradients, dead and saturated units and best epoch of a row: medians over `runs`.
void fill_figures(ComparisonRow& row, const std::vector<const RunRecord*>& runs);

}  // namespace actlab
