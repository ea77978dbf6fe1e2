#include "lib/statistics/verdict.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <stdexcept>

#include "lib/core/constants.h"
#include "lib/statistics/moments.h"
#include "lib/statistics/normal.h"
#include "lib/statistics/quadrature.h"
#include "lib/statistics/t_test.h"

namespace actlab {
namespace {

constexpr long fewest_seeds = 3;  // with two, everything hangs on the one number that is their distance

void check(const VerdictRule& rule) {
  for (const double size : {rule.threshold, rule.resolution}) {
    if (!(size > 0 && std::isfinite(size)))
      throw std::invalid_argument(
          "the threshold and the resolution of a verdict are greater than 0 and finite");
  }
  require_fraction(rule.alpha, "the level of a verdict");
}

/// Two metrics known to a step r carry a rounding error of variance r²/12 each: their difference is never
/// known better than that, however equal the values on a small test set happen to be.
double rounding_spread(const VerdictRule& rule) { return rule.resolution / std::sqrt(6.0); }

/// Two-sided p-value of losing so many of all seeds. If method and baseline diverge at the same rate q, a
/// seed is lost with probability q (1 − q), at most 1/4 whatever q is, and more rarely where they tend to
/// diverge together.
double divergence_p_value(long lost, long all) {
  const boost::math::binomial at_most(static_cast<double>(all), 0.25);
  return std::min(1.0, 2 * boost::math::cdf(boost::math::complement(at_most, static_cast<double>(lost - 1))));
}

struct Evidence {
  double mean;  // of the differences
  double p_difference;
  double p_equivalence;
};

/// Seeds lost to divergence, none won. `loss` is the mean difference turned so that it agrees with the losses
/// when it is positive. With pairs enough for a t test as well, the better of the two tests counts, corrected
/// for being that.
double p_value_with_losses(const Moments& sample, double loss, long lost, long all, const VerdictRule& rule) {
  const double divergence = divergence_p_value(lost, all);
  if (sample.count < fewest_seeds) return divergence;
  return std::min(1.0, 2 * std::min(divergence, loss >= rule.threshold ? t_test(sample) : 1.0));
}

/// A test that the outcome of the runs prevents counts with p = 1 and not as one that was not made: else
/// divergence would make the correction of the others milder.
Evidence weigh(const PairedRuns& runs, const VerdictRule& rule) {
  require_finite(runs.differences, "a paired difference");
  if (runs.lost < 0 || runs.won < 0 || runs.neither < 0)
    throw std::invalid_argument("a number of seeds is not negative");
  auto sample = moments(runs.differences);
  sample.spread = std::max(sample.spread, rounding_spread(rule));
  if (runs.seeds() < fewest_seeds) return {sample.mean, nan, nan};
  if (runs.lost > 0 && runs.won > 0) return {sample.mean, 1, 1};
  if (runs.lost > 0)
    return {sample.mean, p_value_with_losses(sample, -sample.mean, runs.lost, runs.seeds(), rule), 1};
  if (runs.won > 0)
    return {sample.mean, p_value_with_losses(sample, sample.mean, runs.won, runs.seeds(), rule), 1};
  if (sample.count < fewest_seeds) return {sample.mean, 1, 1};
  return {sample.mean, t_test(sample), equivalence_test(sample, rule.threshold)};
}

Verdict decide(const PairedRuns& runs, double mean, const Judgement& corrected, const VerdictRule& rule) {
  const bool differs = corrected.p_difference < rule.alpha;
  if (differs && (runs.won > 0 || (runs.lost == 0 && mean >= rule.threshold))) return Verdict::better;
  if (differs && (runs.lost > 0 || mean <= -rule.threshold)) return Verdict::worse;
  if (corrected.p_equivalence < rule.alpha) return Verdict::no_practical_difference;
  return Verdict::not_enough_runs;
}

/// Holm's correction over the table, then the verdicts. `last` are the runs that the verdicts speak of.
std::vector<Judgement> conclude(const std::vector<Evidence>& evidence,
                                const std::vector<const PairedRuns*>& last, const VerdictRule& rule) {
  std::vector<double> difference, equivalence;
  for (const auto& one : evidence) {
    difference.push_back(one.p_difference);
    equivalence.push_back(one.p_equivalence);
  }
  difference = holm(difference);
  equivalence = holm(equivalence);
  std::vector<Judgement> result(evidence.size());
  for (size_t i = 0; i < result.size(); ++i) {
    result[i].p_difference = difference[i];
    result[i].p_equivalence = equivalence[i];
    result[i].verdict = decide(*last[i], evidence[i].mean, result[i], rule);
  }
  return result;
}

/// Which way a look points: 1 to better, -1 to worse, 0 nowhere.
int direction(const PairedRuns& runs, double mean) {
  if (runs.won > 0 || runs.lost > 0) return (runs.won > 0) - (runs.lost > 0);
  return (mean > 0) - (mean < 0);
}

/// All looks at one comparison as one piece of evidence.
Evidence weigh_looks(const std::vector<PairedRuns>& looks, const VerdictRule& rule) {
  if (looks.empty()) return {nan, 1, 1};
  const auto& last = looks.back();
  Evidence all{weigh(last, rule).mean, 1, 1};
  const bool may_be_equal = last.lost + last.won == 0 && std::abs(all.mean) < rule.threshold;
  for (size_t k = 0; k < looks.size(); ++k) {
    const auto look = weigh(looks[k], rule);
    const double share = share_of_look(static_cast<long>(k) + 1);
    if (direction(looks[k], look.mean) == direction(last, all.mean))
      all.p_difference = std::min(all.p_difference, look.p_difference / share);
    if (may_be_equal) all.p_equivalence = std::min(all.p_equivalence, look.p_equivalence / share);
  }
  return all;
}

void check_look(long look) {
  if (look < 1) throw std::invalid_argument("looks are counted from 1");
}

}  // namespace

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::better:
      return "better";
    case Verdict::worse:
      return "worse";
    case Verdict::no_practical_difference:
      return "no practical difference";
    case Verdict::not_enough_runs:
      return "not enough runs";
  }
  throw std::invalid_argument("not a verdict");
}

