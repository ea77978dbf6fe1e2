#include "lib/statistics/intervals.h"

#include "lib/core/constants.h"

namespace actlab {

Interval t_interval(const std::vector<double>& values, double level) {
  require_fraction(level, "the level of an interval");
  const auto sample = moments(values);
  if (sample.count < 2) return {sample.mean, nan, nan, sample.count};
  const double half = t_quantile((1 - level) / 2, sample.count) * sample.standard_error();
  return {sample.mean, sample.mean - half, sample.mean + half, sample.count};
}

Interval paired_interval(const std::vector<double>& values, const std::vector<double>& baseline,
                         double level) {
  return t_interval(differences(values, baseline), level);
}

double paired_t_test(const std::vector<double>& values, const std::vector<double>& baseline) {
  return t_test(moments(differences(values, baseline)));
}

}  // namespace actlab
