#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "lib/layers/embedding.h"

namespace actlab {

/// For as long as it lives, every place of a batch of tokens has vectors of its own in these tables, so that
/// a token that occurs twice is told apart.
class PlacedVectors {
 public:
  /// tokens: int [N, L], 0 is padding, on the device of the tables.
  PlacedVectors(std::vector<Embedding*> embeddings, const at::Tensor& tokens);
  ~PlacedVectors();
  PlacedVectors(const PlacedVectors&) = delete;
  PlacedVectors& operator=(const PlacedVectors&) = delete;

  /// What the network gets instead of the tokens: [N, L], 0 where those are 0.
  const at::Tensor& places() const { return places_; }

  /// Gradient × input (Shrikumar et al. 2016), Σ ∂score/∂v · v over the vectors v of each place: double [N,
  /// L] on the CPU, 0 at padding. `score`: a sum over the batch of what the network made of the places. Where
  /// it is linear in the vectors, the contributions sum to the score less its value for vectors of zeros.
  at::Tensor contributions(const at::Tensor& score) const;

 private:
  std::vector<Embedding*> embeddings_;
  at::Tensor places_;
  std::vector<at::Tensor> tables_;
};

}  // namespace actlab
