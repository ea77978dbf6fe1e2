#include "lib/report/simplify.h"

#include <cmath>
#include <utility>

namespace actlab {
namespace {

/// From `point` to the straight line between `a` and `b`.
double distance(Place point, Place a, Place b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = std::hypot(dx, dy);
  if (length == 0) return std::hypot(point.x - a.x, point.y - a.y);
  return std::abs(dy * (point.x - a.x) - dx * (point.y - a.y)) / length;
}

}  // namespace

std::vector<Place> simplified(const std::vector<Place>& places, double tolerance) {
  if (places.size() < 3) return places;
  std::vector<bool> kept(places.size());
  kept.front() = kept.back() = true;
  std::vector<std::pair<size_t, size_t>> open = {{0, places.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    size_t farthest = first;
    double largest = tolerance;
    for (size_t i = first + 1; i < last; ++i) {
      const double away = distance(places[i], places[first], places[last]);
      if (away > largest) largest = away, farthest = i;
    }
    if (farthest == first) continue;
    kept[farthest] = true;
    open.insert(open.end(), {{first, farthest}, {farthest, last}});
  }
  std::vector<Place> result;
  for (size_t i = 0; i < places.size(); ++i) {
    if (kept[i]) result.push_back(places[i]);
  }
  return result;
}

}  // namespace actlab