std::vector<Judgement> judge(const std::vector<PairedRuns>& comparisons, const VerdictRule& rule) {
  check(rule);
  std::vector<Evidence> evidence;
  std::vector<const PairedRuns*> all;
  for (const auto& runs : comparisons) {
    evidence.push_back(weigh(runs, rule));
    all.push_back(&runs);
  }
  return conclude(evidence, all, rule);
}

long seeds_at_look(long look) {
  check_look(look);
  long seeds = 4;
  for (long k = 1; k < look; ++k) seeds += seeds / 2;
  return seeds;
}

double share_of_look(long look) {
  check_look(look);
  return 3.0 / static_cast<double>((look + 2) * (look + 3));
}

std::vector<Judgement> judge_looks(const std::vector<std::vector<PairedRuns>>& comparisons,
                                   const VerdictRule& rule) {
  check(rule);
  static const PairedRuns nothing;
  std::vector<Evidence> evidence;
  std::vector<const PairedRuns*> last;
  for (const auto& looks : comparisons) {
    evidence.push_back(weigh_looks(looks, rule));
    last.push_back(looks.empty() ? &nothing : &looks.back());
  }
  return conclude(evidence, last, rule);
}

double verdict_probability(double mean, double spread, long pairs, const VerdictRule& rule,
                           long comparisons) {
  check(rule);
  if (!std::isfinite(mean) || !std::isfinite(spread) || spread < 0 || pairs < fewest_seeds || comparisons < 1)
    throw std::invalid_argument(
        "a verdict is planned for a finite mean and spread, three pairs and one comparison or more");
  const double level = rule.alpha / static_cast<double>(comparisons),
               root = std::sqrt(static_cast<double>(pairs));
  const double difference_t = t_quantile(level / 2, pairs), equivalence_t = t_quantile(level, pairs);
  const double truth = std::max(spread, rounding_spread(rule));
  const auto chance_below = [&](double bound) { return normal_cdf((bound - mean) / truth * root); };
  return mean_over_spread(static_cast<double>(pairs - 1), [&](double ratio) {
    const double error = std::max(ratio * truth, rounding_spread(rule)) / root;
    const double far = std::max(rule.threshold, difference_t * error);
    const double near = rule.threshold - equivalence_t * error;
    const double differs = chance_below(-far) + (1 - chance_below(far));
    return near > 0 ? differs + (chance_below(near) - chance_below(-near)) : differs;
  });
}

std::optional<long> pairs_needed(const std::vector<double>& differences, const VerdictRule& rule,
                                 long comparisons, long limit) {
  require_finite(differences, "a paired difference");
  const auto sample = moments(differences);
  if (sample.count < 2) return std::nullopt;
  constexpr double wanted = 0.8;
  struct Plan {
    long pairs;
    double chance;
  };
  const auto plan = [&](long pairs) {
    return Plan{pairs, verdict_probability(sample.mean, sample.spread, pairs, rule, comparisons)};
  };
  Plan few{std::max(sample.count, fewest_seeds - 1), 0};
  if (few.pairs >= limit) return std::nullopt;
  Plan many = plan(few.pairs + 1);
  while (many.chance < wanted) {
    if (many.pairs == limit) return std::nullopt;
    few = many;
    many = plan(std::min(limit, 2 * many.pairs));
  }
  while (many.pairs - few.pairs > 1) {  // looked for where a straight line would have it: a look is dear
    const double share = (wanted - few.chance) / (many.chance - few.chance);
    const auto place =
        std::lround(static_cast<double>(few.pairs) + share * static_cast<double>(many.pairs - few.pairs));
    const auto between = plan(std::clamp(place, few.pairs + 1, many.pairs - 1));
    (between.chance < wanted ? few : many) = between;
  }
  return many.pairs;
}

}  // namespace actlab
