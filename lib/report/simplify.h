#pragma once

#include <vector>

namespace actlab {

/// A place on a drawing.
struct Place {
  double x, y;
};

/// The line through `places` with fewer corners, none of the others farther than `tolerance` from it
/// (Douglas & Peucker 1973).
std::vector<Place> simplified(const std::vector<Place>& places, double tolerance);

}  // namespace actlab
