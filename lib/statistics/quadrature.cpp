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
  const boost::math::chi_squared chi_squared(degrees);
  constexpr double negligible = 1e-14;
  const auto log_spread = [&](double value) { return std::log(value / degrees) / 2; };
  // Over t = log s, because with few degrees of freedom s ranges over many orders of magnitude.
  const auto weighted = [&](double t) {
    const double spread = std::exp(t), value = degrees * spread * spread;
    return 2 * value * boost::math::pdf(chi_squared, value) * f(spread);
  };
  const double low = log_spread(boost::math::quantile(chi_squared, negligible));
  const double high = log_spread(boost::math::quantile(boost::math::complement(chi_squared, negligible)));
  return integrate(weighted, low, high, std::max(6, static_cast<int>(high - low)));
}

}  // namespace actlab
