#include "lib/report/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace actlab {
namespace {

constexpr double diverged_everywhere = -std::numeric_limits<double>::infinity();

/// Of one comparison; without activations that say nothing there.
std::map<std::string, double> scores_of(const Comparison& comparison) {
  std::map<std::string, double> scores;
  for (const auto& row : comparison.rows) {
    const double sign = comparison.yardstick.larger_is_better ? 1 : -1;
    if (std::isfinite(row.metric.mean)) {
      scores.emplace(row.activation, sign * row.metric.mean);
    } else if (row.diverged > 0) {
      scores.emplace(row.activation, diverged_everywhere);
    }
  }
  return scores;
}

/// Puts a finite number below all others in the place of diverged_everywhere.
void set_lowest(std::vector<double>& scores) {
  double lowest = 0;
  for (const double score : scores) {
    if (std::isfinite(score)) lowest = std::min(lowest, score);
  }
  for (auto& score : scores) {
    if (!std::isfinite(score)) score = lowest - 1;
  }
}

/// The critical difference shrinks with the root of the blocks; mean ranks are never farther apart than the
/// first and the last rank.
long blocks_needed(int methods) {
  const double ratio = nemenyi_critical_difference(methods, 1) / (methods - 1);
  return std::max(2L, static_cast<long>(std::floor(ratio * ratio)) + 1);
}

}  // namespace

Ranking rank(const std::vector<Comparison>& comparisons) {
  std::vector<std::map<std::string, double>> blocks;
  std::vector<std::string> names;
  std::map<std::string, size_t> occurrences;
  for (const auto& comparison : comparisons) {
    auto scores = scores_of(comparison);
    if (scores.size() < 2) continue;
    for (const auto& row : comparison.rows) {
      if (scores.count(row.activation) == 0) continue;
      if (occurrences.emplace(row.activation, 0).second) names.push_back(row.activation);
    }
    for (const auto& [name, score] : scores) ++occurrences[name];
    blocks.push_back(std::move(scores));
  }

  Ranking ranking;
  ranking.critical_difference = std::nan("");
  for (const auto& name : names)
    (occurrences[name] == blocks.size() ? ranking.activations : ranking.left_out).push_back(name);
  if (ranking.activations.size() < 2) return ranking;
  for (const auto& block : blocks) {
    auto& scores = ranking.scores.emplace_back();
    for (const auto& name : ranking.activations) scores.push_back(block.at(name));
    ranking.has_diverged |= std::count(scores.begin(), scores.end(), diverged_everywhere) > 0;
    set_lowest(scores);
  }
  const int methods = static_cast<int>(ranking.activations.size());
  const auto count = static_cast<long>(blocks.size());
  ranking.blocks_needed = blocks_needed(methods);
  if (count < ranking.blocks_needed) return ranking;
  ranking.friedman = friedman_test(ranking.scores);
  ranking.critical_difference = nemenyi_critical_difference(methods, count);
  ranking.groups = nemenyi_groups(ranking.friedman);
  return ranking;
}

}  // namespace actlab
