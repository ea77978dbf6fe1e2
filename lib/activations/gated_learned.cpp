#include <torch/torch.h>

#include "lib/activations/gates.h"
#include "lib/activations/numerics.h"

namespace actlab::families {
namespace {

/// The paper's (p₁ − p₂)x·σ(z) + p₂x with z = β(p₁ − p₂)x, and no difference of nearly equal numbers where p₁
/// and p₂ have the same sign. At ±800 σ has long reached its limits; the bound makes the gradient of z
/// exactly 0 there, where p·x may overflow.
at::Tensor acon_c(const at::Tensor& x, const Call& call) {
  const auto &p1 = call.parameters[0], &p2 = call.parameters[1], &beta = call.parameters[2];
  const auto z = (beta * (p1 - p2) * x).clamp(-800, 800);
  const auto gate = p1 * at::sigmoid(z) + p2 * at::sigmoid(-z);
  return x.masked_fill(x.isinf().logical_and(gate == 0), 0) * gate;
}

/// The paper's ½((1 + α)x + (1 − α)x·erf(μ(1 − α)x)), where erf cancels on the left.
at::Tensor smu(const at::Tensor& x, const Call& call) {
  const double alpha = call.numbers[0];
  const auto v = bounded_below(x);
  const auto open = at::erfc(call.parameters[0] * (alpha - 1) * v.clamp_max(-closed));
  return alpha * x + (1 - alpha) / 2 * open * v;
}

/// e^40 is more than enough for erf to reach 1. Of a small erf LibTorch 2.6 has no digits in float32.
at::Tensor erfact(const at::Tensor& x, const Call& call) {
  return in_float64(x, [&](const at::Tensor& w) {
    const auto alpha = call.parameters[0].to(at::kDouble), beta = call.parameters[1].to(at::kDouble);
    const auto v = bounded_below(w);
    return v * at::erf(alpha * at::exp((beta * v).clamp_max(40)));
  });
}

at::Tensor pserf(const at::Tensor& x, const Call& call) {
  return in_float64(x, [&](const at::Tensor& w) {
    const auto gamma = call.parameters[0].to(at::kDouble), delta = call.parameters[1].to(at::kDouble);
    const auto v = bounded_below(w);
    return v * at::erf(gamma * at::softplus(delta * v.clamp_max(-closed), 1, 40));
  });
}

/// For x < 0 numerator and denominator are multiplied by e^(x/β), so that nothing overflows.
at::Tensor srs(const at::Tensor& x, const Call& call) {
  const auto &alpha = call.parameters[0], &beta = call.parameters[1];
  const auto v = x.clamp(closed, -closed);
  const auto top = v * at::exp(v.clamp_max(0) / beta);
  return top / (top / alpha + at::exp(-v.clamp_min(0) / beta));
}

}  // namespace

// clang-format off
std::vector<Row> learned_gates() {
  return {
      // The paper draws p1 and p2 from a normal distribution. They start here where the function is SiLU.
      row("acon_c", "(p1 − p2)x·σ(beta(p1 − p2)x) + p2·x, all learned",
          {{"p1", 1, -10, 10, true}, {"p2", 0, -10, 10, true}, {"beta", 1, 0.01, 100, true}}, wide(acon_c),
          "Ma, Zhang, Liu & Sun 2021, Activate or not: learning customized activation",
          "[−0.2785, ∞)", smooth | cancels, {{}, {}, "silu"}),
      // At the paper's start of mu it is a leaky ReLU for all but the smallest inputs, and mu gets hardly a gradient.
      // Below alpha = 0.11 it may fall.
      row("smu", "½((1 + alpha)x + (1 − alpha)x·erf(μ(1 − alpha)x)), μ learned from mu",
          {{"alpha", 0.25, 0.01, 0.99}, {"mu", 1e6, 0.1, 1e7, true}}, wide(smu),
          "Biswas, Kumar, Banerjee & Pandey 2022, Smooth maximum unit: smooth activation function for deep networks "
          "using smoothing maximum technique",
          "(−∞, ∞)", smooth),
      row("erfact", "x·erf(alpha·e^(beta·x)), both learned",
          {{"alpha", 0.75, 0.01, 100, true}, {"beta", 0.75, 0.01, 100, true}}, wide(erfact),
          "Biswas, Kumar, Banerjee & Pandey 2022, ErfAct and Pserf: non-monotonic smooth trainable activation "
          "functions",
          "[−0.40528, ∞)", smooth | cancels),
      row("pserf", "x·erf(gamma·ln(1 + e^(delta·x))), both learned",
          {{"gamma", 1.25, 0.01, 100, true}, {"delta", 0.85, 0.01, 100, true}}, wide(pserf),
          "Biswas, Kumar, Banerjee & Pandey 2022, ErfAct and Pserf: non-monotonic smooth trainable activation "
          "functions",
          "[−0.50601, ∞)", smooth | cancels),
      // Has a pole on the left where beta ≥ e·alpha. The derivative is a difference that cancels on the right.
      row("srs", "x/(x/alpha + e^(−x/beta)), both learned",
          {{"alpha", 5, 0.1, 100, true}, {"beta", 3, 0.1, 100, true}}, wide(srs),
          "Zhou, Li, Huo & Kung 2020, Soft-root-sign activation function",
          "[−1.4162, 5)", smooth | cancels),
  };
}
// clang-format on

}  // namespace actlab::families
