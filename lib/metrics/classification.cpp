#include "lib/metrics/classification.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/torch.h>

#include <cmath>

#include "lib/core/error.h"
#include "lib/metrics/calibration.h"

namespace actlab {
namespace {

/// Throws unless outputs are [N, classes] and targets [N] labels in range.
void check_batch(const at::Tensor& outputs, const at::Tensor& labels, long classes) {
  const bool fits = outputs.dim() == 2 && outputs.size(1) == classes && labels.dim() == 1 &&
                    labels.size(0) == outputs.size(0);
  if (!fits) {
    throw data_error(
        "outputs and labels do not fit the metrics",
        fmt::format("outputs {}, labels {}", fmt::join(outputs.sizes(), "×"), fmt::join(labels.sizes(), "×")),
        fmt::format("outputs N×{}, labels N", classes), "build the model for this number of classes");
  }
  if (labels.numel() == 0) return;
  const long lowest = labels.min().item<int64_t>(), highest = labels.max().item<int64_t>();
  if (lowest < 0 || highest >= classes) {
    throw data_error("a label is out of range", std::to_string(lowest < 0 ? lowest : highest),
                     fmt::format("0 to {}", classes - 1), "check the label file and the number of classes");
  }
}

/// Mean over the classes that occur as target or prediction of 2·TP / (2·TP + FP + FN).
double macro_f1(const at::Tensor& confusion) {
  const auto counts = confusion.to(torch::kDouble);
  const auto support = counts.sum(0) + counts.sum(1);  // = 2·TP + FP + FN
  const auto occurs = support > 0;
  return (2 * counts.diagonal())
      .masked_select(occurs)
      .div(support.masked_select(occurs))
      .mean()
      .item<double>();
}

/// Mean over the classes that have examples on both sides; NaN without one.
double mean_auc(const std::vector<Auc>& curves) {
  double sum = 0, count = 0;
  for (const auto& curve : curves) {
    if (const double area = curve.value(); !std::isnan(area)) {
      sum += area;
      ++count;
    }
  }
  return sum / count;
}

}  // namespace

ClassificationMetrics::ClassificationMetrics(long classes, bool with_auc)
    : classes_(classes),
      confusion_(torch::zeros({classes, classes}, torch::kLong)),
      bins_(torch::zeros({calibration_bins, 3}, torch::kDouble)),
      auc_(with_auc ? static_cast<size_t>(classes > 2 ? classes : classes - 1) : 0) {}

void ClassificationMetrics::add(const at::Tensor& outputs, const at::Tensor& targets) {
  const torch::NoGradGuard no_grad;
  const auto labels = targets.to(torch::kCPU, torch::kLong);
  check_batch(outputs, labels, classes_);
  const auto logits = outputs.to(torch::kCPU, torch::kDouble);
  const auto log_probability = logits.log_softmax(1);
  const auto predicted = log_probability.argmax(1);
  const auto confidence = log_probability.amax(1).exp();

  count_ += labels.size(0);
  log_loss_ -= log_probability.gather(1, labels.unsqueeze(1)).sum().item<double>();
  confusion_ += (labels * classes_ + predicted).bincount({}, classes_ * classes_).view({classes_, classes_});
  // Bin i holds confidences in (i/15, (i+1)/15]; a NaN confidence goes anywhere and makes the error NaN.
  const auto bin = (confidence * calibration_bins)
                       .ceil()
                       .sub(1)
                       .nan_to_num(0)
                       .clamp(0, calibration_bins - 1)
                       .to(torch::kLong);
  const auto facts =
      torch::stack({torch::ones_like(confidence), confidence, predicted.eq(labels).to(torch::kDouble)}, 1);
  bins_.index_add_(0, bin, facts);
  add_to_auc(logits, labels);
}

void ClassificationMetrics::add_to_auc(const at::Tensor& logits, const at::Tensor& labels) {
  // The log-odds of two classes tell examples apart whose probabilities have both been rounded to 1.
  if (auc_.size() == 1) return auc_[0].add(logits.select(1, 1) - logits.select(1, 0), labels.eq(1));
  const auto log_probability = logits.log_softmax(1);
  for (long i = 0; i < static_cast<long>(auc_.size()); ++i)
    auc_[static_cast<size_t>(i)].add(log_probability.select(1, i), labels.eq(i));
}

MetricValues ClassificationMetrics::values() const {
  if (count_ == 0) {
    throw data_error("there is nothing to measure", "0 examples", "at least 1 example",
                     "check the data set and its limits");
  }
  const auto total = static_cast<double>(count_);
  const auto gaps = (bins_.select(1, 1) - bins_.select(1, 2)).abs();
  MetricValues values = {{"accuracy", static_cast<double>(confusion_.trace().item<int64_t>()) / total},
                         {"macro_f1", macro_f1(confusion_)},
                         {"log_loss", log_loss_ / total},
                         {"ece", gaps.sum().item<double>() / total}};
  if (const double area = mean_auc(auc_); !std::isnan(area)) values["auc"] = area;
  return values;
}

}  // namespace actlab
