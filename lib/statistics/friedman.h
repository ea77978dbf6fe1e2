#pragma once

#include <cstddef>
#include <vector>

namespace actlab {

/// One row a block (data set and model, say, each entry a mean over seeds), one entry a method. Larger is
/// better.
using Scores = std::vector<std::vector<double>>;

struct Friedman {
  std::vector<double> mean_ranks;  // 1 is best; ties share the mean rank
  long blocks = 0;
  double chi_squared = 0;  // corrected for ties, methods − 1 degrees of freedom (Friedman 1937)
  double p_chi_squared = 1;
  double f = 0;  // Iman & Davenport 1980, less conservative: (blocks − 1) χ² / (blocks (methods − 1) − χ²)
  double p_f = 1;
};

/// Do the methods differ at all over these blocks? When all are tied in every block the statistics are 0 and
/// p = 1; when every block ranks alike, f is infinite and p_f = 0. std::invalid_argument with
/// fewer than two blocks or methods, blocks of unequal length, or a score that is not finite.
Friedman friedman_test(const Scores& scores);

/// Difference of mean ranks from which two methods differ at level `alpha` by Nemenyi's test (1963), all
/// pairs compared: q √(methods (methods + 1) / (6 blocks)), q being the studentised range over √2 (Demšar
/// 2006).
double nemenyi_critical_difference(int methods, long blocks, double alpha = 0.05);

/// The largest sets of methods of which no two differ, best mean rank first, within a set as well: the bars
/// of a critical difference diagram. A method that differs from all others is in none. `differ` is symmetric.
std::vector<std::vector<size_t>> groups_alike(const std::vector<std::vector<bool>>& differ,
                                              const std::vector<double>& mean_ranks);

/// groups_alike() by Nemenyi's critical difference.
std::vector<std::vector<size_t>> nemenyi_groups(const Friedman& friedman, double alpha = 0.05);

/// Every pair of methods compared over the blocks by the signed-rank test (Pratt's zeros), p-values corrected
/// for the number of pairs by Holm: the pairwise test that Benavoli et al. (2016) put in the place of
/// Nemenyi's, whose outcome for two methods depends on which others are in the table.
struct WilcoxonHolm {
  std::vector<std::vector<double>> p_values;  // symmetric, 1 on the diagonal
  std::vector<std::vector<size_t>> groups;
};

/// With B blocks no p-value is below 2¹⁻ᴮ before correction: with few blocks all methods form one group,
/// whatever they do. Throws like friedman_test().
WilcoxonHolm wilcoxon_holm(const Scores& scores, double alpha = 0.05);

}  // namespace actlab
