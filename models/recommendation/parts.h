#pragma once

// The pieces that recommendation models are made of.

#include "lib/layers/embedding.h"
#include "models/recommendation/recommendation.h"
#include "models/recommendation/tower.h"

namespace actlab {

/// A vector a token.
class FieldVectors : public Embedding {
 public:
  using Embedding::Embedding;

  long width() const { return weight.size(1); }
};

/// Vectors start in U(−0.05, 0.05), small, so that the sum of the products of all pairs of fields starts near
/// 0.
constexpr double vector_bound = 0.05;

/// Vectors of the model's argument `embedding` (16 by default) numbers.
std::shared_ptr<FieldVectors> field_vectors(const Spec& model, const ClickShape& shape);

/// Bias, a weight a token and a weight a number: b + Σ over fields of the mean weight of its tokens + Σ
/// number·weight. All start at 0 under every policy: a linear model needs no random start, and a token that
/// training never saw stays without effect.
class FirstOrder : public torch::nn::Module {
 public:
  explicit FirstOrder(const ClickShape& shape);

  /// numbers: float32 [N, numbers] → [N, 1].
  at::Tensor forward(const SharedTokens& tokens, const at::Tensor& numbers);

 private:
  std::shared_ptr<FieldVectors> tokens_;  // [tokens, 1]
  at::Tensor numbers_, bias_;             // [numbers, 1], [1]
};

/// The widths of a tower: the argument `width`, a list like `400-400-400` or one that `depth` repeats.
/// `fallback` is its default; where only `depth` is given, the first of it is repeated.
std::vector<long> tower_widths(const Spec& model, const std::string& fallback);

/// How many numbers a tower sees: the vectors of all fields side by side, then the numbers as they are.
long tower_inputs(const ClickShape& shape, long width);

}  // namespace actlab
