#include "lib/statistics/effect_size.h"

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "lib/statistics/bootstrap.h"

namespace actlab {

double cohens_dz(const Moments& differences) { return differences.mean / differences.spread; }

double hedges_correction(long degrees) {
  if (degrees < 1) throw std::invalid_argument("an effect size needs one degree of freedom or more");
  if (degrees == 1) return 0;
  const double half = static_cast<double>(degrees) / 2;
  return 1 / (std::sqrt(half) * boost::math::tgamma_delta_ratio(half - 0.5, 0.5));
}

double cliffs_delta(const std::vector<double>& method, const std::vector<double>& baseline) {
  if (method.empty() || baseline.empty()) return std::numeric_limits<double>::quiet_NaN();
  return 2 * probability_of_improvement({method}, {baseline}) - 1;
}

}  // namespace actlab
