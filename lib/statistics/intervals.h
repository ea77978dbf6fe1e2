#pragma once

#include <vector>

namespace actlab {

/// A mean with its two-sided interval. Of no value everything is NaN, of one value low and high are.
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

/// Two-sided p-value of the paired t test; NaN below two pairs, 1 when all differences are 0, 0 when they are
/// all the same other number.
double paired_t_test(const std::vector<double>& values, const std::vector<double>& baseline);

/// p-values adjusted for the number of tests so that the chance of even one false alarm stays below the level
/// (Holm 1979), in the order given. NaN stands for a test that was not made: it stays NaN and is not counted.
std::vector<double> holm(const std::vector<double>& p_values);

/// The middle value, or the mean of the two in the middle. NaNs are left out; NaN when nothing is left.
double median(std::vector<double> values);

}  // namespace actlab
