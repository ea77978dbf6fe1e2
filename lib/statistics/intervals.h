#pragma once

#include <vector>

namespace actlab {

/// A mean with its two-sided interval; low and high are NaN below two values.
struct Interval {
  double mean = 0;
  double low = 0;
  double high = 0;
  long count = 0;
  double half_width() const { return (high - low) / 2; }
};

/// Mean and Student t interval. `level` in (0, 1).
Interval t_interval(const std::vector<double>& values, double level = 0.95);

/// The same for the paired differences values[i] − baseline[i] (equal lengths, else std::invalid_argument).
Interval paired_interval(const std::vector<double>& values, const std::vector<double>& baseline, double level = 0.95);

/// Two-sided p-value of the paired t test; NaN below two pairs, 1 when all differences are 0.
double paired_t_test(const std::vector<double>& values, const std::vector<double>& baseline);

double median(std::vector<double> values);

}  // namespace actlab
