#include "apps/activations/shape.h"

#include <algorithm>
#include <cmath>

#include "apps/activations/curve.h"
#include "lib/activations/gain.h"

namespace actlab {
namespace {

constexpr double reach = 10;  // the curve is searched from -reach to reach
constexpr long steps_per_unit = 64;

std::vector<double> grid(double low, double high, long count) {
  std::vector<double> points;
  for (long i = 0; i < count; ++i)
    points.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(count - 1));
  return points;
}

/// The place of the largest `height` between two places, by ever finer grids.
template <typename Height>
double peak(double low, double high, const Height& height) {
  constexpr long points = 17;
  while (high - low > 1e-10) {
    const auto x = grid(low, high, points);
    const auto heights = height(x);
    const auto best = std::max_element(heights.begin(), heights.end()) - heights.begin();
    const double step = (high - low) / (points - 1);
    low = x[static_cast<size_t>(best)] - step;
    high = low + 2 * step;
  }
  return (low + high) / 2;
}

std::vector<double> scaled(std::vector<double> values, double factor) {
  for (auto& value : values) value *= factor;
  return values;
}

std::vector<double> sizes(std::vector<double> values) {
  for (auto& value : values) value = std::abs(value);
  return values;
}

/// Whether y[i] stands above the next different values on both sides; a plateau of more than two points is no
/// isolated maximum.
bool is_peak(const std::vector<double>& y, size_t i) {
  const double tolerance = 1e-9 * std::max(1.0, std::abs(y[i]));
  if (i == 0 || y[i] - y[i - 1] <= tolerance) return false;
  const size_t next = i + 2 < y.size() && std::abs(y[i + 1] - y[i]) <= tolerance ? i + 2 : i + 1;
  return next < y.size() && y[i] - y[next] > tolerance;
}

void add_extremes(const ActivationChoice& choice, const Curve& curve, bool maxima, Shape& shape) {
  const double sign = maxima ? 1 : -1;
  const auto y = scaled(curve.value, sign);
  for (size_t i = 0; i + 1 < y.size(); ++i) {
    if (!is_peak(y, i)) continue;
    const double x = peak(curve.x[i - 1], curve.x[std::min(i + 2, y.size() - 1)], [&](const auto& places) {
      return scaled(curves(choice, places).front().value, sign);
    });
    shape.extremes.push_back({maxima, std::abs(x) < 1e-9 ? 0 : x, curves(choice, {x}).front().value.front()});
  }
}

void add_slopes(const ActivationChoice& choice, const Curve& curve, Shape& shape) {
  const auto size = sizes(curve.slope);
  shape.largest_slope = *std::max_element(size.begin(), size.end());
  std::vector<double> places;
  for (size_t i = 0; i < size.size(); ++i) {
    if (size[i] >= shape.largest_slope * (1 - 1e-9)) places.push_back(curve.x[i]);
  }
  if (places.size() > 2) return;
  for (const double place : places) {
    const double step = 1.0 / steps_per_unit;
    const double x = peak(place - step, place + step,
                          [&](const auto& around) { return sizes(curves(choice, around).front().slope); });
    shape.steepest.push_back(std::abs(x) < 1e-7 ? 0 : x);
    shape.largest_slope = std::max(shape.largest_slope, std::abs(curves(choice, {x}).front().slope.front()));
  }
}

/// By the midpoint rule.
void add_shares(const ActivationChoice& choice, Shape& shape) {
  constexpr double limit = 8;
  constexpr long count = 8192;
  const double step = 2 * limit / count;
  const auto curve = curves(choice, grid(-limit + step / 2, limit - step / 2, count)).front();
  for (size_t i = 0; i < curve.x.size(); ++i) {
    const double weight =
        step * std::exp(-curve.x[i] * curve.x[i] / 2) / std::sqrt(2 * 3.14159265358979323846);
    if (curve.value[i] == 0) shape.zero_share += weight;
    if (std::abs(curve.slope[i]) <= saturation_share * shape.largest_slope) shape.flat_share += weight;
  }
}

}  // namespace

Shape shape_of(const ActivationChoice& choice) {
  Shape shape{-reach, reach, {}, 0, {}, 0, 0};
  const auto curve =
      curves(choice, grid(-reach, reach, 2 * static_cast<long>(reach) * steps_per_unit + 1)).front();
  add_extremes(choice, curve, true, shape);
  add_extremes(choice, curve, false, shape);
  std::sort(shape.extremes.begin(), shape.extremes.end(),
            [](const Extreme& a, const Extreme& b) { return a.x < b.x; });
  add_slopes(choice, curve, shape);
  add_shares(choice, shape);
  return shape;
}

}  // namespace actlab
