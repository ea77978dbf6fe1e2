#pragma once

#include <torch/nn/modules/linear.h>

#include <vector>

#include "lib/layers/blocks.h"

namespace actlab {

/// Dense layers of these widths over data, and one linear output: [N, inputs] → [N, 1]. In float32 on the
/// CPU, where all that follows a product of matrices is an activation that learns nothing, it is one
/// function, differentiable once: bias and activation are one pass over memory, and so are, on the way back,
/// the slope of the activation and the sum that is the bias's gradient.
class Tower : public torch::nn::Module {
 public:
  Tower(long inputs, const std::vector<long>& widths, const LayerStyle& style);

  at::Tensor forward(const at::Tensor& x);

 private:
  struct Layer {
    torch::nn::LinearImpl* linear;
    Activation* activation;
  };
  bool is_one_function(const at::Tensor& x) const;

  std::shared_ptr<Chain> hidden_ = std::make_shared<Chain>();
  torch::nn::Linear output_{nullptr};
  std::vector<Layer> layers_;  // of hidden_; empty where there is more to them
};

}  // namespace actlab
