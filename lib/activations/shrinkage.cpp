#include <torch/torch.h>

#include "lib/activations/families.h"

namespace actlab::families {
namespace {

Numbers both_sides(const Numbers& numbers) { return {-numbers[0], numbers[0]}; }

}  // namespace

// clang-format off
std::vector<Row> shrinkage() {
  return {
      row("hard_shrink", "x for |x| > lambda, else 0", {{"lambda", 0.5, 0, 100}},
          [](const at::Tensor& x, const Call& c) { return at::hardshrink(x, c.numbers[0]); },
          "Donoho & Johnstone 1994, Ideal spatial adaptation by wavelet shrinkage",
          "(−∞, ∞)", monotone | zero_centred | native, {both_sides}),
      // Not at::softshrink, which turns NaN into 0 in LibTorch 1.13.
      row("soft_shrink", "x − lambda for x > lambda, x + lambda for x < −lambda, else 0",
          {{"lambda", 0.5, 0, 100}},
          [](const at::Tensor& x, const Call& c) { return x - x.clamp(-c.numbers[0], c.numbers[0]); },
          "Donoho & Johnstone 1994, Ideal spatial adaptation by wavelet shrinkage",
          "(−∞, ∞)", monotone | zero_centred, {both_sides}),
      // Next to 0 both terms are nearly equal, and so are those of its slope 1 − (1 − tanh²).
      row("tanh_shrink", "x − tanh x", {},
          [](const at::Tensor& x, const Call&) {
            return widened(x, [](const at::Tensor& w) { return w - at::tanh(w); });
          },
          "Collobert, Kavukcuoglu & Farabet 2011, Torch7: a Matlab-like environment for machine learning",
          "(−∞, ∞)", monotone | smooth | zero_centred | cancels),
  };
}
// clang-format on

}  // namespace actlab::families
