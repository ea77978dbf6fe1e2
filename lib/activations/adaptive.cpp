#include <torch/torch.h>

#include <cmath>
#include <limits>

#include "lib/activations/families.h"
#include "lib/activations/numerics.h"

namespace actlab::families {
namespace {

constexpr double largest = std::numeric_limits<float>::max();

/// weight·x with the limit 0 where the weight is 0 and x infinite.
at::Tensor weighted(const at::Tensor& number, const at::Tensor& x) {
  const auto weight = number.to(x.scalar_type());
  const auto bound = at::where(weight == 0, at::full_like(weight, largest), at::full_like(weight, HUGE_VAL));
  return weight * at::minimum(at::maximum(x, -bound), bound);
}

/// The mean is a sum of shares, which stays in range where a sum of values may not.
at::Tensor abrelu(const at::Tensor& x, const Call& call) {
  return widened(x, [&call](const at::Tensor& w) {
    const auto samples = w.flatten(1);
    const auto values = static_cast<double>(std::max<long>(samples.size(1), 1));
    const auto mean = (samples / values).sum(1, /*keepdim=*/true);
    return at::relu(samples - call.numbers[0] * mean).view_as(w);
  });
}

at::Tensor arelu(const at::Tensor& x, const Call& call) {
  return x * at::where(x > 0, 1 + at::sigmoid(call.parameters[1]), call.parameters[0].clamp(0.01, 0.99));
}

/// The weights a of the hinges start equal, their places b evenly spread over (−1, 1).
std::vector<Learned> hinges(const Numbers& numbers) {
  const double count = numbers[0];
  Learned a{"a", {}}, b{"b", {}};
  for (double i = 0; i < count; ++i) {
    a.start.push_back(numbers[1]);
    b.start.push_back((2 * i + 1) / count - 1);
  }
  return {a, b};
}

Numbers hinge_kinks(const Numbers& numbers) {
  Numbers places = {0};
  if (numbers[1] == 0) return places;
  const auto learned = hinges(numbers);
  for (const double place : learned[1].start) {
    if (place != 0) places.push_back(place);
  }
  // A hinge of weight 1 at 0 turns relu into |x|, which has a kink; one of weight −1 leaves x, which has
  // none.
  const bool middle = std::fmod(numbers[0], 2) == 1;
  if (middle && numbers[1] == -1) places.erase(places.begin());
  return places;
}

at::Tensor apl(const at::Tensor& x, const Call& call) {
  return widened(x, [&call](const at::Tensor& w) {
    auto sum = at::relu(w);
    for (long i = 0; i < call.parameters[0].size(0); ++i) {
      sum = sum + weighted(call.parameters[0][i], at::relu(call.parameters[1][i] - w));
    }
    return sum;
  });
}

/// p = σ of the input, normalised over the batch without affine parameters (Zhou et al. 2018, equations 8,
/// 9). A batch of a single value a channel has no variance of its own and is normalised as in evaluation.
at::Tensor dice(const at::Tensor& x, const Call& call) {
  constexpr double epsilon = 1e-9, momentum = 0.01;
  const bool measures = call.training && x.numel() > x.size(call.channel_dimension);
  return widened(x, [&](const at::Tensor& w) {
    const auto mean = call.state[0].to(w.scalar_type()), variance = call.state[1].to(w.scalar_type());
    const auto normal = at::batch_norm(w.movedim(call.channel_dimension, 1), {}, {}, mean, variance, measures,
                                       momentum, epsilon, /*cudnn_enabled=*/false)
                            .movedim(1, call.channel_dimension);
    if (measures && w.scalar_type() != call.state[0].scalar_type()) {
      call.state[0].copy_(mean);
      call.state[1].copy_(variance);
    }
    const auto p = at::sigmoid(normal);
    return p * w.clamp_min(-largest) + weighted(call.parameters[0], (1 - p) * w.clamp_max(largest));
  });
}

/// Numerator a₀ … a₅ and denominator b₁ … b₄, fitted by reference/fit_rational.py on [−3, 3]. Beyond, they go
/// on as a line of the same slope on both sides.
struct Fraction {
  const char* name;
  Numbers numerator, denominator;
};
const std::vector<Fraction>& fractions() {
  // clang-format off
  static const std::vector<Fraction> all = {
      {"leaky_relu", {0.03356344, 0.505, 1.653176, 2.009367, 0.9314524, 0.1523257}, {0, 3.978945, 0, 0.3016351}},
      {"tanh", {0, 0.9999942, 0, 0.1077076, 0, 0.0008710746}, {0, 0.4410131, 0, 0.01458065}},
      {"sigmoid", {0.5, 0.25, 0.05544272, 0.006888042, 0.0004848805, 1.564573e-05}, {0, 0.1108854, 0, 0.000969761}},
      {"silu", {3.253571e-07, 0.5, 0.2499974, 0.05326534, 0.005802643, 0.0002751473}, {0, 0.1065307, 0, 0.0005502947}},
      {"identity", {0, 1, 0, 1, 0, 1}, {0, 1, 0, 1}},
  };
  // clang-format on
  return all;
}

std::vector<std::string> fraction_names() {
  std::vector<std::string> names;
  for (const auto& fraction : fractions()) names.emplace_back(fraction.name);
  return names;
}

std::vector<Learned> coefficients(const Numbers& numbers) {
  const auto& fraction = fractions()[static_cast<size_t>(numbers[0])];
  return {{"numerator", fraction.numerator}, {"denominator", fraction.denominator}};
}

/// c₀ + c₁x + c₂x² + …
at::Tensor polynomial(const at::Tensor& coefficients, const at::Tensor& x) {
  const long last = coefficients.size(0) - 1;
  auto sum = coefficients[last] * x + coefficients[last - 1];
  for (long i = last - 2; i >= 0; --i) sum = sum * x + coefficients[i];
  return sum;
}

/// Fifth powers of float32 fit into float64. Beyond 2¹⁶⁶ (1e50), for infinity, the fraction is a line.
at::Tensor rational(const at::Tensor& x, const Call& call) {
  return in_float64(x, [&call](const at::Tensor& w) {
    const auto near = w.clamp(-0x1p166, 0x1p166);
    const auto numerator = polynomial(call.parameters[0].to(at::kDouble), near);
    const auto denominator = 1 + at::abs(near * polynomial(call.parameters[1].to(at::kDouble), near));
    return numerator / denominator * (w.abs().clamp_min(0x1p166) * 0x1p-166);
  });
}

/// The window of nine weights, row by row, applied to every channel by itself. A dense layer is an image of
/// one pixel, and a sound one without height: only the weight of the middle acts there.
at::Tensor windows(const at::Tensor& x, const at::Tensor& weights, long channel_dimension) {
  constexpr long middle = 4, size = 3;
  if (x.dim() != 4 || channel_dimension != 1) return weights[middle] * x;
  const long channels = x.size(1);
  const auto kernels =
      weights.flatten(1).expand({size * size, channels}).t().contiguous().view({channels, 1, size, size});
  return at::conv2d(x, kernels, {}, 1, /*padding=*/1, 1, /*groups=*/channels);
}

/// The sums over a window and, in the gradient of the weights, over all pixels are made of smaller numbers,
/// for they may leave the range on the way.
at::Tensor frelu(const at::Tensor& x, const Call& call) {
  constexpr double scale = 0x1p-16;
  return widened(x, [&](const at::Tensor& w) {
    const auto weights = call.parameters[0].to(w.scalar_type()) / scale;
    return at::maximum(w, windows(w.clamp(-largest, largest) * scale, weights, call.channel_dimension));
  });
}

std::vector<Learned> window(const Numbers&) { return {{"window", Numbers(9, 0)}}; }

}  // namespace

// clang-format off
std::vector<Row> adaptive() {
  return {
      // The mean of a sample's own values, so nothing leaks from one sample of a batch to another.
      row("abrelu", "max(0, x − alpha·mean of the sample)", {{"alpha", 1, 0, 10}}, abrelu,
          "Dubey & Chakraborty 2018, Average biased ReLU based CNN descriptor for improved face retrieval",
          "[0, ∞)", contextual),
      row("arelu", "(1 + σ(β))·x for x > 0, α·x below, α kept in [0.01, 0.99]; both learned, one a layer",
          {{"alpha", 0.9, 0.01, 0.99, true}, {"beta", 2, -10, 10, true}}, arelu,
          "Chen, Li & Xu 2020, AReLU: attention-based rectified linear unit",
          "(−∞, ∞)", monotone | layer_wide, {{0}}),
      // The authors draw a uniformly from ±0.2 and b from N(0, 0.5²). Here both start from fixed numbers: a from
      // the mean of those draws, at which the function is relu, and b spread as widely. Hinges of negative weight
      // cancel.
      row("apl", "max(0, x) + Σ aᵢ·max(0, bᵢ − x), all a and b learned",
          {{"hinges", 2, 1, 16, false, true}, {"a", 0, -1, 1}}, apl,
          "Agostinelli, Hoffman, Sadowski & Baldi 2015, Learning activation functions to improve deep neural networks",
          "[0, ∞)", cancels, {hinge_kinks, {}, "relu", 1, hinges}),
      // The paper has 1e-8 for the 1e-9 of the authors' code; momentum is the code's.
      row("dice", "p·x + α(1 − p)x, p = σ(x normalised over the batch), α learned", {{"alpha", 0, -1, 1, true}}, dice,
          "Zhou et al. 2018, Deep interest network for click-through rate prediction",
          "(−∞, ∞)", contextual | normalising | smooth),
      // The safe form. Smooth as it starts; where learning gives the sum in the denominator a zero, a kink appears.
      // At a zero of the numerator its terms cancel.
      row("rational", "(a₀ + … + a₅x⁵)/(1 + |b₁x + … + b₄x⁴|), all learned, one set a layer",
          {{"init", 0, 0, 4, false, false, fraction_names()}}, rational,
          "Molina, Schramowski & Kersting 2020, Padé activation units: end-to-end learning of flexible activation "
          "functions in deep networks",
          "(−∞, ∞)", smooth | layer_wide | cancels, {{}, {}, {}, 1, coefficients}),
      // The paper draws the window from a normal distribution and normalises the convolution over the batch. Here
      // the window starts at 0, at which the function is relu, and nothing is normalised.
      row("frelu", "max(x, 3×3 convolution of x in its channel), nine weights a channel learned", {}, frelu,
          "Ma, Zhang & Sun 2020, Funnel activation for visual recognition",
          "[0, ∞)", contextual | monotone, {{0}, {}, "relu", 1, window}),
  };
}
// clang-format on

}  // namespace actlab::families
