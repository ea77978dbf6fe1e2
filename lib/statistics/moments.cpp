#include "lib/statistics/moments.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>

#include "lib/core/constants.h"

namespace actlab {
namespace {

double mean_of(std::vector<double>::const_iterator begin, std::vector<double>::const_iterator end) {
  return std::accumulate(begin, end, 0.0) / static_cast<double>(end - begin);
}

}  // namespace

double Moments::standard_error() const { return spread / std::sqrt(static_cast<double>(count)); }

Moments moments(const std::vector<double>& values) {
  Moments result{nan, nan, static_cast<long>(values.size())};
  if (values.empty()) return result;
  result.mean = mean_of(values.begin(), values.end());
  if (values.size() < 2) return result;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.spread = std::sqrt(squares / static_cast<double>(values.size() - 1));
  return result;
}

std::vector<double> differences(const std::vector<double>& values, const std::vector<double>& baseline) {
  if (values.size() != baseline.size()) throw std::invalid_argument("paired values differ in number");
  std::vector<double> result(values.size());
  std::transform(values.begin(), values.end(), baseline.begin(), result.begin(), std::minus<>());
  return result;
}

double interquartile_mean(std::vector<double> values) {
  require_finite(values, "a value of an interquartile mean");
  if (values.empty()) return nan;
  std::sort(values.begin(), values.end());
  const auto quarter = static_cast<long>(values.size() / 4);
  return mean_of(values.begin() + quarter, values.end() - quarter);
}

double median(std::vector<double> values) {
  values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }),
               values.end());
  if (values.empty()) return nan;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void require_finite(const std::vector<double>& values, const char* what) {
  if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
    throw std::invalid_argument(std::string(what) + " is not finite");
}

void require_fraction(double value, const char* what) {
  if (!(value > 0 && value < 1)) throw std::invalid_argument(std::string(what) + " lies between 0 and 1");
}

}  // namespace actlab
