#include "lib/metrics/streaming_auc.h"

#include <torch/torch.h>

#include <limits>

namespace actlab {
namespace {

constexpr long bins = 1L << 20;

/// Never falls as the score rises, so bins are in the order of the scores.
at::Tensor bin_of(const at::Tensor& scores) {
  constexpr double largest = 1e30;  // infinity over infinity is no number
  const auto x = scores.to(torch::kDouble).clamp(-largest, largest);
  return ((x / (x.abs() + 1) + 1) * (bins / 2)).to(torch::kLong).clamp(0, bins - 1);
}

}  // namespace

StreamingAuc::StreamingAuc()
    : negatives_(torch::zeros({bins}, torch::kLong)), positives_(torch::zeros({bins}, torch::kLong)) {}

void StreamingAuc::add(const at::Tensor& scores, const at::Tensor& positive) {
  const torch::NoGradGuard no_grad;
  const auto known = scores.detach().cpu();
  const auto labels = positive.to(torch::kCPU, torch::kLong);
  undefined_ = undefined_ || known.isnan().any().item<bool>();
  const auto bin = bin_of(known.nan_to_num());
  positives_.index_add_(0, bin, labels);
  negatives_.index_add_(0, bin, 1 - labels);
}

double StreamingAuc::pairs() const {
  const auto count = positives_.sum().item<double>() * negatives_.sum().item<double>();
  return undefined_ || count == 0 ? std::numeric_limits<double>::quiet_NaN() : count;
}

double StreamingAuc::value() const {
  const auto negatives = negatives_.to(torch::kDouble);
  const auto below = negatives.cumsum(0) - negatives;
  return (positives_ * (below + negatives / 2)).sum().item<double>() / pairs();
}

double StreamingAuc::error_bound() const {
  return (positives_.to(torch::kDouble) * negatives_).sum().item<double>() / 2 / pairs();
}

}  // namespace actlab
