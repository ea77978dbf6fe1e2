#include <torch/torch.h>

#include <cmath>

#include "lib/activations/families.h"
#include "lib/activations/numerics.h"

namespace actlab::families {
namespace {

/// The inputs below 0, so bounded that a scaled one stays finite: its exponential has long been 0.
at::Tensor below_zero(const at::Tensor& x) { return x.clamp(-1e30, 0); }

// LibTorch's derivative of expm1 adds 1 to the result, and so loses the digits of a small e^x.
at::Tensor expm1(const at::Tensor& x, double) { return at::expm1(x); }
at::Tensor expm1_slope(const at::Tensor& x, double) { return at::exp(x); }
at::Tensor exact_expm1(const at::Tensor& x) { return with_slope<expm1, expm1_slope>(x); }

/// The authors move a and b back to 0.1 after an update that leaves them below (section III-B).
at::Tensor pelu(const at::Tensor& x, const Call& call) {
  return widened(x, [&call](const at::Tensor& w) {
    const auto a = at_least(call.parameters[0], 0.1), b = at_least(call.parameters[1], 0.1);
    return at::where(w > 0, a / b * w, a * exact_expm1(below_zero(w) / b));
  });
}

/// A negative β would let the exponential grow without bound: it acts as 0.
at::Tensor mpelu(const at::Tensor& x, const Call& call) {
  return widened(x, [&call](const at::Tensor& w) {
    const auto beta = at_least(call.parameters[1], 0);
    return at::where(w > 0, w, call.parameters[0] * exact_expm1(beta * below_zero(w)));
  });
}

/// The deformed exponential [1 + (1 − t)x]₊^(1/(1−t)) through logarithms, which keep the digits next to x =
/// 0. Its base stays one last place above 0, where the derivative would be 0·∞.
at::Tensor pdelu(const at::Tensor& x, const Call& call) {
  const double scale = 1 - call.numbers[0];
  return widened(x, [&call, scale](const at::Tensor& w) {
    const double place = w.scalar_type() == at::kDouble ? std::numeric_limits<double>::epsilon()
                                                        : std::numeric_limits<float>::epsilon();
    const auto below = finite(w).clamp_max(0);
    const auto power = scale == 0 ? below : (below * scale).clamp_min(place / 2 - 1).log1p() / scale;
    return at::where(w > 0, w, call.parameters[0] * exact_expm1(power));
  });
}

/// As isru(), only on one side.
at::Tensor isrlu(const at::Tensor& x, double alpha) {
  const auto near = x.clamp(-1e15, 0);
  return at::relu(x) + near * (near.square() * alpha + 1).rsqrt();
}
at::Tensor isrlu_slope(const at::Tensor& x, double alpha) {
  const auto below = x.clamp_max(0);
  return (below * below * alpha + 1).rsqrt().pow(3);
}

/// x above 0, e^x − 1 below.
at::Tensor exponential_linear(const at::Tensor& x) { return at::where(x > 0, x, at::expm1(x.clamp_max(0))); }

at::Tensor elish(const at::Tensor& x) { return exponential_linear(x) * at::sigmoid(x); }
at::Tensor hard_elish(const at::Tensor& x) { return exponential_linear(x) * ((x + 1) / 2).clamp(0, 1); }

/// Above beta·x = 40 the difference from x is below the last bit of float64; LibTorch's own threshold of 20
/// is meant for float32.
at::Tensor softplus(const at::Tensor& x, const Call& call) {
  const double beta = call.numbers[0];
  const auto native_softplus = [beta](const at::Tensor& w) { return at::softplus(w, beta, 40); };
  return beta == 1 ? native_softplus(x) : in_float64(x, native_softplus);
}

/// max(0, x) + ln(1 + (e^−|x| − 1)/2). Not |x|, whose derivative at 0 is 0 in LibTorch.
at::Tensor shifted_softplus(const at::Tensor& x) {
  const auto negative = at::where(x > 0, -x, x);
  return at::relu(x) + (exact_expm1(negative) / 2).log1p();
}

/// √(x² + 1) − 1 = x²/(√(x² + 1) + 1). Beyond ±1e18 the quotient is ±1 in every type, and x² does not
/// overflow.
at::Tensor bent_identity(const at::Tensor& x, double) {
  const auto near = x.clamp(-1e18, 1e18);
  return x * (near / ((near.square() + 1).sqrt() + 1) / 2 + 1);
}
at::Tensor bent_identity_slope(const at::Tensor& x, double) {
  const auto near = x.clamp(-1e18, 1e18);
  return near * (near.square() + 1).rsqrt() / 2 + 1;
}

// The soft exponential: (e^(αx) − 1)/α + α for α > 0, x at α = 0, −ln(1 − α(x + α))/α for α < 0. Both x and α
// are float64; α broadcasts over x.

constexpr double edge = 0.01;  // of the logarithm's argument
constexpr int terms = 14;      // of power series, for arguments up to 0.1 in float64

/// Σ coefficient(n)·zⁿ
template <class Coefficient>
at::Tensor series(const at::Tensor& z, Coefficient coefficient) {
  auto sum = at::full_like(z, coefficient(terms));
  for (int n = terms - 1; n >= 0; --n) sum = sum * z + coefficient(n);
  return sum;
}

/// `direct` loses its digits next to z = 0, where the series `near` replaces it.
at::Tensor beside_zero(const at::Tensor& z, const at::Tensor& near, const at::Tensor& direct) {
  return at::where(z.abs() < 0.1, near, direct);
}

at::Tensor not_zero(const at::Tensor& number) { return number.masked_fill(number == 0, 1); }

/// The logarithm of 1 + w, and its derivative.
at::Tensor logarithm(const at::Tensor& w) {
  return w.clamp_min(edge - 1).log1p() + (w + (1 - edge)).clamp_max(0) / edge;
}
at::Tensor logarithm_slope(const at::Tensor& w) { return (w + 1).clamp_min(edge).reciprocal(); }

/// Derivative in α of x·φ(αx) + α, φ(z) = (e^z − 1)/z: x²·φ'(αx) + 1.
at::Tensor rising_alpha_slope(const at::Tensor& x, const at::Tensor& alpha) {
  const auto z = alpha * x;
  const auto near = series(z, [](int n) { return (n + 1) / std::tgamma(n + 3); });
  const auto direct = (z.exp() * (z - 1) + 1) / not_zero(z).square();
  return x.square() * beside_zero(z, near, direct) + 1;
}

/// Derivative in α of s·ψ(w), s = x + α, w = −αs, ψ(w) = ln(1 + w)/w: ψ(w) − s(s + α)·ψ'(w).
at::Tensor falling_alpha_slope(const at::Tensor& x, const at::Tensor& alpha) {
  const auto s = x + alpha, w = -alpha * s, value = logarithm(w), divisor = not_zero(w);
  const auto near = series(w, [](int n) { return (n % 2 == 0 ? -1.0 : 1.0) * (n + 1) / (n + 2); });
  const auto direct = (w * logarithm_slope(w) - value) / divisor.square();
  const auto ratio = (value / divisor).masked_fill(w == 0, 1);
  return ratio - s * (s + alpha) * beside_zero(w, near, direct);
}

/// Composed of operators it would divide by α, and autograd would lose the digits of the difference.
struct SoftExponential : torch::autograd::Function<SoftExponential> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& alpha) {
    context->save_for_backward({x, alpha});
    const auto divisor = not_zero(alpha);
    const auto rising = (alpha * x).expm1() / divisor + alpha;
    const auto falling = -logarithm(-alpha * (x + alpha)) / divisor;
    return at::where(alpha > 0, rising, at::where(alpha < 0, falling, x));
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &alpha = saved[1];
    const auto above = alpha.clamp_min(0), below = alpha.clamp_max(0);
    const auto slope = at::where(alpha > 0, (above * x).exp(), logarithm_slope(-below * (x + below)));
    const auto alpha_slope =
        at::where(alpha > 0, rising_alpha_slope(x, above), falling_alpha_slope(x, below));
    return {gradients[0] * slope, (gradients[0] * alpha_slope).sum_to_size(alpha.sizes())};
  }
};

}  // namespace

