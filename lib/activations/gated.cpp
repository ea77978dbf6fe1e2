#include <torch/torch.h>

#include <cmath>
#include <iterator>

#include "lib/activations/gates.h"
#include "lib/activations/numerics.h"
#include "lib/core/compat.h"

namespace actlab::families {
namespace {

/// An operator of LibTorch that lacks nothing but its limit at −∞; value() may overwrite its argument. As a
/// node of its own in the graph it costs one pass more than the operator, in the forward direction, and keeps
/// no more memory. Operators without a second derivative write the first one out where a graph of it is asked
/// for.
template <class Operator>
struct Native : torch::autograd::Function<Native<Operator>> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x) {
    context->save_for_backward({x});
    return Operator::value(bounded_below(x));
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    return {Operator::gradient(gradients[0], context->get_saved_variables()[0])};
  }
};

/// LibTorch 1.13 hands float32 to oneDNN here, which takes the incoming gradient for laid out as x is: any
/// other (behind a transposed view, say) gives wrong numbers without a word.
at::Tensor gelu_gradient(const at::Tensor& upper, const at::Tensor& x, const char* form) {
  const bool alike = upper.strides() == x.strides();
  return at::gelu_backward(alike ? upper : at::empty_like(x).copy_(upper), x, form);
}

struct Gelu {
  static at::Tensor value(at::Tensor x) {
    if (!compat::gelu_overflows) return at::gelu_(x, "none");
    return at::gelu(x.clamp_max(-closed), "none").add_(x.add(closed).clamp_min_(0));
  }
  static at::Tensor gradient(const at::Tensor& upper, const at::Tensor& x) {
    return gelu_gradient(upper, x, "none");
  }
};

/// LibTorch's derivative of the tanh form is 0·∞ = NaN once x² overflows. At ±50 the slope has long reached
/// its limit.
struct GeluTanh {
  static at::Tensor value(at::Tensor x) { return at::gelu_(x, "tanh"); }
  static at::Tensor gradient(const at::Tensor& upper, const at::Tensor& x) {
    return gelu_gradient(upper, x.clamp(-50, 50), "tanh");
  }
};

struct Silu {
  static at::Tensor value(at::Tensor x) { return at::silu_(x); }
  static at::Tensor gradient(const at::Tensor& upper, const at::Tensor& x) {
    if (!at::GradMode::is_enabled()) return at::silu_backward(upper, x);
    const auto gate = at::sigmoid(x);
    return upper * (gate * (1 + x * (1 - gate)));
  }
};

/// LibTorch divides x·6 by 6, which overflows. Its hardsigmoid has 1/6 to float32 alone (CUDA).
struct HardSwish {
  static at::Tensor value(at::Tensor x) {
    return x.mul_(x.scalar_type() == at::kDouble ? (x + 3).clamp_(0, 6).div_(6) : at::hardsigmoid(x));
  }
  static at::Tensor gradient(const at::Tensor& upper, const at::Tensor& x) {
    return at::hardswish_backward(upper, x);
  }
};

struct Mish {
  static at::Tensor value(at::Tensor x) { return at::mish_(x); }
  static at::Tensor gradient(const at::Tensor& upper, const at::Tensor& x) {
    if (!at::GradMode::is_enabled()) return at::mish_backward(upper, x);
    const auto gate = at::tanh(at::softplus(x, 1, 40));
    return upper * (gate + x * at::sigmoid(x) * (1 - gate.square()));
  }
};

/// Frozen at β = 1 it is LibTorch's SiLU, bit for bit.
at::Tensor swish(const at::Tensor& x, const Call& call) {
  if (call.frozen && call.numbers[0] == 1) return Native<Silu>::apply(x);
  const auto v = bounded_below(x);
  return v * at::sigmoid(call.parameters[0] * v);
}

at::Tensor hard_mish(const at::Tensor& x, const Call&) {
  const auto v = x.clamp_min(-2);
  return v * (0.5 * v + 1).clamp_max(1);
}

/// e^10 is more than enough for tanh to reach 1.
at::Tensor tanh_exp(const at::Tensor& x, const Call&) {
  const auto v = bounded_below(x);
  return v * at::tanh(at::exp(v.clamp_max(10)));
}

/// Above 40 softplus is x to the last bit of float64. LibTorch 2.6 has no digits of a small erf in float32.
at::Tensor serf(const at::Tensor& x, const Call&) {
  return in_float64(x, [](const at::Tensor& w) {
    const auto v = bounded_below(w);
    return v * at::erf(at::softplus(v, 1, 40));
  });
}

