#include <torch/torch.h>

#include "lib/activations/families.h"

namespace actlab::families {

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
          "(0, 1)", monotone | smooth | native),
      row("tanh", "tanh x", {},
          [](const at::Tensor& x, const Call&) { return at::tanh(x); },
          "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp",
          "(−1, 1)", monotone | smooth | zero_centred | native),
      // Courbariaux et al. 2015 (BinaryConnect) use the steeper clamp((x + 1)/2, 0, 1); this is LibTorch's
      // form.
      row("hard_sigmoid", "min(max(x + 3, 0), 6)/6", {},
          [](const at::Tensor& x, const Call&) { return at::hardsigmoid(x); },
          "Howard et al. 2019, Searching for MobileNetV3",
          "[0, 1]", monotone | native, {{-3, 3}}),
      row("hard_tanh", "min(max(x, min), max)", {{"min", -1, -1e3, 1e3}, {"max", 1, -1e3, 1e3}},
          [](const at::Tensor& x, const Call& c) {
            return widened(x, [&c](const at::Tensor& w) { return at::hardtanh(w, c.numbers[0], c.numbers[1]); });
          },
          "Collobert 2004, Large scale machine learning",
          "[−1, 1]", monotone | zero_centred | native | ordered, {+[](const Numbers& n) { return n; }}),
      // The curve is older (Elliott 1993); the name and its use in deep networks are from here.
      row("softsign", "x/(1 + |x|)", {},
          [](const at::Tensor& x, const Call&) { return x / (x.abs() + 1); },
          "Turian, Bergstra & Bengio 2009, Quadratic features and deep architectures for chunking",
          "(−1, 1)", monotone | smooth | zero_centred),
      // Elliott's curve in its form for (0, 1). A rescaled softsign, but no twin of it: scale and shift
      // change the gain and the mean of the signal, so the networks are not the same.
      row("elliott", "x/(2(1 + |x|)) + 1/2", {},
          [](const at::Tensor& x, const Call&) { return 0.5 * (x / (x.abs() + 1)) + 0.5; },
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
  };
}
// clang-format on

}  // namespace actlab::families
