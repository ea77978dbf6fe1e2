#include "lib/metrics/auc.h"

#include <torch/torch.h>

#include <limits>

namespace actlab {
namespace {

template <typename Value>
void append(std::vector<Value>& values, const at::Tensor& more, at::ScalarType type) {
  const auto flat = more.detach().to(torch::kCPU, type).contiguous();
  const auto* first = flat.data_ptr<Value>();
  values.insert(values.end(), first, first + flat.numel());
}

}  // namespace

void Auc::add(const at::Tensor& scores, const at::Tensor& positive) {
  append(scores_, scores, torch::kFloat);
  append(positive_, positive, torch::kByte);
}

/// The statistic of Mann and Whitney (1947) over the number of pairs, from mid-ranks.
double Auc::value() const {
  const auto count = static_cast<long>(scores_.size());
  const auto scores = torch::from_blob(const_cast<float*>(scores_.data()), {count}, torch::kFloat);
  const auto labels = torch::from_blob(const_cast<uint8_t*>(positive_.data()), {count}, torch::kByte);
  const auto positives = static_cast<double>(labels.sum().item<int64_t>());
  const double pairs = positives * (static_cast<double>(count) - positives);
  if (pairs == 0 || scores.isnan().any().item<bool>()) return std::numeric_limits<double>::quiet_NaN();

  const auto [sorted, order] = scores.sort();
  const auto [values, tie, sizes] = torch::unique_consecutive(sorted, /*return_inverse=*/true, true);
  const auto mid_ranks = sizes.cumsum(0).to(torch::kDouble) - (sizes - 1).to(torch::kDouble) / 2;
  const auto ranks = mid_ranks.index_select(0, tie);
  const double rank_sum = (ranks * labels.index_select(0, order)).sum().item<double>();
  return (rank_sum - positives * (positives + 1) / 2) / pairs;
}

}  // namespace actlab
