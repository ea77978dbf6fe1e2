#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace actlab {

/// Area under the ROC curve: the probability that a positive example scores above a negative one, equal
/// scores counting half (Hanley and McNeil 1982). Exact: keeps score and label of every example (9 bytes) and
/// sorts at the end, O(n log n).
class Auc {
 public:
  /// scores: [N] of any floating type; positive: [N] bool. Any device.
  void add(const at::Tensor& scores, const at::Tensor& positive);
  /// In [0, 1]; NaN where one of the two classes does not occur, or a score is NaN.
  double value() const;

 private:
  std::vector<float> scores_;
  std::vector<uint8_t> positive_;
};

}  // namespace actlab
