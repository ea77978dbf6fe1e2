#include <torch/torch.h>

#include "lib/activations/families.h"

namespace actlab::families {
namespace {

/// The point of the simplex next to x: max(0, xᵢ − τ), where τ is such that the k values above it sum to 1
/// (Martins & Astudillo 2016, algorithm 1). Only differences to the largest value matter, and none beyond 1:
/// the bound keeps sums finite. A row with NaN has no value above τ, and still must have one to take.
at::Tensor sparsemax(const at::Tensor& x, int64_t dimension) {
  const auto bounded = (x - x.detach().amax(dimension, /*keepdim=*/true)).clamp_min(-2);
  const auto sorted = std::get<0>(bounded.sort(dimension, /*descending=*/true));
  const auto excess = sorted.cumsum(dimension) - 1;
  std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
  shape[static_cast<size_t>(dimension)] = -1;
  const auto rank = at::arange(1, x.size(dimension) + 1, x.options()).view(shape);
  const auto count = (rank * sorted > excess).sum(dimension, /*keepdim=*/true).clamp_min(1);
  return (bounded - excess.gather(dimension, count - 1) / count).clamp_min(0);
}

}  // namespace

// clang-format off
std::vector<Row> output() {
  return {
      row("softmax", "e^xᵢ/Σe^xⱼ", {},
          [](const at::Tensor& x, const Call& c) { return at::softmax(x, c.channel_dimension); },
          "Bridle 1990, Probabilistic interpretation of feedforward classification network outputs",
          "(0, 1)", contextual | smooth | native),
      row("log_softmax", "xᵢ − ln Σe^xⱼ", {},
          [](const at::Tensor& x, const Call& c) { return at::log_softmax(x, c.channel_dimension); },
          "Bridle 1990, Probabilistic interpretation of feedforward classification network outputs",
          "(−∞, 0)", contextual | smooth | native),
      row("sparsemax", "max(0, xᵢ − τ), τ such that the sum is 1", {},
          [](const at::Tensor& x, const Call& c) {
            return widened(x, [&c](const at::Tensor& w) { return sparsemax(w, c.channel_dimension); });
          },
          "Martins & Astudillo 2016, From softmax to sparsemax: a sparse model of attention and multi-label "
          "classification",
          "[0, 1]", contextual),
  };
}
// clang-format on

}  // namespace actlab::families
