#include "apps/reproduce/dense_stack.h"

#include <fmt/format.h>

#include "lib/layers/initialise.h"

namespace actlab {

DenseStack::DenseStack(const ActivationChoice& choice, const std::vector<long>& widths, long seed) {
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    layers_.push_back(
        register_module(fmt::format("layer{}", i), torch::nn::Linear(widths[i], widths[i + 1])));
    if (i + 2 < widths.size())
      activations_.push_back(register_module(fmt::format("activation{}", i),
                                             std::make_shared<Activation>(choice, widths[i + 1])));
  }
  initialise(*this, "matched", choice, seed);
}

at::Tensor DenseStack::forward(at::Tensor x) {
  for (size_t i = 0; i < layers_.size(); ++i) {
    x = layers_[i]->forward(x);
    if (i < activations_.size()) x = activations_[i]->forward(x);
  }
  return x;
}

}  // namespace actlab
