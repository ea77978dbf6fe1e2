#include "lib/statistics/quadrature.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>

namespace actlab {

double integrate(const std::function<double(double)>& f, double low, double high, int panels) {
  const double width = (high - low) / panels;
  double sum = 0;
  for (int panel = 0; panel < panels; ++panel) {
    const double start = low + panel * width;
    sum += boost::math::quadrature::gauss<double, 30>::integrate(f, start, start + width);
  }
  return sum;
}

double mean_over_spread(double degrees, const std::function<double(double)>& f) {
  // In double precision, like t_test.cpp.
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  const boost::math::chi_squared_distribution<double, Policy> chi_squared(degrees);
  constexpr double negligible = 1e-14;
  const auto log_spread = [&](double value) { return std::log(value / degrees) / 2; };
  // Over t = log s, because with few degrees of freedom s ranges over many orders of magnitude. The density
  // of t is 2 x^a exp(-x) / Γ(a) at x = a s², with a = degrees / 2.
  const double half = degrees / 2, logarithm = std::log(half), scale = std::lgamma(half);
  const auto weighted = [&](double t) {
    const double spread = std::exp(t);
    return 2 * std::exp(half * (logarithm + 2 * t - spread * spread) - scale) * f(spread);
  };
  const double low = log_spread(boost::math::quantile(chi_squared, negligible));
  const double high = log_spread(boost::math::quantile(boost::math::complement(chi_squared, negligible)));
  return integrate(weighted, low, high, std::max(4, static_cast<int>(high - low)));
}

}  // namespace actlab
