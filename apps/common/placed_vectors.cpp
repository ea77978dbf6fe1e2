#include "apps/common/placed_vectors.h"

#include <torch/torch.h>

namespace actlab {

PlacedVectors::PlacedVectors(std::vector<Embedding*> embeddings, const at::Tensor& tokens)
    : embeddings_(std::move(embeddings)),
      places_(torch::arange(1, tokens.numel() + 1, tokens.options()).view_as(tokens) * tokens.ne(0)) {
  for (auto* embedding : embeddings_) {
    const auto vectors = embedding->weight.detach().index_select(0, tokens.flatten());
    tables_.push_back(torch::cat({torch::zeros_like(vectors.slice(0, 0, 1)), vectors}).requires_grad_());
    embedding->set_table(tables_.back());
  }
}

PlacedVectors::~PlacedVectors() {
  for (auto* embedding : embeddings_) embedding->set_table({});
}

at::Tensor PlacedVectors::contributions(const at::Tensor& score) const {
  const auto gradients = torch::autograd::grad({score}, tables_);
  auto sum = torch::zeros(places_.sizes(), torch::kDouble);
  for (size_t i = 0; i < tables_.size(); ++i) {
    const auto products = (gradients[i] * tables_[i].detach()).to(torch::kCPU, torch::kDouble).sum(1);
    sum += products.slice(0, 1).view_as(sum);
  }
  return sum * places_.cpu().ne(0);
}

}  // namespace actlab
