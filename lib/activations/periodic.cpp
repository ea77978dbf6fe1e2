#include <torch/torch.h>

#include "lib/activations/families.h"
#include "lib/activations/numerics.h"

namespace actlab::families {
namespace {

/// α acts as 0.01 at least, for at 0 the formula has no value.
at::Tensor snake(const at::Tensor& x, const Call& call) {
  return widened(x, [&call](const at::Tensor& w) {
    const auto alpha = at_least(call.parameters[0], 0.01);
    return w + at::sin(finite(alpha * w)).square() / alpha;
  });
}

/// Below −64 the gate is σ(−64)e^(x+64): float32 has room for x times it, where it has none for σ(x) itself.
/// Below −1e4 it is exactly 0: there any finite x will do, while −∞·0 would be NaN.
at::Tensor sinlu(const at::Tensor& x, const Call& call) {
  return widened(x, [&call](const at::Tensor& w) {
    const auto bounded = w.clamp_min(-1e4);
    const auto wave = at::sin(finite(call.parameters[1] * bounded));
    const auto gate = at::sigmoid(bounded.clamp_min(-64)), rest = at::relu(-64 - bounded).neg().exp();
    return (bounded + call.parameters[0] * wave) * gate * rest;
  });
}

}  // namespace

// sin and cos are LibTorch's, right to the last places for every float32, also at 3e38. Where a row scales
// its input, that product is rounded first: exact for powers of two, else the phase is off by a last place of
// itself, which is visible in the slopes from |x| of about 10 on; and it stands still beyond the largest
// number.

// clang-format off
std::vector<Row> periodic() {
  return {
      row("sin", "sin x", {},
          [](const at::Tensor& x, const Call&) { return at::sin(x); },
          "Parascandolo, Huttunen & Virtanen 2016, Taming the waves: sine as activation function in deep neural "
          "networks",
          "[−1, 1]", smooth | zero_centred | native),
      // Its slope 1 + sin(2αx) touches 0.
      row("snake", "x + sin²(αx)/α, α learned from alpha if asked", {{"alpha", 1, 0.01, 100, true}}, snake,
          "Ziyin, Hartwig & Ueda 2020, Neural networks fail to learn periodic functions and how to fix it",
          "(−∞, ∞)", monotone | smooth | learns_on_request | cancels),
      row("gcu", "x·cos x", {},
          [](const at::Tensor& x, const Call&) {
            return widened(x, [](const at::Tensor& w) { return w * at::cos(w); });
          },
          "Noel, Trivedi & Dutta 2021, Growing cosine unit: a novel oscillatory activation function that can "
          "speedup training and reduce parameters in convolutional neural networks",
          "(−∞, ∞)", smooth | zero_centred),
      // Two numbers a layer, as in the authors' code.
      row("sinlu", "(x + a·sin(bx))·σ(x), a and b learned", {{"a", 1, -100, 100, true}, {"b", 1, -100, 100, true}},
          sinlu,
          "Paul, Bandyopadhyay, Yoon, Geem & Sarkar 2022, SinLU: sinu-sigmoidal linear unit",
          "[−0.49737, ∞)", smooth | layer_wide),
      // Found by a search for formulas, and unnamed there. Its two terms are nearly equal around x = 0.739.
      row("cosper", "cos x − x", {},
          [](const at::Tensor& x, const Call&) {
            return widened(x, [](const at::Tensor& w) { return at::cos(finite(w)) - w; });
          },
          "Ramachandran, Zoph & Le 2017, Searching for activation functions",
          "(−∞, ∞)", smooth | cancels),
      row("min_sin", "min(x, sin x)", {},
          [](const at::Tensor& x, const Call&) { return at::where(x < 0, x, at::sin(x.clamp_min(0))); },
          "Ramachandran, Zoph & Le 2017, Searching for activation functions",
          "(−∞, 1]", smooth),
      row("max_sigmoid", "max(x, σ(x))", {},
          [](const at::Tensor& x, const Call&) { return at::maximum(x, at::sigmoid(x)); },
          "Ramachandran, Zoph & Le 2017, Searching for activation functions",
          "(0, ∞)", monotone, {{0.65904606840740667}}),
      // tanh x is the greater one below 0. Its slope 1 − y² cancels where y is next to −1.
      row("max_tanh", "max(x, tanh x)", {},
          [](const at::Tensor& x, const Call&) { return at::where(x > 0, x, at::tanh(x)); },
          "Ramachandran, Zoph & Le 2017, Searching for activation functions",
          "(−1, ∞)", monotone | smooth | cancels),
      row("cube", "x³", {},
          [](const at::Tensor& x, const Call&) { return widened(x, [](const at::Tensor& w) { return w.pow(3); }); },
          "Chen & Manning 2014, A fast and accurate dependency parser using neural networks",
          "(−∞, ∞)", monotone | smooth | zero_centred),
  };
}
// clang-format on

}  // namespace actlab::families
