#include <torch/torch.h>

#include "lib/activations/families.h"

namespace actlab::families {

// clang-format off
std::vector<Row> exponential() {
  return {
      row("elu", "x for x > 0, alpha·(e^x − 1) below", {{"alpha", 1, 0, 100}},
          [](const at::Tensor& x, const Call& c) { return at::elu(x, c.numbers[0]); },
          "Clevert, Unterthiner & Hochreiter 2016, Fast and accurate deep network learning by exponential "
          "linear units",
          "(−1, ∞)", monotone | smooth | native, {{}, {}, "elu"}),
      row("selu", "1.0507x for x > 0, 1.7581·(e^x − 1) below", {},
          [](const at::Tensor& x, const Call&) { return at::selu(x); },
          "Klambauer, Unterthiner, Mayr & Hochreiter 2017, Self-normalizing neural networks",
          "(−1.7581, ∞)", monotone | native, {{0}}),
      row("celu", "x for x > 0, alpha·(e^(x/alpha) − 1) below", {{"alpha", 1, 0.01, 100}},
          [](const at::Tensor& x, const Call& c) { return at::celu(x, c.numbers[0]); },
          "Barron 2017, Continuously differentiable exponential linear units",
          "(−1, ∞)", monotone | smooth | native, {{}, {}, "elu"}),
      // Above beta·x = 40 the difference from x is below the last bit of float64; LibTorch's own threshold of
      // 20 is meant for float32.
      row("softplus", "ln(1 + e^(beta·x))/beta", {{"beta", 1, 0.01, 100}},
          [](const at::Tensor& x, const Call& c) { return at::softplus(x, c.numbers[0], 40); },
          "Dugas et al. 2001, Incorporating second-order functional knowledge for better option pricing",
          "(0, ∞)", monotone | smooth | native),
  };
}
// clang-format on

}  // namespace actlab::families