/// tanh(ln u) = (u² − 1)/(u² + 1), here with u² − 1 = t.
at::Tensor smish(const at::Tensor& x, const Call&) {
  const auto v = bounded_below(x);
  const auto s = at::sigmoid(v);
  const auto t = s * (s + 2);
  return v * (t / (t + 2));
}

at::Tensor logish(const at::Tensor& x, const Call&) {
  const auto v = bounded_below(x);
  return v * at::log1p(at::sigmoid(v));
}

at::Tensor phish(const at::Tensor& x, const Call&) {
  const auto v = bounded_below(x);
  const auto gelu = 0.5 * v * at::erfc(-M_SQRT1_2 * v);
  return v * at::tanh(gelu);
}

/// At −10 the gate is e^−22026, nothing in float64.
at::Tensor golu(const at::Tensor& x, const Call&) {
  const auto v = x.clamp_min(-10);
  return v * at::exp(-at::exp(-v));
}

at::Tensor aria2(const at::Tensor& x, const Call& call) {
  const auto v = bounded_below(x);
  return v * at::exp(call.numbers[0] * at::log_sigmoid(call.numbers[1] * v.clamp_max(-closed)));
}

at::Tensor esh(const at::Tensor& x, const Call&) {
  const auto v = bounded_below(x);
  return v * at::tanh(at::sigmoid(v));
}

/// With a = e^(x + e^x − 1) for x < 0 and b = e^−(x + e^x) for x > 0 (1 and 1/e on the other side) the
/// function is x·a/(a − x·b), and nothing overflows. The denominator is at least 0.94: there is no pole.
/// Above 5 the function is x to the last bit of float64.
at::Tensor colu(const at::Tensor& x, const Call&) {
  const auto v = x.clamp(closed, 5);
  const auto below = v.clamp_max(0), above = v.clamp_min(0);
  const auto a = at::exp(below) * at::exp(at::expm1(below));
  const auto b = at::exp(-above - at::exp(above));
  return v / (a - v * b) * a + at::relu(x - 5);
}

}  // namespace

at::Tensor safe_gelu(const at::Tensor& x) { return Native<Gelu>::apply(x); }

