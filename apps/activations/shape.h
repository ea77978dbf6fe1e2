#pragma once

#include <vector>

#include "lib/activations/catalogue.h"

namespace actlab {

struct Extreme {
  bool maximum;
  double x, value;
};

/// Facts about the curve of a function (of the first one, where curves() gives several).
struct Shape {
  double low, high;               // where these were looked for
  std::vector<Extreme> extremes;  // isolated local ones in between, from left to right
  double largest_slope;           // |f'(x)| there
  std::vector<double> steepest;   // its places, unless it is that steep on a whole interval
  double zero_share, flat_share;  // of a standard normal input: f(x) = 0; |f'(x)| ≤ 5 % of the largest slope
};

/// From a fine grid, extremes refined to the accuracy of float64.
Shape shape_of(const ActivationChoice& choice);

}  // namespace actlab
