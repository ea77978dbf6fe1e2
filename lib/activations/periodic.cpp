#include <torch/torch.h>

#include "lib/activations/families.h"

namespace actlab::families {

// clang-format off
std::vector<Row> periodic() {
  return {
      row("sin", "sin x", {},
          [](const at::Tensor& x, const Call&) { return at::sin(x); },
          "Parascandolo, Huttunen & Virtanen 2016, Taming the waves: sine as activation function",
          "[−1, 1]", smooth | zero_centred | native),
  };
}
// clang-format on

}  // namespace actlab::families
