#include "lib/layers/embedding.h"

#include <torch/torch.h>

namespace actlab {

Embedding::Embedding(long rows, long width) {
  weight = register_parameter("weight", torch::zeros({rows, width}));
}

at::Tensor Embedding::forward(const at::Tensor& tokens) {
  return torch::embedding(table(), tokens, /*padding_idx=*/0);
}

at::Tensor Embedding::mean(const at::Tensor& tokens) {
  const auto count = tokens.ne(0).sum(1, /*keepdim=*/true).clamp_min(1);
  return forward(tokens).sum(1) / count;
}

}  // namespace actlab