// LibTorch 1.13 computes the e^x − 1 of elu, selu and celu as just that, and loses the digits of a small x.

// clang-format off
std::vector<Row> exponential() {
  return {
      row("elu", "x for x > 0, alpha·(e^x − 1) below", {{"alpha", 1, 0, 100}},
          [](const at::Tensor& x, const Call& c) { return at::elu(x, c.numbers[0]); },
          "Clevert, Unterthiner & Hochreiter 2016, Fast and accurate deep network learning by exponential "
          "linear units",
          "(−1, ∞)", monotone | smooth | native | cancels,
          {+[](const Numbers& n) { return n[0] == 1 ? Numbers{} : Numbers{0}; }, {}, "elu"}),
      row("selu", "1.0507x for x > 0, 1.7581·(e^x − 1) below", {},
          [](const at::Tensor& x, const Call&) { return at::selu(x); },
          "Klambauer, Unterthiner, Mayr & Hochreiter 2017, Self-normalizing neural networks",
          "(−1.7581, ∞)", monotone | native | cancels | self_normalising, {{0}}),
      row("celu", "x for x > 0, alpha·(e^(x/alpha) − 1) below", {{"alpha", 1, 0.01, 100}},
          [](const at::Tensor& x, const Call& c) { return at::celu(x, c.numbers[0]); },
          "Barron 2017, Continuously differentiable exponential linear units",
          "(−1, ∞)", monotone | smooth | native | cancels, {{}, {}, "elu"}),
      // Two numbers a layer, as in the paper.
      row("pelu", "(a/b)·x for x > 0, a·(e^(x/b) − 1) below, a and b learned",
          {{"a", 1, 0.1, 100, true}, {"b", 1, 0.1, 100, true}}, pelu,
          "Trottier, Giguère & Chaib-draa 2017, Parametric exponential linear unit for deep convolutional "
          "neural networks",
          "(−1, ∞)", monotone | smooth | layer_wide, {{}, {}, "elu"}),
      row("mpelu", "x for x > 0, α·(e^(βx) − 1) below, α and β learned",
          {{"alpha", 0.25, 0, 100, true}, {"beta", 1, 0, 100, true}}, mpelu,
          "Li, Fan, Li, Wu & Ming 2018, Improving deep neural network with multiple parametric exponential "
          "linear units",
          "(−0.25, ∞)", monotone,
          {+[](const Numbers& n) { return n[0] * n[1] == 1 ? Numbers{} : Numbers{0}; }}),
      row("pdelu", "x for x > 0, α·(max(0, 1 + (1 − t)x)^(1/(1 − t)) − 1) below, α learned",
          {{"t", 0.9, 0.1, 2}, {"alpha", 1, 0, 100, true}}, pdelu,
          "Cheng, Li, Wu, Ma & Ngan 2020, Parametric deformable exponential linear units for deep neural networks",
          "[−1, ∞)", monotone | smooth,
          {+[](const Numbers& n) { return n[1] == 1 ? Numbers{} : Numbers{0}; }}),
      row("isrlu", "x for x > 0, x/√(1 + alpha·x²) below", {{"alpha", 1, 0.01, 100}},
          [](const at::Tensor& x, const Call& c) { return with_slope<isrlu, isrlu_slope>(x, c.numbers[0]); },
          "Carlile, Delamarter, Kinney, Marti & Whitney 2017, Improving deep learning by inverse square root "
          "linear units (ISRLUs)",
          "(−1, ∞)", monotone | smooth),
      row("elish", "x·σ(x) for x > 0, (e^x − 1)·σ(x) below", {},
          [](const at::Tensor& x, const Call&) { return widened(x, elish); },
          "Basirat & Roth 2018, The quest for the golden activation function",
          "[−0.17157, ∞)", smooth),
      row("hard_elish", "x·g for x > 0, (e^x − 1)·g below, g = min(max((x + 1)/2, 0), 1)", {},
          [](const at::Tensor& x, const Call&) { return widened(x, hard_elish); },
          "Basirat & Roth 2018, The quest for the golden activation function",
          "[−0.09967, ∞)", none, {{-1, 1}}),
      row("softplus", "ln(1 + e^(beta·x))/beta", {{"beta", 1, 0.01, 100}}, softplus,
          "Dugas et al. 2001, Incorporating second-order functional knowledge for better option pricing",
          "(0, ∞)", monotone | smooth | native),
      row("shifted_softplus", "ln(e^x/2 + 1/2)", {},
          [](const at::Tensor& x, const Call&) { return widened(x, shifted_softplus); },
          "Schütt et al. 2017, SchNet: a continuous-filter convolutional neural network for modeling quantum "
          "interactions",
          "(−0.69315, ∞)", monotone | smooth),
      row("bent_identity", "(√(x² + 1) − 1)/2 + x", {},
          [](const at::Tensor& x, const Call&) { return with_slope<bent_identity, bent_identity_slope>(x); },
          "no known paper; listed by Kunc & Kléma 2024, Three decades of activations: a comprehensive survey of "
          "400 activation functions for neural networks",
          "(−∞, ∞)", monotone | smooth),
      // Outside of the logarithm's domain (and from 1 − α(x + α) = 0.01 on) it goes on along its tangent, so
      // that neither the value nor the gradient ever ends. The start is of our choosing: 0 would begin as the
      // identity, and there the function has a first derivative in α, but no second. At its zero the sum cancels.
      row("soft_exponential", "−ln(1 − α(x + α))/α for α < 0, x at 0, (e^(αx) − 1)/α + α for α > 0, α learned",
          {{"alpha", 0.125, -1, 1, true}},
          [](const at::Tensor& x, const Call& c) {
            const auto alpha = c.parameters[0].to(at::kDouble);
            return in_float64(x, [&alpha](const at::Tensor& w) { return SoftExponential::apply(w, alpha); });
          },
          "Godfrey & Gashler 2015, A continuum among logarithmic, linear, and exponential functions, and its "
          "potential to improve generalization in neural networks",
          "(−7.875, ∞)", monotone | smooth | cancels),
  };
}
// clang-format on

}  // namespace actlab::families
