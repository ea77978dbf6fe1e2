#pragma once

#include <cmath>

namespace actlab {

/// The distribution function of the standard normal.
inline double normal_cdf(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

}  // namespace actlab
