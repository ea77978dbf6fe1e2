#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "lib/metrics/classification.h"

namespace actlab {

/// The area under the ROC curve inside groups, such as users.
struct GroupedAuc {
  double value = 0;    // weighted by the examples of each group; NaN where no group counts
  long groups = 0;     // that count
  long one_sided = 0;  // groups of one class only, which rank nothing and are left out
};

/// GAUC of Zhu et al. 2017 (Optimized cost per click in Taobao display advertising) as Zhou et al. 2018 (Deep
/// interest network) use it: the mean of the groups' areas, each weighted by its examples. Ties count half;
/// where a score is NaN, no group counts. scores: [N] of any floating type; positive: [N] bool; groups: int32
/// [N], below 0 for none. O(n log n).
GroupedAuc grouped_auc(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& groups);

/// How well lists of candidates are ordered, one list a user, means over users. Candidates with equal scores
/// count as the mean over all their orders, so the order in which they come changes nothing.
///   recall@k  relevant candidates among the first k, over all relevant ones
///   ndcg@k    discounted gain 1/log2(place + 1) of the relevant among the first k, over that of the best
///             order (Järvelin and Kekäläinen 2002; scikit-learn's ndcg_score)
class RankingMetrics {
 public:
  /// cutoffs: the k, each at least 1.
  explicit RankingMetrics(std::vector<long> cutoffs);
  /// The candidates of one user. scores: [N] of any floating type; relevant: [N] bool. A user without a
  /// relevant one counts in unranked() alone.
  void add(const at::Tensor& scores, const at::Tensor& relevant);
  /// Throws an Error where no user counts. A score that was NaN makes the values NaN.
  MetricValues values() const;
  long users() const { return users_; }
  long unranked() const { return unranked_; }

 private:
  std::vector<long> cutoffs_;
  std::vector<double> recall_, ndcg_;  // sums over users, one a cutoff
  long users_ = 0, unranked_ = 0;
};

}  // namespace actlab
