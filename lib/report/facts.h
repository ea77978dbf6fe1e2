#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lib/report/comparison.h"

namespace actlab {

/// How the figures of a metric are written in one table.
struct MetricScale {
  double factor;  // 100 for percent
  int decimals;

  std::string text(double value, bool sign = false) const;
};

/// Two digits of the typical interval are worth reading, more are noise.
MetricScale metric_scale(const Comparison& comparison);

/// What was held equal and what chance alone does: name and text, as they stand above a table.
std::vector<std::pair<std::string, std::string>> facts(const Comparison& comparison,
                                                       const MetricScale& scale);

}  // namespace actlab
