#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "lib/metrics/auc.h"

namespace actlab {

/// Values by name, e.g. {"accuracy": 0.91, "log_loss": 0.27}.
using MetricValues = std::map<std::string, double>;

/// A set of metrics that is fed batch by batch and knows its values at any time.
class Metrics {
 public:
  virtual ~Metrics() = default;
  /// outputs: raw model outputs of a batch; targets: as the data set gives them. Any device.
  virtual void add(const at::Tensor& outputs, const at::Tensor& targets) = 0;
  /// The values over everything added so far. Throws an Error when nothing was added.
  virtual MetricValues values() const = 0;
  /// [classes, classes] int64 counts, row = target, column = prediction; undefined where outputs name no
  /// class.
  virtual at::Tensor confusion() const { return {}; }
};

/// Metrics of single-label classification; exact, and streaming (memory independent of the number of
/// examples) but for the area under the curve.
///   accuracy  in [0, 1]; the first of equal logits counts as the prediction
///   macro_f1  mean F1 over classes that occur in targets or predictions (scikit-learn's `macro`,
///             zero_division=0)
///   log_loss  mean −ln p(target) in nats, from log-softmax in float64
///   ece       expected calibration error, 15 equal bins of the top probability (Guo et al. 2017)
///   auc       on demand: area under the ROC curve (auc.h) of two classes; of more, the mean over the classes
///             that occur of each against the rest (scikit-learn's `ovr` with `macro`); left out where only
///             one occurs
class ClassificationMetrics : public Metrics {
 public:
  explicit ClassificationMetrics(long classes, bool with_auc = false);
  /// outputs: [N, classes] logits; targets: [N] int64 in 0..classes-1.
  void add(const at::Tensor& outputs, const at::Tensor& targets) override;
  MetricValues values() const override;
  at::Tensor confusion() const override { return confusion_; }

 private:
  void add_to_auc(const at::Tensor& log_probability, const at::Tensor& labels);

  long classes_;
  long count_ = 0;
  double log_loss_ = 0;
  at::Tensor confusion_;
  at::Tensor bins_;       // [15, 3] float64: count, sum of confidence, sum of correct
  std::vector<Auc> auc_;  // of each class against the rest; of two classes the second alone
};

}  // namespace actlab
