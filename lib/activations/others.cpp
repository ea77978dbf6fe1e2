#include <torch/torch.h>

#include "lib/activations/families.h"

namespace actlab::families {
namespace {

at::Tensor maxout(const at::Tensor& x, const Call& call) {
  const auto pieces = x.chunk(static_cast<int64_t>(call.numbers[0]), call.channel_dimension);
  auto largest = pieces[0];
  for (size_t i = 1; i < pieces.size(); ++i) largest = at::maximum(largest, pieces[i]);
  return largest;
}

}  // namespace

// clang-format off
std::vector<Row> others() {
  return {
      row("hard_shrink", "x for |x| > lambda, else 0", {{"lambda", 0.5, 0, 100}},
          [](const at::Tensor& x, const Call& c) { return at::hardshrink(x, c.numbers[0]); },
          "Donoho & Johnstone 1994, Ideal spatial adaptation by wavelet shrinkage",
          "(−∞, ∞)", monotone | zero_centred | native, {{-0.5, 0.5}}),
      // Not at::softshrink, which turns NaN into 0 in LibTorch 1.13.
      row("soft_shrink", "x − lambda for x > lambda, x + lambda for x < −lambda, else 0",
          {{"lambda", 0.5, 0, 100}},
          [](const at::Tensor& x, const Call& c) { return x - x.clamp(-c.numbers[0], c.numbers[0]); },
          "Donoho & Johnstone 1994, Ideal spatial adaptation by wavelet shrinkage",
          "(−∞, ∞)", monotone | zero_centred, {{-0.5, 0.5}}),
      row("sin", "sin x", {},
          [](const at::Tensor& x, const Call&) { return at::sin(x); },
          "Parascandolo, Huttunen & Virtanen 2016, Taming the waves: sine as activation function",
          "[−1, 1]", smooth | zero_centred | native),
      row("glu", "x₁·σ(x₂)", {},
          [](const at::Tensor& x, const Call& c) { return at::glu(x, c.channel_dimension); },
          "Dauphin, Fan, Auli & Grangier 2017, Language modeling with gated convolutional networks",
          "(−∞, ∞)", smooth | native, {{}, {}, {}, 2}),
      row("maxout", "max(x₁, …, x_pieces)", {{"pieces", 2, 2, 16, false, true}}, maxout,
          "Goodfellow, Warde-Farley, Mirza, Courville & Bengio 2013, Maxout networks",
          "(−∞, ∞)", monotone, {{}, {}, {}, 0}),
  };
}
// clang-format on

}  // namespace actlab::families
