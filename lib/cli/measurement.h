#pragma once

#include <string>
#include <vector>

#include "lib/metrics/classification.h"

namespace actlab {

/// Prints metrics on standard output: a line each (`table`, `csv`) or one object (`json`).
void print_metrics(const MetricValues& values, const std::string& format);

/// The same, and where outputs name classes, which were taken for which: below a table, rows being the
/// targets (of more than 12 classes only the pairs that are confused most), and examples, precision, recall
/// and F1 of each class (up to 100 classes; no figure where nothing was to be found, or nothing was). Whole
/// in json, not in csv.
void print_measurement(const Metrics& metrics, const std::vector<std::string>& class_names,
                       const std::string& format);

}  // namespace actlab
