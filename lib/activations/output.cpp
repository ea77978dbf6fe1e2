#include <torch/torch.h>

#include "lib/activations/families.h"

namespace actlab::families {

// clang-format off
std::vector<Row> output() {
  return {
      row("softmax", "e^xᵢ/Σe^xⱼ", {},
          [](const at::Tensor& x, const Call& c) { return at::softmax(x, c.channel_dimension); },
          "Bridle 1990, Probabilistic interpretation of feedforward classification network outputs",
          "(0, 1)", contextual | smooth | native),
      row("log_softmax", "xᵢ − ln Σe^xⱼ", {},
          [](const at::Tensor& x, const Call& c) { return at::log_softmax(x, c.channel_dimension); },
          "Bridle 1990, Probabilistic interpretation of feedforward classification network outputs",
          "(−∞, 0)", contextual | smooth | native),
  };
}
// clang-format on

}  // namespace actlab::families
