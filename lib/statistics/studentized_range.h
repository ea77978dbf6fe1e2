#pragma once

#include <limits>

namespace actlab {

constexpr double infinite_degrees = std::numeric_limits<double>::infinity();

/// Distribution function of the studentised range: chance that the largest less the smallest of `groups`
/// standard normal values, divided by an independent estimate of their spread with `degrees` degrees of
/// freedom, is at most q (Newman 1939, Tukey 1953). By quadrature, absolute error below 1e-9. groups ≥ 2 and
/// degrees ≥ 1, infinite_degrees included, else std::invalid_argument.
double studentized_range_cdf(double q, int groups, double degrees = infinite_degrees);

/// The q whose distribution function is `probability` in (0, 1); relative error below 1e-7 up to 0.999.
double studentized_range_quantile(double probability, int groups, double degrees = infinite_degrees);

}  // namespace actlab
