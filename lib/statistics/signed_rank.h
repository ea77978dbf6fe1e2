#pragma once

#include <vector>

namespace actlab {

/// Ranks from 1; equal values share the mean of their places.
std::vector<double> mid_ranks(const std::vector<double>& values);

/// What becomes of differences that are exactly 0. `wilcoxon`: left out before ranking (Wilcoxon 1945).
/// `pratt`: ranked with the others, then left out (Pratt 1959).
enum class Zeros { wilcoxon, pratt };

struct SignedRank {
  double positive = 0;  // sum of the ranks of |d| over d > 0
  double negative = 0;  // and over d < 0
  long count = 0;       // differences that are not 0
  double p_value = 1;   // two-sided
  bool exact = true;
};

/// Wilcoxon signed-rank test that paired differences are symmetric about 0. Up to 50 non-zero differences the
/// p-value is exact: all 2ⁿ signs are counted, given the ranks at hand, so ties and zeros are no
/// approximation. Above, normal approximation without continuity correction, its variance Σ rank² / 4, which
/// includes the correction for ties. The smallest exact p-value is 2¹⁻ⁿ: below six differences nothing
/// reaches 5 %. p = 1 when all are 0 and NaN without any; std::invalid_argument when one is not finite.
SignedRank signed_rank_test(const std::vector<double>& differences, Zeros zeros = Zeros::wilcoxon);

}  // namespace actlab
