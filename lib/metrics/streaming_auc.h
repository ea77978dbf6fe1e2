#pragma once

#include <ATen/core/Tensor.h>

namespace actlab {

/// Area under the ROC curve in bounded memory (16 MiB), whatever the number of examples: a histogram of
/// positives and negatives over x/(1 + |x|) of the score x, in 2^20 bins of equal width (at a log-odds of 0
/// they are 2e-6 wide, at 5 7e-5). Scores that share a bin count as tied. The order of pairs in different
/// bins is known, so the exact area lies within error_bound() of value().
class StreamingAuc {
 public:
  StreamingAuc();
  /// scores: [N] of any floating type, best log-odds; positive: [N] bool. Any device.
  void add(const at::Tensor& scores, const at::Tensor& positive);
  /// In [0, 1]; NaN where one of the two classes does not occur, or a score is NaN.
  double value() const;
  /// Half of the share of pairs of a positive and a negative that share a bin; NaN where value() is.
  double error_bound() const;

 private:
  double pairs() const;  // of a positive and a negative; NaN where there is no value

  at::Tensor negatives_, positives_;  // int64 [bins]
  bool undefined_ = false;            // a score was NaN
};

}  // namespace actlab