// clang-format off
std::vector<Row> gated() {
  std::vector<Row> rows = {
      // 1 + erf cancels on the left. erfc would not, but it is slower, and no network sees the difference: it is
      // below the last bit of the output of a neighbour that is 1.
      row("gelu", "x·Φ(x)", {},
          [](const at::Tensor& x, const Call&) { return safe_gelu(x); },
          "Hendrycks & Gimpel 2016, Gaussian error linear units (GELUs)",
          "[−0.16997, ∞)", smooth | native | cancels),
      // 1 + tanh cancels on the left.
      row("gelu_tanh", "½x(1 + tanh(√(2/π)(x + 0.044715x³)))", {},
          [](const at::Tensor& x, const Call&) { return Native<GeluTanh>::apply(x); },
          "Hendrycks & Gimpel 2016, Gaussian error linear units (GELUs)",
          "[−0.17004, ∞)", smooth | native | cancels),
      // Cancels here and below also means: the rounding of an exponent, such as 1.702x, counts |x| times in the
      // tail on the left.
      row("quick_gelu", "x·σ(1.702x)", {},
          wide([](const at::Tensor& x, const Call&) {
            const auto v = bounded_below(x);
            return v * at::sigmoid(1.702 * v);
          }),
          "Hendrycks & Gimpel 2016, Gaussian error linear units (GELUs)",
          "[−0.16361, ∞)", smooth | cancels),
      row("silu", "x·σ(x)", {},
          [](const at::Tensor& x, const Call&) { return Native<Silu>::apply(x); },
          "Elfwing, Uchibe & Doya 2018, Sigmoid-weighted linear units for neural network function "
          "approximation",
          "[−0.2785, ∞)", smooth | native, {{}, {"swish1"}, "silu"}),
      row("swish", "x·σ(βx), β learned from beta", {{"beta", 1, 0, 100, true}}, wide(swish),
          "Ramachandran, Zoph & Le 2017, Searching for activation functions",
          "[−0.2785, ∞)", smooth | cancels, {{}, {}, "silu"}),
      row("hard_swish", "x·min(max(x + 3, 0), 6)/6", {},
          [](const at::Tensor& x, const Call&) { return Native<HardSwish>::apply(x); },
          "Howard et al. 2019, Searching for MobileNetV3",
          "[−0.375, ∞)", native, {{-3, 3}}),
      row("mish", "x·tanh(ln(1 + e^x))", {},
          wide([](const at::Tensor& x, const Call&) { return Native<Mish>::apply(x); }),
          "Misra 2019, Mish: a self regularized non-monotonic activation function",
          "[−0.30884, ∞)", smooth | native),
      row("hard_mish", "x·min(max(x + 2, 0), 2)/2", {}, wide(hard_mish),
          "Misra 2020, H-Mish (in code, without a paper)",
          "[−0.5, ∞)", none, {{-2}}),
      row("e_swish", "beta·x·σ(x)", {{"beta", 1.5, 0.01, 100}},
          wide([](const at::Tensor& x, const Call& c) { return c.numbers[0] * Native<Silu>::apply(x); }),
          "Alcaide 2018, E-swish: adjusting activations to different network depths",
          "[−0.4177, ∞)", smooth),
      row("lisht", "x·tanh x", {},
          wide([](const at::Tensor& x, const Call&) { return x * at::tanh(x); }),
          "Roy et al. 2019, LiSHT: non-parametric linearly scaled hyperbolic tangent activation function",
          "[0, ∞)", smooth),
      row("tanh_exp", "x·tanh(e^x)", {}, wide(tanh_exp),
          "Liu & Di 2020, TanhExp: a smooth activation function with high convergence speed for lightweight neural "
          "networks",
          "[−0.35329, ∞)", smooth, {{}, {"telu"}}),
      row("serf", "x·erf(ln(1 + e^x))", {}, wide(serf),
          "Nag & Bhattacharyya 2021, SERF: towards better training of deep neural networks using log-softplus error "
          "activation function",
          "[−0.34844, ∞)", smooth),
      row("smish", "x·tanh(ln(1 + σ(x)))", {}, wide(smish),
          "Wang, Ren & Wang 2022, Smish: a novel activation function for deep learning methods",
          "[−0.24999, ∞)", smooth),
      row("logish", "x·ln(1 + σ(x))", {}, wide(logish),
          "Zhu, Zeng, Liu & Zhang 2021, Logish: a new nonlinear nonmonotonic activation function for convolutional "
          "neural network",
          "[−0.25277, ∞)", smooth),
      row("phish", "x·tanh(x·Φ(x))", {}, wide(phish),
          "Naveen 2022, Phish: a novel hyper-optimizable activation function",
          "[0, ∞)", smooth | cancels),
      // The sum cancels where x·σ(x) is near −t.
      row("flatten_t_swish", "max(0, x)·σ(x) + t", {{"t", -0.2, -10, 10}},
          wide([](const at::Tensor& x, const Call& c) { return at::silu(at::relu(x)) + c.numbers[0]; }),
          "Chieng, Wahid, Ong & Perla 2018, Flatten-T swish: a thresholded ReLU-swish-like activation function for "
          "deep learning",
          "[−0.2, ∞)", monotone | cancels, {{0}}),
      row("golu", "x·e^(−e^−x)", {}, wide(golu),
          "Das, Safari, Adriaensen & Hutter 2025, Gompertz linear units: leveraging asymmetry for enhanced learning "
          "dynamics",
          "[−0.09726, ∞)", smooth | cancels),
      row("aria2", "x·(1 + e^(−beta·x))^−alpha", {{"alpha", 1.5, 0.01, 100}, {"beta", 2, 0.01, 100}}, wide(aria2),
          "Patwardhan, Ingalhalikar & Walambe 2018, ARiA: utilizing Richard's curve for controlling the "
          "non-monotonicity of the activation function in deep neural nets",
          "[−0.06998, ∞)", smooth | cancels),
      row("esh", "x·tanh(σ(x))", {}, wide(esh),
          "Alkhouly, Mohammed & Hefny 2021, Improving the performance of deep neural networks using two proposed "
          "activation functions (there: TSReLU)",
          "[−0.27424, ∞)", smooth),
      row("colu", "x/(1 − x·e^−(x + e^x))", {}, wide(colu),
          "Vagerwal 2021, Deeper learning with CoLU activation",
          "[−0.37716, ∞)", smooth),
  };
  auto learned = learned_gates();
  std::move(learned.begin(), learned.end(), std::back_inserter(rows));
  return rows;
}
// clang-format on

}  // namespace actlab::families
