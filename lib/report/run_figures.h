#pragma once

#include "lib/report/comparison.h"

namespace actlab {

/// One of these metrics, which a run with status ok has on validation or test data. Throws a usage error with
/// the nearest name when there is none of that name.
double metric_of(const MetricValues& values, const std::string& metric);

/// Mean, smallest and largest of the finite values.
Spread spread_of(const std::vector<double>& values);

/// Speed, gradients, dead and saturated units and best epoch of a row: medians over `runs`. Its epochs with
/// `metric` on validation data.
void fill_figures(ComparisonRow& row, const std::vector<const RunRecord*>& runs, const std::string& metric);

}  // namespace actlab
