#include "lib/statistics/t_test.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <stdexcept>

#include "lib/core/constants.h"

namespace actlab {
namespace {

/// In double precision throughout: long double would take three times as long for digits that nobody needs.
using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
using Student = boost::math::students_t_distribution<double, Policy>;

Student student(long count) { return Student(static_cast<double>(count - 1)); }

/// Chance of a t of this size or larger.
double upper_tail(double t, long count) {
  return boost::math::cdf(boost::math::complement(student(count), t));
}

}  // namespace

double t_quantile(double upper, long count) {
  return boost::math::quantile(boost::math::complement(student(count), upper));
}

double t_test(const Moments& sample) {
  const double error = sample.standard_error();
  if (std::isnan(error)) return nan;
  if (error == 0) return sample.mean == 0 ? 1 : 0;
  return 2 * upper_tail(std::abs(sample.mean) / error, sample.count);
}

double equivalence_test(const Moments& sample, double threshold) {
  if (!(threshold >= 0 && std::isfinite(threshold)))
    throw std::invalid_argument("a threshold of equivalence is finite and not negative");
  const double error = sample.standard_error(), room = threshold - std::abs(sample.mean);
  if (std::isnan(error)) return nan;
  if (error == 0) return room > 0 ? 0 : 1;
  return upper_tail(room / error, sample.count);  // the side that the mean is nearer to decides
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

}  // namespace actlab
