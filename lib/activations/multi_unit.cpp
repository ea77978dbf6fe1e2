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
std::vector<Row> multi_unit_rows() {
  return {
      row("glu", "x₁·σ(x₂)", {},
          [](const at::Tensor& x, const Call& c) { return at::glu(x, c.channel_dimension); },
          "Dauphin, Fan, Auli & Grangier 2017, Language modeling with gated convolutional networks",
          "(−∞, ∞)", multi_unit | smooth | native, {{}, {}, {}, 2}),
      row("maxout", "max(x₁, …, x_pieces)", {{"pieces", 2, 2, 16, false, true}}, maxout,
          "Goodfellow, Warde-Farley, Mirza, Courville & Bengio 2013, Maxout networks",
          "(−∞, ∞)", multi_unit | monotone, {{}, {}, {}, 0}),
  };
}
// clang-format on

}  // namespace actlab::families
