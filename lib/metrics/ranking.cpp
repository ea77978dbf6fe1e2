#include "lib/metrics/ranking.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "lib/core/error.h"

namespace actlab {
namespace {

struct Scored {
  int32_t group;
  float score;
  bool positive;
};

std::vector<Scored> rows_of(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& groups) {
  const auto score = scores.detach().to(torch::kCPU, torch::kFloat).contiguous();
  const auto label = positive.to(torch::kCPU, torch::kBool).contiguous();
  const auto group = groups.to(torch::kCPU, torch::kInt).contiguous();
  std::vector<Scored> rows;
  rows.reserve(static_cast<size_t>(score.numel()));
  for (long i = 0; i < score.numel(); ++i) {
    if (group.data_ptr<int32_t>()[i] >= 0)
      rows.push_back({group.data_ptr<int32_t>()[i], score.data_ptr<float>()[i], label.data_ptr<bool>()[i]});
  }
  return rows;
}

/// Pairs of a positive and a negative that are in order, ties half; of rows sorted by score.
template <typename Row>
double ordered_pairs(Row first, Row last) {
  double pairs = 0, below = 0;
  while (first != last) {
    const auto tie = std::find_if(first, last, [&](const Scored& row) { return row.score != first->score; });
    const auto positives =
        static_cast<double>(std::count_if(first, tie, [](const Scored& row) { return row.positive; }));
    const double negatives = static_cast<double>(tie - first) - positives;
    pairs += positives * (below + negatives / 2);
    below += negatives;
    first = tie;
  }
  return pairs;
}

/// The chance of each place to hold a relevant candidate, best place first, any order of ties being as
/// likely.
std::vector<double> gains(const at::Tensor& scores, const at::Tensor& relevant) {
  const auto [sorted, order] = scores.sort(0, /*descending=*/true);
  const auto [values, tie, sizes] =
      torch::unique_consecutive(sorted, /*return_inverse=*/true, /*return_counts=*/true);
  const auto hits = relevant.index_select(0, order).to(torch::kDouble);
  const auto mean = torch::zeros({values.size(0)}, torch::kDouble).index_add_(0, tie, hits) / sizes;
  const auto gain = mean.index_select(0, tie).contiguous();
  return {gain.data_ptr<double>(), gain.data_ptr<double>() + gain.numel()};
}

double discounted(long place) { return 1 / std::log2(static_cast<double>(place) + 2); }

}  // namespace

GroupedAuc grouped_auc(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& groups) {
  GroupedAuc result;
  result.value = std::numeric_limits<double>::quiet_NaN();
  auto rows = rows_of(scores, positive, groups);
  if (std::any_of(rows.begin(), rows.end(), [](const Scored& row) { return std::isnan(row.score); }))
    return result;
  std::sort(rows.begin(), rows.end(), [](const Scored& a, const Scored& b) {
    return a.group != b.group ? a.group < b.group : a.score < b.score;
  });
  double sum = 0, weight = 0;
  for (auto first = rows.begin(); first != rows.end();) {
    const auto last =
        std::find_if(first, rows.end(), [&](const Scored& r) { return r.group != first->group; });
    const auto size = static_cast<double>(last - first);
    const auto positives =
        static_cast<double>(std::count_if(first, last, [](const Scored& r) { return r.positive; }));
    const double pairs = positives * (size - positives);
    if (pairs == 0) {
      ++result.one_sided;
    } else {
      ++result.groups;
      sum += size * ordered_pairs(first, last) / pairs;
      weight += size;
    }
    first = last;
  }
  if (weight > 0) result.value = sum / weight;
  return result;
}

RankingMetrics::RankingMetrics(std::vector<long> cutoffs)
    : cutoffs_(std::move(cutoffs)), recall_(cutoffs_.size()), ndcg_(cutoffs_.size()) {}

void RankingMetrics::add(const at::Tensor& scores, const at::Tensor& relevant) {
  const auto known = scores.detach().to(torch::kCPU, torch::kDouble);
  const auto wanted = relevant.to(torch::kCPU, torch::kBool);
  const long total = wanted.sum().item<int64_t>();
  if (total == 0) {
    ++unranked_;
    return;
  }
  ++users_;
  const bool undefined = known.isnan().any().item<bool>();
  const auto gain = gains(known.nan_to_num(), wanted);
  for (size_t i = 0; i < cutoffs_.size(); ++i) {
    const long places = std::min(cutoffs_[i], static_cast<long>(gain.size()));
    double found = 0, reached = 0, best = 0;
    for (long place = 0; place < places; ++place) {
      found += gain[static_cast<size_t>(place)];
      reached += gain[static_cast<size_t>(place)] * discounted(place);
      best += place < total ? discounted(place) : 0;
    }
    recall_[i] += undefined ? std::numeric_limits<double>::quiet_NaN() : found / static_cast<double>(total);
    ndcg_[i] += undefined ? std::numeric_limits<double>::quiet_NaN() : reached / best;
  }
}

MetricValues RankingMetrics::values() const {
  if (users_ == 0) {
    throw data_error("there is nothing to rank", fmt::format("{} users without a relevant item", unranked_),
                     "at least one user with a relevant item", "measure on more test data");
  }
  MetricValues values;
  for (size_t i = 0; i < cutoffs_.size(); ++i) {
    values[fmt::format("recall@{}", cutoffs_[i])] = recall_[i] / static_cast<double>(users_);
    values[fmt::format("ndcg@{}", cutoffs_[i])] = ndcg_[i] / static_cast<double>(users_);
  }
  return values;
}

}  // namespace actlab
