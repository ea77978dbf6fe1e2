#include <torch/torch.h>

#include "lib/activations/gates.h"

namespace actlab::families {
namespace {

at::Tensor maxout(const at::Tensor& x, const Call& call) {
  const auto pieces = x.chunk(static_cast<int64_t>(call.numbers[0]), call.channel_dimension);
  auto largest = pieces[0];
  for (size_t i = 1; i < pieces.size(); ++i) largest = at::maximum(largest, pieces[i]);
  return largest;
}

/// x₁·gate(x₂), x₁ the first half of the channels, x₂ the second.
template <class Gate>
Function gated_by(Gate gate) {
  return [gate](const at::Tensor& x, const Call& call) {
    return widened(x, [&](const at::Tensor& w) {
      const auto halves = w.chunk(2, call.channel_dimension);
      return halves[0] * gate(halves[1]);
    });
  };
}

at::Tensor crelu(const at::Tensor& x, const Call& call) {
  return at::relu(at::cat({x, -x}, call.channel_dimension));
}

}  // namespace

// clang-format off
std::vector<Row> multi_unit_rows() {
  return {
      row("maxout", "max(x₁, …, x_pieces)", {{"pieces", 2, 2, 16, false, true}}, maxout,
          "Goodfellow, Warde-Farley, Mirza, Courville & Bengio 2013, Maxout networks",
          "(−∞, ∞)", multi_unit | monotone, {{}, {}, {}, 0}),
      row("glu", "x₁·σ(x₂)", {},
          [](const at::Tensor& x, const Call& c) {
            return widened(x, [&c](const at::Tensor& w) { return at::glu(w, c.channel_dimension); });
          },
          "Dauphin, Fan, Auli & Grangier 2017, Language modeling with gated convolutional networks",
          "(−∞, ∞)", multi_unit | smooth | native, {{}, {}, {}, 2}),
      row("reglu", "x₁·max(0, x₂)", {}, gated_by([](const at::Tensor& x) { return at::relu(x); }),
          "Shazeer 2020, GLU variants improve transformer",
          "(−∞, ∞)", multi_unit, {{0}, {}, {}, 2}),
      row("geglu", "x₁·gelu(x₂)", {}, gated_by(safe_gelu),
          "Shazeer 2020, GLU variants improve transformer",
          "(−∞, ∞)", multi_unit | smooth, {{}, {}, {}, 2}),
      row("swiglu", "x₁·silu(x₂)", {}, gated_by([](const at::Tensor& x) { return at::silu(x); }),
          "Shazeer 2020, GLU variants improve transformer",
          "(−∞, ∞)", multi_unit | smooth, {{}, {}, {}, 2}),
      row("bilinear", "x₁·x₂", {}, gated_by([](const at::Tensor& x) { return x; }),
          "Dauphin, Fan, Auli & Grangier 2017, Language modeling with gated convolutional networks",
          "(−∞, ∞)", multi_unit | smooth, {{}, {}, {}, 2}),
      row("crelu", "max(0, x) and max(0, −x), two outputs for each input", {}, crelu,
          "Shang, Sohn, Almeida & Lee 2016, Understanding and improving convolutional neural networks via "
          "concatenated rectified linear units",
          "[0, ∞)", multi_unit, {{0}, {}, {}, 0.5}),
  };
}
// clang-format on

}  // namespace actlab::families
