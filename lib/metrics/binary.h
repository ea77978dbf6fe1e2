#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "lib/metrics/calibration.h"
#include "lib/metrics/classification.h"
#include "lib/metrics/streaming_auc.h"

namespace actlab {

/// Metrics of a yes or no with a probability, such as a click. Up to `exact_rows` everything is exact, and
/// each row is kept (9 bytes); beyond, the area under the curve comes from StreamingAuc, `auc_error` is the
/// bound of its error, and `gauc` is left out, so memory stops growing.
///   auc          area under the ROC curve (auc.h)
///   auc_error    beyond exact_rows: the exact area is so near to `auc`
///   gauc         the same inside groups (grouped_auc() in ranking.h), where rows have groups
///   log_loss     mean −ln p(label) in nats, from the log-odds in float64
///   rig          relative information gain: 1 − log_loss over the entropy of the share of clicks (He et al.
///                2014, Practical lessons from predicting clicks on ads at Facebook); 0 is what that share
///                alone predicts
///   calibration  predicted over observed clicks; 1 is best, so it ranks nothing
///   ece          expected calibration error of the probability of a click, 15 equal bins (Naeini et al.
///                2015). Where clicks are rare, it says little more than `calibration`
/// auc, gauc, rig and calibration are left out where the labels do not define them: one class only, or no
/// group with both. A score that is NaN makes the other values NaN.
class BinaryMetrics : public Metrics {
 public:
  static constexpr long default_exact_rows = 4'000'000;
  explicit BinaryMetrics(long exact_rows = default_exact_rows) : exact_rows_(exact_rows) {}
  /// outputs: [N] log-odds; targets: int32 [N, 2]: label 0 or 1, and group or −1.
  void add(const at::Tensor& outputs, const at::Tensor& targets) override;
  MetricValues values() const override;

 private:
  struct Rows {  // batches of what exact values need
    std::vector<at::Tensor> scores, positive, groups;
  };
  void keep(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& groups);
  void add_areas(MetricValues& values) const;

  long exact_rows_;
  long count_ = 0, clicks_ = 0;
  double log_loss_ = 0, predicted_ = 0;
  double bins_[calibration_bins][2] = {};  // sums of probability and of clicks
  Rows rows_;
  std::unique_ptr<StreamingAuc> streaming_;  // beyond exact_rows, in place of the rows
};

}  // namespace actlab
