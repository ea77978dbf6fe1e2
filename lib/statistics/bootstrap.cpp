#include "lib/statistics/bootstrap.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <random>
#include <stdexcept>

#include "lib/core/constants.h"

namespace actlab {
namespace {

/// Draws `values.size()` of the values with replacement. Not by std::uniform_int_distribution, whose numbers
/// differ between standard libraries; the bias of this way is below size / 2³².
void resample(const std::vector<double>& values, std::mt19937_64& random, std::vector<double>& drawn) {
  drawn.resize(values.size());
  for (double& value : drawn) value = values[((random() >> 32) * values.size()) >> 32];
}

/// Quantile of sorted values, interpolated between the two nearest (the usual definition 7 of Hyndman & Fan
/// 1996).
double sorted_quantile(const std::vector<double>& sorted, double fraction) {
  const double place = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// Share of the replicates below the estimate, those equal to it counted half; kept off 0 and 1, where the
/// bias correction would be infinite.
double share_below(const std::vector<double>& sorted, double estimate) {
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), estimate);
  const auto total = static_cast<double>(sorted.size());
  const double share = static_cast<double>((first - sorted.begin()) + (last - sorted.begin())) / (2 * total);
  return std::clamp(share, 0.5 / total, 1 - 0.5 / total);
}

/// Efron's acceleration: a sixth of the skewness of the estimates with one value left out (the jackknife).
double acceleration(const std::vector<double>& values, const Statistic& statistic) {
  std::vector<double> estimates;
  for (size_t out = 0; out < values.size(); ++out) {
    auto rest = values;
    rest.erase(rest.begin() + static_cast<long>(out));
    estimates.push_back(statistic(rest));
  }
  const double centre = moments(estimates).mean;
  double squares = 0, cubes = 0;
  for (const double estimate : estimates) {
    const double deviation = centre - estimate;
    squares += deviation * deviation;
    cubes += deviation * deviation * deviation;
  }
  return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

void check(const Resampling& resampling) {
  require_fraction(resampling.level, "the level of an interval");
  if (resampling.resamples < 100) throw std::invalid_argument("a bootstrap needs 100 resamples or more");
}

void check(const Runs& method, const Runs& baseline) {
  if (method.size() != baseline.size()) throw std::invalid_argument("two methods differ in their tasks");
  for (const auto* runs : {&method, &baseline}) {
    for (const auto& values : *runs) {
      if (values.empty()) throw std::invalid_argument("a task has no runs");
      require_finite(values, "a run");
    }
  }
}

/// Share of the pairs in which the method wins; two binary searches a value rather than all pairs.
double share_of_wins(const std::vector<double>& method, std::vector<double> baseline) {
  std::sort(baseline.begin(), baseline.end());
  double wins = 0;
  for (const double value : method) {
    const auto [first, last] = std::equal_range(baseline.begin(), baseline.end(), value);
    wins += static_cast<double>((first - baseline.begin()) + (last - baseline.begin())) / 2;
  }
  return wins / static_cast<double>(method.size()) / static_cast<double>(baseline.size());
}

}  // namespace

Interval bootstrap_interval(const std::vector<double>& values, const Statistic& statistic,
                            const Resampling& resampling) {
  check(resampling);
  require_finite(values, "a value of a bootstrap");
  const auto count = static_cast<long>(values.size());
  if (values.empty()) return {nan, nan, nan, 0};
  const double estimate = statistic(values);
  if (count < 2) return {estimate, nan, nan, count};
  const auto [smallest, largest] = std::minmax_element(values.begin(), values.end());
  if (*smallest == *largest) return {estimate, estimate, estimate, count};

  std::mt19937_64 random(resampling.seed);
  std::vector<double> replicates(static_cast<size_t>(resampling.resamples)), drawn;
  for (double& replicate : replicates) {
    resample(values, random, drawn);
    replicate = statistic(drawn);
  }
  std::sort(replicates.begin(), replicates.end());

  const boost::math::normal normal;
  const double bias = boost::math::quantile(normal, share_below(replicates, estimate));
  const double skew = acceleration(values, statistic);
  const auto bound = [&](double fraction) {
    const double z = bias + boost::math::quantile(normal, fraction);
    return sorted_quantile(replicates, boost::math::cdf(normal, bias + z / (1 - skew * z)));
  };
  return {estimate, bound((1 - resampling.level) / 2), bound((1 + resampling.level) / 2), count};
}

Interval bootstrap_interval(const std::vector<double>& values, const Resampling& resampling) {
  return bootstrap_interval(
      values, [](const std::vector<double>& sample) { return moments(sample).mean; }, resampling);
}

double probability_of_improvement(const Runs& method, const Runs& baseline) {
  check(method, baseline);
  double sum = 0;
  for (size_t task = 0; task < method.size(); ++task) sum += share_of_wins(method[task], baseline[task]);
  return sum / static_cast<double>(method.size());
}

Interval improvement_interval(const Runs& method, const Runs& baseline, const Resampling& resampling) {
  check(resampling);
  Interval result{probability_of_improvement(method, baseline), nan, nan, 0};
  bool enough = !method.empty();
  for (size_t task = 0; task < method.size(); ++task) {
    result.count += static_cast<long>(method[task].size());
    enough = enough && method[task].size() > 1 && baseline[task].size() > 1;
  }
  if (!enough) return result;
  std::mt19937_64 random(resampling.seed);
  std::vector<double> replicates(static_cast<size_t>(resampling.resamples)), own, other;
  for (double& replicate : replicates) {
    for (size_t task = 0; task < method.size(); ++task) {
      resample(method[task], random, own);
      resample(baseline[task], random, other);
      replicate += share_of_wins(own, other) / static_cast<double>(method.size());
    }
  }
  std::sort(replicates.begin(), replicates.end());
  result.low = sorted_quantile(replicates, (1 - resampling.level) / 2);
  result.high = sorted_quantile(replicates, (1 + resampling.level) / 2);
  return result;
}

}  // namespace actlab
