#include "lib/metrics/binary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/torch.h>

#include <cmath>

#include "lib/core/error.h"
#include "lib/metrics/ranking.h"

namespace actlab {
namespace {

/// Throws unless outputs are [N] and targets [N, 2] with labels 0 or 1.
void check_batch(const at::Tensor& outputs, const at::Tensor& targets) {
  const bool fits =
      outputs.dim() == 1 && targets.dim() == 2 && targets.size(1) == 2 && targets.size(0) == outputs.size(0);
  if (!fits) {
    throw data_error("outputs and targets do not fit the metrics",
                     fmt::format("outputs {}, targets {}", fmt::join(outputs.sizes(), "×"),
                                 fmt::join(targets.sizes(), "×")),
                     "outputs N, targets N×2", "give a log-odds, and a label with a group, for each row");
  }
  const auto labels = targets.select(1, 0);
  const auto wrong = labels.masked_select(labels.ne(0).logical_and(labels.ne(1)));
  if (wrong.numel() > 0) {
    throw data_error("a label is out of range", std::to_string(wrong[0].item<int64_t>()), "0 or 1",
                     "check the label column and its threshold");
  }
}

/// ln 2 at a share of a half.
double entropy(double share) { return -share * std::log(share) - (1 - share) * std::log1p(-share); }

}  // namespace

void BinaryMetrics::add(const at::Tensor& outputs, const at::Tensor& targets) {
  const torch::NoGradGuard no_grad;
  const auto rows = targets.cpu();
  check_batch(outputs, rows);
  if (outputs.size(0) == 0) return;
  const auto scores = outputs.detach().cpu();
  const auto log_odds = scores.to(torch::kDouble);
  const auto labels = rows.select(1, 0).to(torch::kDouble);
  const auto probability = log_odds.sigmoid();

  count_ += scores.size(0);
  clicks_ += labels.sum().item<int64_t>();
  log_loss_ -= torch::log_sigmoid((2 * labels - 1) * log_odds).sum().item<double>();
  predicted_ += probability.sum().item<double>();
  // Bin i holds probabilities in (i/15, (i+1)/15]; NaN goes anywhere and makes the error NaN.
  const auto bin = (probability * calibration_bins)
                       .ceil()
                       .sub(1)
                       .nan_to_num(0)
                       .clamp(0, calibration_bins - 1)
                       .to(torch::kLong);
  torch::from_blob(bins_, {calibration_bins, 2}, torch::kDouble)
      .index_add_(0, bin, torch::stack({probability, labels}, 1));
  keep(scores.to(torch::kFloat), rows.select(1, 0).to(torch::kBool), rows.select(1, 1).to(torch::kInt));
}

void BinaryMetrics::keep(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& groups) {
  if (count_ <= exact_rows_) {
    rows_.scores.push_back(scores);
    rows_.positive.push_back(positive);
    rows_.groups.push_back(groups.clone());
    return;
  }
  if (!streaming_) {
    streaming_ = std::make_unique<StreamingAuc>();
    for (size_t i = 0; i < rows_.scores.size(); ++i) streaming_->add(rows_.scores[i], rows_.positive[i]);
    rows_ = {};
  }
  streaming_->add(scores, positive);
}

void BinaryMetrics::add_areas(MetricValues& values) const {
  if (streaming_) {
    values["auc"] = streaming_->value();
    values["auc_error"] = streaming_->error_bound();
    return;
  }
  const auto scores = torch::cat(rows_.scores), positive = torch::cat(rows_.positive);
  Auc auc;
  auc.add(scores, positive);
  values["auc"] = auc.value();
  const auto grouped = grouped_auc(scores, positive, torch::cat(rows_.groups));
  if (grouped.groups > 0) values["gauc"] = grouped.value;
}

MetricValues BinaryMetrics::values() const {
  if (count_ == 0) {
    throw data_error("there is nothing to measure", "0 examples", "at least 1 example",
                     "check the data set and its limits");
  }
  const auto total = static_cast<double>(count_), clicks = static_cast<double>(clicks_);
  double gaps = 0;
  for (const auto& [probability, observed] : bins_) gaps += std::abs(probability - observed);
  MetricValues values = {{"log_loss", log_loss_ / total}, {"ece", gaps / total}};
  if (clicks_ > 0) values["calibration"] = predicted_ / clicks;
  if (clicks_ > 0 && clicks_ < count_) {
    values["rig"] = 1 - values["log_loss"] / entropy(clicks / total);
    add_areas(values);
  }
  return values;
}

}  // namespace actlab
