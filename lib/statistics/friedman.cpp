#include "lib/statistics/friedman.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "lib/statistics/moments.h"
#include "lib/statistics/signed_rank.h"
#include "lib/statistics/studentized_range.h"
#include "lib/statistics/t_test.h"

namespace actlab {
namespace {

void check(const Scores& scores) {
  if (scores.size() < 2 || scores[0].size() < 2)
    throw std::invalid_argument("Friedman's test needs two blocks and two methods or more");
  for (const auto& block : scores) {
    if (block.size() != scores[0].size())
      throw std::invalid_argument("blocks differ in their number of methods");
    require_finite(block, "a score");
  }
}

/// Chance of a statistic of this size or larger; 0 of an infinite one.
template <typename Distribution>
double upper_tail(const Distribution& distribution, double statistic) {
  if (std::isinf(statistic)) return 0;
  return boost::math::cdf(boost::math::complement(distribution, statistic));
}

/// Maximal cliques by Bron & Kerbosch (1973) with a pivot.
class Cliques {
 public:
  explicit Cliques(const std::vector<std::vector<bool>>& differ) : differ_(differ) {
    std::vector<size_t> all(differ.size());
    std::iota(all.begin(), all.end(), 0);
    std::vector<size_t> clique;
    extend(clique, all, {});
  }

  std::vector<std::vector<size_t>> found;

 private:
  bool alike(size_t a, size_t b) const { return a != b && !differ_[a][b]; }

  std::vector<size_t> neighbours(const std::vector<size_t>& of, size_t method) const {
    std::vector<size_t> result;
    std::copy_if(of.begin(), of.end(), std::back_inserter(result),
                 [&](size_t other) { return alike(method, other); });
    return result;
  }

  /// The method with the most neighbours among the candidates: only its strangers need to be tried.
  size_t pivot(const std::vector<size_t>& candidates, std::vector<size_t> choices) const {
    choices.insert(choices.end(), candidates.begin(), candidates.end());
    return *std::max_element(choices.begin(), choices.end(), [&](size_t a, size_t b) {
      return neighbours(candidates, a).size() < neighbours(candidates, b).size();
    });
  }

  void extend(std::vector<size_t>& clique, std::vector<size_t> candidates, std::vector<size_t> done) {
    if (candidates.empty() && done.empty()) found.push_back(clique);
    if (candidates.empty()) return;
    const size_t centre = pivot(candidates, done);
    for (const size_t method : std::vector<size_t>(candidates)) {
      if (alike(centre, method)) continue;
      clique.push_back(method);
      extend(clique, neighbours(candidates, method), neighbours(done, method));
      clique.pop_back();
      candidates.erase(std::find(candidates.begin(), candidates.end(), method));
      done.push_back(method);
    }
  }

  const std::vector<std::vector<bool>>& differ_;
};

}  // namespace

Friedman friedman_test(const Scores& scores) {
  check(scores);
  const auto blocks = static_cast<double>(scores.size()), methods = static_cast<double>(scores[0].size());
  Friedman result;
  result.blocks = static_cast<long>(scores.size());
  result.mean_ranks.assign(scores[0].size(), 0.0);
  double squares = 0;  // of all ranks: smaller than without ties
  for (auto block : scores) {
    for (double& score : block) score = -score;
    const auto ranks = mid_ranks(block);
    for (size_t m = 0; m < ranks.size(); ++m) {
      result.mean_ranks[m] += ranks[m] / blocks;
      squares += ranks[m] * ranks[m];
    }
  }
  const double middle = (methods + 1) / 2;
  const double within = squares - blocks * methods * middle * middle;
  if (within <= 0) return result;  // all tied
  double between = 0;
  for (const double rank : result.mean_ranks) between += (rank - middle) * (rank - middle);
  const double largest = blocks * (methods - 1);
  result.chi_squared = blocks * largest * between / within;
  const double room = largest - result.chi_squared;
  const bool unanimous = room < 1e-12 * largest;
  result.f = unanimous ? std::numeric_limits<double>::infinity() : (blocks - 1) * result.chi_squared / room;
  result.p_chi_squared = upper_tail(boost::math::chi_squared(methods - 1), result.chi_squared);
  result.p_f = upper_tail(boost::math::fisher_f(methods - 1, (methods - 1) * (blocks - 1)), result.f);
  return result;
}

double nemenyi_critical_difference(int methods, long blocks, double alpha) {
  require_fraction(alpha, "the level of a test");
  if (blocks < 1) throw std::invalid_argument("a critical difference needs one block or more");
  const double q = studentized_range_quantile(1 - alpha, methods) / std::sqrt(2.0);
  return q * std::sqrt(methods * (methods + 1.0) / (6.0 * static_cast<double>(blocks)));
}

std::vector<std::vector<size_t>> groups_alike(const std::vector<std::vector<bool>>& differ,
                                              const std::vector<double>& mean_ranks) {
  auto groups = Cliques(differ).found;
  groups.erase(
      std::remove_if(groups.begin(), groups.end(), [](const auto& group) { return group.size() < 2; }),
      groups.end());
  const auto better = [&](size_t a, size_t b) {
    return std::make_pair(mean_ranks[a], a) < std::make_pair(mean_ranks[b], b);
  };
  for (auto& group : groups) std::sort(group.begin(), group.end(), better);
  std::sort(groups.begin(), groups.end(), [&](const auto& a, const auto& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), better);
  });
  return groups;
}

std::vector<std::vector<size_t>> nemenyi_groups(const Friedman& friedman, double alpha) {
  const auto& ranks = friedman.mean_ranks;
  const double critical = nemenyi_critical_difference(static_cast<int>(ranks.size()), friedman.blocks, alpha);
  std::vector<std::vector<bool>> differ(ranks.size(), std::vector<bool>(ranks.size()));
  for (size_t a = 0; a < ranks.size(); ++a) {
    for (size_t b = 0; b < ranks.size(); ++b) differ[a][b] = std::abs(ranks[a] - ranks[b]) >= critical;
  }
  return groups_alike(differ, ranks);
}

WilcoxonHolm wilcoxon_holm(const Scores& scores, double alpha) {
  require_fraction(alpha, "the level of a test");
  const auto ranks = friedman_test(scores).mean_ranks;
  std::vector<double> raw;
  for (size_t a = 0; a < ranks.size(); ++a) {
    for (size_t b = a + 1; b < ranks.size(); ++b) {
      std::vector<double> differences;
      for (const auto& block : scores) differences.push_back(block[a] - block[b]);
      raw.push_back(signed_rank_test(differences, Zeros::pratt).p_value);
    }
  }
  const auto adjusted = holm(raw);
  WilcoxonHolm result;
  result.p_values.assign(ranks.size(), std::vector<double>(ranks.size(), 1.0));
  std::vector<std::vector<bool>> differ(ranks.size(), std::vector<bool>(ranks.size()));
  for (size_t a = 0, pair = 0; a < ranks.size(); ++a) {
    for (size_t b = a + 1; b < ranks.size(); ++b, ++pair) {
      result.p_values[a][b] = result.p_values[b][a] = adjusted[pair];
      differ[a][b] = differ[b][a] = adjusted[pair] < alpha;
    }
  }
  result.groups = groups_alike(differ, ranks);
  return result;
}

}  // namespace actlab
