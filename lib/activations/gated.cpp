#include <torch/torch.h>

#include "lib/activations/families.h"

namespace actlab::families {
namespace {

/// LibTorch's derivative of the tanh form is 0·∞ = NaN once x² overflows. At ±50 the slope has long reached
/// its limit.
struct GeluTanh : torch::autograd::Function<GeluTanh> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x) {
    context->save_for_backward({x});
    return at::gelu(x, "tanh");
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    return {at::gelu_backward(gradients[0], context->get_saved_variables()[0].clamp(-50, 50), "tanh")};
  }
};

/// Frozen at β = 1 it is LibTorch's SiLU, bit for bit.
at::Tensor swish(const at::Tensor& x, const Call& call) {
  if (call.frozen && call.numbers[0] == 1) return at::silu(x);
  return x * at::sigmoid(call.parameters[0] * x);
}

}  // namespace

// clang-format off
std::vector<Row> gated() {
  return {
      row("gelu", "x·Φ(x)", {},
          [](const at::Tensor& x, const Call&) { return at::gelu(x, "none"); },
          "Hendrycks & Gimpel 2016, Gaussian error linear units (GELUs)",
          "[−0.17, ∞)", smooth | native),
      row("gelu_tanh", "½x(1 + tanh(√(2/π)(x + 0.044715x³)))", {},
          [](const at::Tensor& x, const Call&) { return GeluTanh::apply(x); },
          "Hendrycks & Gimpel 2016, Gaussian error linear units (GELUs)",
          "[−0.17, ∞)", smooth | native),
      row("silu", "x·σ(x)", {},
          [](const at::Tensor& x, const Call&) { return at::silu(x); },
          "Elfwing, Uchibe & Doya 2018, Sigmoid-weighted linear units for neural network function "
          "approximation",
          "[−0.2785, ∞)", smooth | native, {{}, {"swish1"}, "silu"}),
      row("swish", "x·σ(βx), β learned from beta", {{"beta", 1, 0, 100, true}}, swish,
          "Ramachandran, Zoph & Le 2017, Searching for activation functions",
          "[−0.2785, ∞)", smooth, {{}, {}, "silu"}),
      row("hard_swish", "x·min(max(x + 3, 0), 6)/6", {},
          [](const at::Tensor& x, const Call&) { return at::hardswish(x); },
          "Howard et al. 2019, Searching for MobileNetV3",
          "[−0.375, ∞)", native, {{-3, 3}}),
      row("mish", "x·tanh(ln(1 + e^x))", {},
          [](const at::Tensor& x, const Call&) { return widened(x, [](const at::Tensor& w) { return at::mish(w); }); },
          "Misra 2019, Mish: a self regularized non-monotonic activation function",
          "[−0.30884, ∞)", smooth | native),
      row("lisht", "x·tanh x", {},
          [](const at::Tensor& x, const Call&) { return x * at::tanh(x); },
          "Roy et al. 2019, LiSHT: non-parametric linearly scaled hyperbolic tangent activation function",
          "[0, ∞)", smooth),
  };
}
// clang-format on

}  // namespace actlab::families
