#include <torch/torch.h>

#include <cmath>

#include "lib/activations/families.h"
#include "lib/activations/numerics.h"

namespace actlab::families {
namespace {

/// LibTorch rounds 1/6 to float32 in the derivative, in float64 too.
at::Tensor hard_sigmoid(const at::Tensor& x, const Call&) {
  return x.scalar_type() == at::kDouble ? (x + 3).clamp(0, 6) / 6 : at::hardsigmoid(x);
}

// The derivative of the quotient is a difference that vanishes for large x; ∞/∞ is no number.
at::Tensor softsign(const at::Tensor& x, double) {
  const auto bounded = finite(x);
  return bounded / (bounded.abs() + 1);
}
at::Tensor softsign_slope(const at::Tensor& x, double) { return (x.abs() + 1).reciprocal().square(); }

/// On each side a term that tends to 0 exactly. Not |x|, whose derivative at 0 is 0 in LibTorch.
at::Tensor elliott(const at::Tensor& x) {
  const auto negative = x < 0;
  const auto rest = 0.5 / (at::where(negative, -x, x) + 1);
  return at::where(negative, rest, 1 - rest);
}

/// Beyond ±1e15 the value is at its limit in every type, and x² does not overflow.
at::Tensor isru(const at::Tensor& x, double alpha) {
  const auto near = x.clamp(-1e15, 1e15);
  return near * (near.square() * alpha + 1).rsqrt();
}
at::Tensor isru_slope(const at::Tensor& x, double alpha) { return (x * x * alpha + 1).rsqrt().pow(3); }

at::Tensor sqnl(const at::Tensor& x) {
  const auto inside = x.clamp(-2, 2);
  return inside * (1 - inside.abs() / 4);
}

/// As f(x) = 1 − f(1 − x), only x ≤ 1/2 is computed, as ln(1 + (1 − e^−α)e^(αx)/(1 + e^(α(x−1))))/α: neither
/// a difference of nearly equal numbers nor a large exponential.
at::Tensor soft_clipping(const at::Tensor& x, double alpha) {
  const auto above = x > 0.5;
  const auto power = (at::where(above, 1 - x, x) * alpha).exp();
  const auto below = (power * -std::expm1(-alpha) / (power * std::exp(-alpha) + 1)).log1p() / alpha;
  return at::where(above, 1 - below, below);
}

}  // namespace

// Rows on LibTorch's sigmoid and tanh: the values keep their last places, but the slopes y(1 − y) and 1 − y²
// cancel where y is next to 1.

// clang-format off
std::vector<Row> sigmoidal() {
  return {
      row("identity", "x", {},
          [](const at::Tensor& x, const Call&) { return x; },
          "no activation: a linear network, the control of an experiment",
          "(−∞, ∞)", monotone | smooth | zero_centred | native),
      row("sigmoid", "1/(1 + e^−x)", {},
          [](const at::Tensor& x, const Call&) { return at::sigmoid(x); },
          "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors",
          "(0, 1)", monotone | smooth | native | cancels),
      row("tanh", "tanh x", {},
          [](const at::Tensor& x, const Call&) { return at::tanh(x); },
          "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp",
          "(−1, 1)", monotone | smooth | zero_centred | native | cancels),
      // Courbariaux et al. 2015 (BinaryConnect) use the steeper clamp((x + 1)/2, 0, 1); this is LibTorch's
      // form.
      row("hard_sigmoid", "min(max(x + 3, 0), 6)/6", {}, hard_sigmoid,
          "Howard et al. 2019, Searching for MobileNetV3",
          "[0, 1]", monotone | native, {{-3, 3}}),
      row("hard_tanh", "min(max(x, min), max)", {{"min", -1, -1e3, 1e3}, {"max", 1, -1e3, 1e3}},
          [](const at::Tensor& x, const Call& c) {
            return widened(x, [&c](const at::Tensor& w) { return at::hardtanh(w, c.numbers[0], c.numbers[1]); });
          },
          "Collobert 2004, Large scale machine learning",
          "[−1, 1]", monotone | native | ordered, {+[](const Numbers& n) { return n; }}),
      // The curve is older (Elliott 1993); the name and its use in deep networks are from here.
      row("softsign", "x/(1 + |x|)", {},
          [](const at::Tensor& x, const Call&) { return with_slope<softsign, softsign_slope>(x); },
          "Turian, Bergstra & Bengio 2009, Quadratic features and deep architectures for chunking",
          "(−1, 1)", monotone | smooth | zero_centred),
      // Elliott's curve in its form for (0, 1). A rescaled softsign, but no twin of it: scale and shift
      // change the gain and the mean of the signal, so the networks are not the same.
      row("elliott", "x/(2(1 + |x|)) + 1/2", {},
          [](const at::Tensor& x, const Call&) { return widened(x, elliott); },
          "Elliott 1993, A better activation function for artificial neural networks",
          "(0, 1)", monotone | smooth),
      row("log_sigmoid", "−ln(1 + e^−x)", {},
          [](const at::Tensor& x, const Call&) { return at::log_sigmoid(x); },
          "Collobert, Kavukcuoglu & Farabet 2011, Torch7: a Matlab-like environment for machine learning",
          "(−∞, 0)", monotone | smooth | native),
      row("arctan", "arctan x", {},
          [](const at::Tensor& x, const Call&) { return at::atan(x); },
          "Kamruzzaman & Aziz 2002, A note on activation function in multilayer feedforward learning",
          "(−π/2, π/2)", monotone | smooth | zero_centred | native),
      // LibTorch 2.6 has a polynomial for float32 that is right to 1e-7 of 1, not of the result.
      row("erf", "erf x", {},
          [](const at::Tensor& x, const Call&) { return at::erf(x); },
          "Williams 1997, Computing with infinite networks",
          "(−1, 1)", monotone | smooth | zero_centred | native | cancels),
      row("lecun_tanh", "1.7159·tanh(2x/3)", {},
          [](const at::Tensor& x, const Call&) {
            return widened(x, [](const at::Tensor& w) { return at::tanh(w * (2.0 / 3)) * 1.7159; });
          },
          "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp",
          "(−1.7159, 1.7159)", monotone | smooth | zero_centred | cancels),
      row("bipolar_sigmoid", "(1 − e^−x)/(1 + e^−x) = tanh(x/2)", {},
          [](const at::Tensor& x, const Call&) {
            return widened(x, [](const at::Tensor& w) { return at::tanh(w / 2); });
          },
          "Karlik & Olgac 2011, Performance analysis of various activation functions in generalized MLP "
          "architectures of neural networks",
          "(−1, 1)", monotone | smooth | zero_centred | cancels),
      row("penalized_tanh", "tanh x for x > 0, a·tanh x below", {{"a", 0.25, 0, 1}},
          [](const at::Tensor& x, const Call& c) {
            return widened(x, [&c](const at::Tensor& w) { return at::leaky_relu(at::tanh(w), c.numbers[0]); });
          },
          "Xu, Huang & Li 2016, Revise saturated activation functions",
          "(−0.25, 1)", monotone | cancels, {{0}}),
      row("isru", "x/√(1 + alpha·x²)", {{"alpha", 1, 0.01, 100}},
          [](const at::Tensor& x, const Call& c) { return with_slope<isru, isru_slope>(x, c.numbers[0]); },
          "Carlile, Delamarter, Kinney, Marti & Whitney 2017, Improving deep learning by inverse square root "
          "linear units (ISRLUs)",
          "(−1, 1)", monotone | smooth | zero_centred),
      row("sqnl", "x − x|x|/4 for |x| ≤ 2, ±1 beyond", {},
          [](const at::Tensor& x, const Call&) { return widened(x, sqnl); },
          "Wuraola & Patel 2018, SQNL: a new computationally efficient activation function",
          "[−1, 1]", monotone | smooth | zero_centred),
      row("soft_clipping", "ln((1 + e^(alpha·x))/(1 + e^(alpha(x − 1))))/alpha", {{"alpha", 50, 0.01, 1000}},
          [](const at::Tensor& x, const Call& c) {
            return in_float64(x, [&c](const at::Tensor& w) { return soft_clipping(w, c.numbers[0]); });
          },
          "Klimek & Perelstein 2020, Neural network-based approach to phase space integration",
          "(0, 1)", monotone | smooth),
      row("gaussian", "e^(−x²)", {},
          [](const at::Tensor& x, const Call&) {
            return in_float64(x, [](const at::Tensor& w) { return w.square().neg().exp(); });
          },
          "Broomhead & Lowe 1988, Multivariable functional interpolation and adaptive networks",
          "(0, 1]", smooth),
  };
}
// clang-format on

}  // namespace actlab::families
