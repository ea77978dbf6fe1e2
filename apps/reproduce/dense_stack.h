#pragma once

#include <torch/torch.h>

#include <vector>

#include "lib/activations/activation.h"
#include "lib/layers/network.h"

namespace actlab {

/// Dense layers with an activation between each two: what the article's claims are tried on where a product's
/// model would only be in the way.
class DenseStack : public Network {
 public:
  /// widths: inputs, hidden widths, outputs. Weights are drawn by the `matched` policy from `seed`.
  DenseStack(const ActivationChoice& choice, const std::vector<long>& widths, long seed);

  at::Tensor forward(const std::vector<at::Tensor>& inputs) override { return forward(inputs.front()); }
  at::Tensor forward(at::Tensor x);  // [N, inputs] → [N, outputs]

  const std::vector<torch::nn::Linear>& layers() const { return layers_; }

 private:
  std::vector<torch::nn::Linear> layers_;
  std::vector<std::shared_ptr<Activation>> activations_;
};

}  // namespace actlab
