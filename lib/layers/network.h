#pragma once

#include <torch/nn/module.h>

#include <vector>

namespace actlab {

/// A model: whole input tensors in (batch first, bytes allowed), raw outputs (logits) out.
class Network : public torch::nn::Module {
 public:
  /// inputs: one tensor per field of the data set, each [N, …]; returns [N, outputs].
  virtual at::Tensor forward(const std::vector<at::Tensor>& inputs) = 0;
};

}  // namespace actlab
