#include "lib/statistics/studentized_range.h"

#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <stdexcept>

#include "lib/statistics/moments.h"
#include "lib/statistics/normal.h"
#include "lib/statistics/quadrature.h"

namespace actlab {
namespace {

/// Chance that the range of that many standard normal values is at most q: the smallest lies at z, the others
/// between z and z + q.
double range_cdf(double q, int groups) {
  if (q <= 0) return 0;
  const double density_factor = groups / std::sqrt(2 * std::acos(-1.0));
  const auto density = [&](double z) {
    return density_factor * std::exp(-z * z / 2) * std::pow(normal_cdf(z + q) - normal_cdf(z), groups - 1);
  };
  constexpr double reach = 8.5;  // beyond, the normal density is below 1e-16
  return integrate(density, -reach, reach, 5);
}

}  // namespace

double studentized_range_cdf(double q, int groups, double degrees) {
  if (groups < 2) throw std::invalid_argument("a range is one of two groups or more");
  if (!(degrees >= 1)) throw std::invalid_argument("a studentised range needs one degree of freedom or more");
  if (std::isnan(q)) throw std::invalid_argument("a studentised range is a number");
  if (q <= 0) return 0;
  if (std::isinf(degrees)) return range_cdf(q, groups);
  return mean_over_spread(degrees, [&](double spread) { return range_cdf(q * spread, groups); });
}

double studentized_range_quantile(double probability, int groups, double degrees) {
  require_fraction(probability, "the probability of a quantile");
  const auto excess = [&](double q) { return studentized_range_cdf(q, groups, degrees) - probability; };
  double high = 4;
  while (excess(high) < 0) high *= 2;
  std::uintmax_t steps = 60;
  const auto [low, up] = boost::math::tools::toms748_solve(
      excess, high > 4 ? high / 2 : 0.0, high, boost::math::tools::eps_tolerance<double>(40), steps);
  return (low + up) / 2;
}

}  // namespace actlab
