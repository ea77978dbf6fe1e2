#pragma once

#include <functional>

namespace actlab {

/// ∫ f from low to high by Gauss–Legendre with 30 points on each of `panels` equal parts.
double integrate(const std::function<double(double)>& f, double low, double high, int panels);

/// Mean of f(s) over s = √(χ²/degrees), the spread found in a sample in units of the true one. `degrees` > 0.
double mean_over_spread(double degrees, const std::function<double(double)>& f);

}  // namespace actlab
