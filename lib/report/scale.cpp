#include "lib/report/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace actlab {
namespace {

/// The smallest of 1, 2 and 5 times a power of ten that is not below `value`.
double nice_step(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double digit : {1.0, 2.0, 5.0}) {
    if (digit * power >= value * (1 - 1e-9)) return digit * power;
  }
  return 10 * power;
}

/// With the minus sign that print uses.
std::string with_minus(std::string text) {
  const auto place = text.find('-');
  if (place == 0) text.replace(0, 1, "−");
  return text;
}

std::string power_of_ten(long exponent) {
  const char* digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string result = exponent < 0 ? "10⁻" : "10";
  for (const char digit : std::to_string(std::abs(exponent))) result += digits[digit - '0'];
  return result;
}

std::vector<double> all_of(const Chart& chart, bool horizontal) {
  std::vector<double> values;
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      if (horizontal) {
        values.push_back(point.x);
      } else {
        values.insert(values.end(), {point.y, point.low, point.high});
      }
    }
  }
  return values;
}

}  // namespace

Scale::Scale(const Axis& axis, const std::vector<double>& values, double margin)
    : logarithmic_(axis.logarithmic), whole_(axis.whole) {
  const double infinity = std::numeric_limits<double>::infinity();
  double low = infinity, high = -infinity;
  for (const double value : values) {
    const double size = transform(value);
    if (!std::isfinite(size)) continue;
    low = std::min(low, size);
    high = std::max(high, size);
  }
  if (low > high) low = 0, high = 1;
  if (high - low < 1e-9 * std::max(1.0, std::abs(high))) {
    const double room = logarithmic_ || high == 0 ? 0.5 : std::abs(high) / 2;
    low -= room, high += room;
  }
  low_ = axis.low ? transform(*axis.low) : low;
  high_ = axis.high ? transform(*axis.high) : high;
  const double room = margin * std::max(0.0, high_ - low_);
  if (!axis.low) low_ -= room;
  if (!axis.high) high_ += room;
  if (!(low_ < high_)) high_ = low_ + 1;
}

double Scale::transform(double value) const {
  if (!logarithmic_) return value;
  return value > 0 ? std::log10(value) : std::numeric_limits<double>::quiet_NaN();
}

double Scale::place(double value) const {
  const double place = (transform(value) - low_) / (high_ - low_);
  return std::isfinite(place) ? place : std::numeric_limits<double>::quiet_NaN();
}

std::vector<Tick> Scale::ticks(long count) const {
  return logarithmic_ ? decades(count) : linear_ticks(count);
}

std::vector<Tick> Scale::linear_ticks(long count) const {
  const double step =
      std::max(whole_ ? 1.0 : 0.0, nice_step((high_ - low_) / static_cast<double>(std::max(count, 1L))));
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  const bool plain = decimals <= 4 && std::max(std::abs(low_), std::abs(high_)) < 1e6;
  std::vector<Tick> ticks;
  for (double i = std::ceil(low_ / step - 1e-9); i * step <= high_ + 1e-9 * step; ++i) {
    const double value = i * step + 0.0;
    ticks.push_back(
        {value, with_minus(plain ? fmt::format("{:.{}f}", value, decimals) : fmt::format("{:.3g}", value))});
  }
  return ticks.size() < 2 && count < 64 ? linear_ticks(2 * count) : ticks;
}

/// Powers of ten, evenly thinned out; between less than two of them also their doubles and fivefolds.
std::vector<Tick> Scale::decades(long count) const {
  const auto first = static_cast<long>(std::ceil(low_ - 1e-9));
  const auto last = static_cast<long>(std::floor(high_ + 1e-9));
  std::vector<Tick> ticks;
  if (last - first < 1) {
    for (long power = first - 1; power <= last + 1; ++power) {
      for (const double digit : {1.0, 2.0, 5.0}) {
        const double value = digit * std::pow(10, static_cast<double>(power));
        const double size = std::log10(value);
        if (size >= low_ - 1e-9 && size <= high_ + 1e-9) ticks.push_back({value, fmt::format("{:g}", value)});
      }
    }
    return ticks;
  }
  const long step = std::max(1L, static_cast<long>(nice_step(static_cast<double>(last - first) /
                                                             static_cast<double>(std::max(count, 1L)))));
  for (long power = first; power <= last; ++power) {
    if (power % step == 0) ticks.push_back({std::pow(10, static_cast<double>(power)), power_of_ten(power)});
  }
  return ticks;
}

Scales::Scales(const Chart& chart)
    : x(chart.x, all_of(chart, true), chart.x.room),
      y(chart.y, all_of(chart, false), std::max(chart.y.room, 0.05)) {}

}  // namespace actlab
