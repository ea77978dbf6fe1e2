#include <torch/torch.h>

#include "lib/activations/families.h"

namespace actlab::families {
namespace {

/// p = σ of the input, normalised over the batch without affine parameters (Zhou et al. 2018, equations 8, 9).
/// A batch of a single value a channel has no variance of its own and is normalised as in evaluation.
at::Tensor dice(const at::Tensor& x, const Call& call) {
  constexpr double epsilon = 1e-9, momentum = 0.01;
  const auto channels_second = x.movedim(call.channel_dimension, 1);
  const bool measures = call.training && x.numel() > x.size(call.channel_dimension);
  const auto normal = at::batch_norm(channels_second, {}, {}, call.state[0], call.state[1], measures, momentum,
                                     epsilon, /*cudnn_enabled=*/false)
                          .movedim(1, call.channel_dimension);
  const auto p = at::sigmoid(normal);
  return p * x + call.parameters[0] * ((1 - p) * x);
}

}  // namespace

// clang-format off
std::vector<Row> adaptive() {
  return {
      row("dice", "p·x + α(1 − p)x, p = σ(x normalised over the batch), α learned", {{"alpha", 0, -1, 1, true}}, dice,
          "Zhou et al. 2018, Deep interest network for click-through rate prediction",
          "(−∞, ∞)", contextual | normalising | smooth),
  };
}
// clang-format on

}  // namespace actlab::families
