#include <torch/torch.h>

#include "lib/activations/families.h"

namespace actlab::families {
namespace {

/// LibTorch's operator knows weights along dimension 1 only; elsewhere the definition does it.
at::Tensor prelu(const at::Tensor& x, const Call& call) {
  if (call.frozen) return at::leaky_relu(x, call.numbers[0]);
  const auto& slope = call.parameters[0];
  if (slope.numel() == 1 || call.channel_dimension == 1) return at::prelu(x, slope.flatten());
  return at::where(x > 0, x, slope * x);
}

/// One slope an element. They are drawn on the CPU in float32 and in the order of a contiguous tensor, so the
/// numbers depend neither on the device nor on the memory layout.
at::Tensor rrelu(const at::Tensor& x, const Call& call) {
  const double lower = call.numbers[0], upper = call.numbers[1];
  if (!call.training) return at::leaky_relu(x, (lower + upper) / 2);
  const auto slopes = at::empty(x.sizes(), at::kFloat).uniform_(lower, upper, *call.noise);
  return x * slopes.to(x.options()).masked_fill_(x >= 0, 1);
}

}  // namespace

// clang-format off
std::vector<Row> rectified() {
  return {
      row("relu", "max(0, x)", {},
          [](const at::Tensor& x, const Call&) { return at::relu(x); },
          "Nair & Hinton 2010, Rectified linear units improve restricted Boltzmann machines",
          "[0, ∞)", monotone | native, {{0}}),
      row("leaky_relu", "x for x > 0, slope·x below", {{"slope", 0.01, 0, 1}},
          [](const at::Tensor& x, const Call& c) { return at::leaky_relu(x, c.numbers[0]); },
          "Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic models",
          "(−∞, ∞)", monotone | native, {{0}}),
      row("prelu", "x for x > 0, a·x below, a learned from init", {{"init", 0.25, -1, 1, true}}, prelu,
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
      row("squared_relu", "max(0, x)²", {},
          [](const at::Tensor& x, const Call&) { return at::relu(x).square(); },
          "So et al. 2021, Primer: searching for efficient transformers for language modeling",
          "[0, ∞)", monotone | smooth),
  };
}
// clang-format on

}  // namespace actlab::families
