#include "lib/statistics/signed_rank.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "lib/statistics/moments.h"

namespace actlab {
namespace {

constexpr long largest_exact = 50;  // 2⁵⁰ and all counts below it are whole numbers in a double

/// Chance that a sum over random signs is at most `sum`. Ranks are doubled so that mid-ranks are whole.
double exact_tail(const std::vector<double>& ranks, double sum) {
  std::vector<double> ways(1, 1.0);  // ways[s]: choices of signs with doubled positive sum s
  for (const double rank : ranks) {
    const auto step = static_cast<size_t>(std::lround(2 * rank));
    ways.resize(ways.size() + step, 0.0);
    for (size_t s = ways.size(); s-- > step;) ways[s] += ways[s - step];
  }
  const auto last = std::min(ways.size(), static_cast<size_t>(std::lround(2 * sum)) + 1);
  const double count = std::accumulate(ways.begin(), ways.begin() + static_cast<long>(last), 0.0);
  return std::ldexp(count, -static_cast<int>(ranks.size()));
}

double normal_tail(const std::vector<double>& ranks, double sum) {
  double mean = 0, variance = 0;
  for (const double rank : ranks) {
    mean += rank / 2;
    variance += rank * rank / 4;
  }
  return boost::math::cdf(boost::math::normal(), (sum - mean) / std::sqrt(variance));
}

}  // namespace

std::vector<double> mid_ranks(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t first = 0, last = 0; first < order.size(); first = last) {
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    for (size_t i = first; i < last; ++i) ranks[order[i]] = static_cast<double>(first + last + 1) / 2;
  }
  return ranks;
}

SignedRank signed_rank_test(const std::vector<double>& differences, Zeros zeros) {
  require_finite(differences, "a paired difference");
  std::vector<double> kept, sizes;
  for (const double difference : differences) {
    if (difference == 0 && zeros == Zeros::wilcoxon) continue;
    kept.push_back(difference);
    sizes.push_back(std::abs(difference));
  }
  const auto all = mid_ranks(sizes);
  SignedRank result;
  std::vector<double> ranks;  // of the differences that are not 0
  for (size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] == 0) continue;
    ranks.push_back(all[i]);
    (kept[i] > 0 ? result.positive : result.negative) += all[i];
  }
  result.count = static_cast<long>(ranks.size());
  result.exact = result.count <= largest_exact;
  if (differences.empty()) result.p_value = std::numeric_limits<double>::quiet_NaN();
  if (ranks.empty()) return result;
  const double smaller = std::min(result.positive, result.negative);
  result.p_value = std::min(1.0, 2 * (result.exact ? exact_tail : normal_tail)(ranks, smaller));
  return result;
}

}  // namespace actlab
