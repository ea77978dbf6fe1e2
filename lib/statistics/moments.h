#pragma once

#include <vector>

namespace actlab {

/// All that a t test needs of a sample.
struct Moments {
  double mean = 0;    // NaN of an empty sample
  double spread = 0;  // standard deviation from the unbiased variance; NaN below two values
  long count = 0;
  double standard_error() const;
};

Moments moments(const std::vector<double>& values);

/// values[i] − baseline[i]; std::invalid_argument when they differ in number.
std::vector<double> differences(const std::vector<double>& values, const std::vector<double>& baseline);

/// Mean of the middle half: a quarter of the values, rounded down, is left out at either end (Agarwal et al.
/// 2021, "Deep reinforcement learning at the edge of the statistical precipice"). Below four values it is the
/// mean. NaN of nothing; std::invalid_argument when a value is not finite.
double interquartile_mean(std::vector<double> values);

/// The middle value, or the mean of the two in the middle. NaNs are left out; NaN when nothing is left.
double median(std::vector<double> values);

/// std::invalid_argument, naming `what`, when a value is NaN or infinite.
void require_finite(const std::vector<double>& values, const char* what);

/// std::invalid_argument, naming `what`, unless 0 < value < 1.
void require_fraction(double value, const char* what);

}  // namespace actlab
