#include "lib/statistics/intervals.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace actlab {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Standard error of the mean from the unbiased variance; two values or more.
double standard_error(const std::vector<double>& values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto count = static_cast<double>(values.size());
  return std::sqrt(squares / (count - 1) / count);
}

boost::math::students_t distribution(size_t count) {
  return boost::math::students_t(static_cast<double>(count - 1));
}

std::vector<double> differences(const std::vector<double>& values, const std::vector<double>& baseline) {
  if (values.size() != baseline.size()) throw std::invalid_argument("paired values differ in number");
  std::vector<double> result(values.size());
  std::transform(values.begin(), values.end(), baseline.begin(), result.begin(), std::minus<>());
  return result;
}

}  // namespace

Interval t_interval(const std::vector<double>& values, double level) {
  if (!(level > 0 && level < 1)) throw std::invalid_argument("the level of an interval lies between 0 and 1");
  Interval result{nan, nan, nan, static_cast<long>(values.size())};
  if (values.empty()) return result;
  result.mean = mean_of(values);
  if (values.size() < 2) return result;
  const double quantile = boost::math::quantile(distribution(values.size()), (1 + level) / 2);
  const double half = quantile * standard_error(values, result.mean);
  result.low = result.mean - half;
  result.high = result.mean + half;
  return result;
}

Interval paired_interval(const std::vector<double>& values, const std::vector<double>& baseline,
                         double level) {
  return t_interval(differences(values, baseline), level);
}

double paired_t_test(const std::vector<double>& values, const std::vector<double>& baseline) {
  const auto difference = differences(values, baseline);
  if (difference.size() < 2) return nan;
  const double mean = mean_of(difference), error = standard_error(difference, mean);
  if (std::isnan(error)) return nan;
  if (error == 0) return mean == 0 ? 1 : 0;
  return 2 *
         boost::math::cdf(boost::math::complement(distribution(difference.size()), std::abs(mean / error)));
}

std::vector<double> holm(const std::vector<double>& p_values) {
  std::vector<size_t> order;
  for (size_t i = 0; i < p_values.size(); ++i) {
    if (!std::isnan(p_values[i])) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size(), nan);
  double largest = 0;  // a smaller p-value never ends up with a larger adjusted one
  for (size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, static_cast<double>(order.size() - rank) * p_values[order[rank]]);
    adjusted[order[rank]] = std::min(1.0, largest);
  }
  return adjusted;
}

double median(std::vector<double> values) {
  values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }),
               values.end());
  if (values.empty()) return nan;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace actlab
