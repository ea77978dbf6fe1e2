#pragma once

#include <string>
#include <vector>

#include "lib/report/comparison.h"
#include "lib/statistics/friedman.h"

namespace actlab {

/// Activations ranked over several comparisons, each of which is one block of Friedman's test.
struct Ranking {
  std::vector<std::string> activations;  // that every block has, canonical texts
  std::vector<std::string> left_out;     // that some block lacks
  Scores scores;                         // block by activation, larger is better
  bool has_diverged = false;             // somewhere no seed trained; such a score is the block's lowest
  long blocks_needed = 0;                // with fewer, no outcome could tell any two activations apart
  /// Where there are enough blocks, else empty and NaN.
  Friedman friedman;
  double critical_difference = 0;  // of mean ranks, by Nemenyi's test at 5 %
  std::vector<std::vector<size_t>> groups;

  bool is_enough() const { return !friedman.mean_ranks.empty(); }
};

/// Comparisons of fewer than two activations count for nothing, and so does an activation in a comparison all
/// of whose runs failed.
Ranking rank(const std::vector<Comparison>& comparisons);

/// The critical difference diagram (Demšar 2006) as an element of an HTML page, for a ranking that is enough:
/// mean ranks on an axis, the best at the right, and a bar over each group that cannot be told apart.
std::string rank_diagram(const Ranking& ranking);

/// The same as an SVG document on a white card.
std::string rank_document(const Ranking& ranking);

}  // namespace actlab
