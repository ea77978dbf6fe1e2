#pragma once

#include <vector>

#include "lib/statistics/moments.h"
#include "lib/statistics/t_test.h"

namespace actlab {

/// A mean (or another estimate) with its two-sided interval. Of no value everything is NaN, of one value low
/// and high are.
struct Interval {
  double mean = 0;
  double low = 0;
  double high = 0;
  long count = 0;
  double half_width() const { return (high - low) / 2; }
};

/// Mean and Student t interval (Student 1908). `level` in (0, 1), else std::invalid_argument.
Interval t_interval(const std::vector<double>& values, double level = 0.95);

/// The same for the paired differences values[i] − baseline[i] (equal lengths, else std::invalid_argument).
Interval paired_interval(const std::vector<double>& values, const std::vector<double>& baseline,
                         double level = 0.95);

/// t_test() of the paired differences.
double paired_t_test(const std::vector<double>& values, const std::vector<double>& baseline);

}  // namespace actlab
