#include <torch/torch.h>

#include "lib/activations/families.h"

namespace actlab::families {
namespace {

/// With slope 0 the left side is 0 at −∞ too, where LibTorch's 0·∞ is NaN.
at::Tensor leaky(const at::Tensor& x, double slope) {
  return slope == 0 ? at::relu(x) : at::leaky_relu(x, slope);
}

/// LibTorch's operator knows weights along dimension 1 only; elsewhere the definition does it.
at::Tensor prelu(const at::Tensor& x, const Call& call) {
  if (call.frozen) return leaky(x, call.numbers[0]);
  const auto& slope = call.parameters[0];
  if (slope.numel() == 1 || call.channel_dimension == 1) return at::prelu(x, slope.flatten());
  return at::where(x > 0, x, slope * x);
}

/// One slope an element. They are drawn on the CPU in float32 and in the order of a contiguous tensor, so the
/// numbers depend neither on the device nor on the memory layout.
at::Tensor rrelu(const at::Tensor& x, const Call& call) {
  const double lower = call.numbers[0], upper = call.numbers[1];
  if (!call.training) return leaky(x, (lower + upper) / 2);
  const auto slopes = at::empty(x.sizes(), at::kFloat).uniform_(lower, upper, *call.noise);
  return x * slopes.to(x.options()).masked_fill_(x >= 0, 1);
}

at::Tensor srelu(const at::Tensor& x, const Call& call) {
  const auto &left = call.parameters[0], &left_slope = call.parameters[1];
  const auto &right = call.parameters[2], &right_slope = call.parameters[3];
  const auto below = left + left_slope * (x - left);
  const auto above = right + right_slope * (x - right);
  return at::where(x >= right, above, at::where(x <= left, below, x));
}

Numbers srelu_kinks(const Numbers& numbers) {
  Numbers kinks;
  if (numbers[1] != 1) kinks.push_back(numbers[0]);
  if (numbers[3] != 1) kinks.push_back(numbers[2]);
  return kinks;
}

at::Tensor star_relu(const at::Tensor& x, const Call& call) {
  return widened(x, [&call](const at::Tensor& w) {
    const auto rectified = at::relu(w);
    return call.parameters[0] * rectified * rectified + call.parameters[1];
  });
}

/// From 1e30 on the 1 counts no more, and a logarithm goes on where β·x may overflow, or LibTorch's log1p is
/// infinite (from 1e38).
at::Tensor nlrelu(const at::Tensor& x, const Call& call) {
  static constexpr double large = 1e30;
  return widened(x, [&call](const at::Tensor& w) {
    return at::log1p(call.numbers[0] * w.clamp(0, large)) + at::log((w / large).clamp_min(1));
  });
}

at::Tensor sine_relu(const at::Tensor& x, const Call& call) {
  return widened(x, [&call](const at::Tensor& w) {
    return at::where(w > 0, w, call.numbers[0] * (at::sin(w) - at::cos(w)));
  });
}

}  // namespace

// clang-format off
std::vector<Row> rectified() {
  return {
      row("relu", "max(0, x)", {},
          [](const at::Tensor& x, const Call&) { return at::relu(x); },
          "Nair & Hinton 2010, Rectified linear units improve restricted Boltzmann machines",
          "[0, ∞)", monotone | native, {{0}, {}, "relu"}),
      row("leaky_relu", "x for x > 0, slope·x below", {{"slope", 0.01, 0, 1}},
          [](const at::Tensor& x, const Call& c) { return leaky(x, c.numbers[0]); },
          "Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic models",
          "(−∞, ∞)", monotone | native, {{0}, {}, "leaky_relu"}),
      row("prelu", "x for x > 0, a·x below, a learned from init", {{"init", 0.25, 0, 1, true}}, prelu,
          "He, Zhang, Ren & Sun 2015, Delving deep into rectifiers",
          "(−∞, ∞)", monotone | native, {{0}}),
      // The paper defines a ~ U(l, u) as a factor below 1, then reports a divisor from U(3, 8). As in
      // LibTorch, the factor is uniform between the inverses 1/8 and 1/3, and its mean 0.229 (not 1/5.5) acts
      // in evaluation.
      row("rrelu", "x for x ≥ 0, a·x below, a ~ U(lower, upper), in evaluation its mean",
          {{"lower", 0.125, 0, 1}, {"upper", 0.3333, 0, 1}}, rrelu,
          "Xu, Wang, Chen & Li 2015, Empirical evaluation of rectified activations in convolutional network",
          "(−∞, ∞)", monotone | native | random | ordered, {{0}}),
      row("relu6", "min(max(0, x), 6)", {},
          [](const at::Tensor& x, const Call&) { return widened(x, [](const at::Tensor& w) { return at::relu6(w); }); },
          "Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10",
          "[0, 6]", monotone | native, {{0, 6}}),
      row("thresholded_relu", "x for x > theta, else 0", {{"theta", 1, 0, 1e3}},
          [](const at::Tensor& x, const Call& c) { return at::threshold(x, c.numbers[0], 0); },
          "Konda, Memisevic & Krueger 2015, Zero-bias autoencoders and the benefits of co-adapting features",
          "[0, ∞)", monotone | native, {+[](const Numbers& n) { return n; }}),
      // The paper begins with a leaky ReLU, and after some epochs sets the right threshold to a quantile of the
      // inputs. Here the thresholds are learned from the beginning; the function begins as a leaky ReLU too.
      row("srelu", "x between left and right, beyond them lines of slope left_slope and right_slope; all learned",
          {{"left", 0, -1e3, 0, true}, {"left_slope", 0.2, 0, 10, true},
           {"right", 1, 0, 1e3, true}, {"right_slope", 1, 0, 10, true}}, srelu,
          "Jin et al. 2016, Deep learning with S-shaped rectified linear activation units",
          "(−∞, ∞)", monotone, {srelu_kinks}),
      row("squared_relu", "max(0, x)²", {},
          [](const at::Tensor& x, const Call&) { return at::relu(x).square(); },
          "So et al. 2021, Primer: searching for efficient transformers for language modeling",
          "[0, ∞)", monotone | smooth),
      // Mean 0 and variance 1 for a standard normal input. The sum cancels where scale·x² is near −shift.
      row("star_relu", "scale·max(0, x)² + shift",
          {{"scale", 0.8944, 0, 100, true}, {"shift", -0.4472, -100, 100, true}}, star_relu,
          "Yu et al. 2022, MetaFormer baselines for vision",
          "[−0.4472, ∞)", monotone | smooth | layer_wide | learns_on_request | cancels),
      row("shifted_relu", "max(−1, x)", {},
          [](const at::Tensor& x, const Call&) { return x.clamp_min(-1); },
          "Clevert, Unterthiner & Hochreiter 2016, Fast and accurate deep network learning by exponential "
          "linear units",
          "[−1, ∞)", monotone, {{-1}}),
      row("nlrelu", "ln(1 + beta·max(0, x))", {{"beta", 1, 0.01, 100}}, nlrelu,
          "Liu, Zhang, Gao & Chen 2019, Natural-logarithm-rectified activation function in convolutional neural "
          "networks",
          "[0, ∞)", monotone, {{0}}),
      // Jumps by epsilon at 0. The difference on the left cancels near π/4 + kπ.
      row("sine_relu", "x for x > 0, epsilon·(sin x − cos x) below", {{"epsilon", 0.0025, 0, 10}}, sine_relu,
          "Rodrigues 2018, SineReLU: an alternative to the ReLU activation function",
          "[−0.003536, ∞)", cancels, {{0}}),
      // The name has two meanings. This is the older, dual parametric ReLU; the dynamic parametric ReLU (Yang, Ngoc,
      // Shin & Hwang 2023) adds two learned shifts, which the biases of the layers around it can learn as well.
      row("dprelu", "positive·x for x > 0, negative·x below, both learned",
          {{"positive", 1, 0, 10, true}, {"negative", 0.01, 0, 10, true}},
          [](const at::Tensor& x, const Call& c) { return x * at::where(x > 0, c.parameters[0], c.parameters[1]); },
          "Balaji, Kavya & Sebastian 2019, Learn-able parameter guided activation functions",
          "(−∞, ∞)", monotone, {{0}, {}, "leaky_relu"}),
      row("abs", "|x|", {},
          [](const at::Tensor& x, const Call&) { return at::abs(x); },
          "Jarrett, Kavukcuoglu, Ranzato & LeCun 2009, What is the best multi-stage architecture for object "
          "recognition?",
          "[0, ∞)", native, {{0}}),
  };
}
// clang-format on

}  // namespace actlab::families
