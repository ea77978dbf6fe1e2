#pragma once

// The pieces that recommendation models are made of.

#include <torch/nn/modules/linear.h>

#include "lib/layers/blocks.h"
#include "lib/layers/embedding.h"
#include "models/recommendation/recommendation.h"

namespace actlab {

/// A vector a token, and of them a vector a field: a single value's own, or the mean of a bag or history.
class FieldVectors : public Embedding {
 public:
  FieldVectors(const ClickShape& shape, long width, double bound);

  long width() const { return weight.size(1); }

  /// int32 [N, columns] → [N, fields, width].
  at::Tensor of_fields(const at::Tensor& tokens) { return means(tokens, fields_); }

 private:
  std::vector<ColumnGroup> fields_;
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

  /// tokens: int32 [N, columns], numbers: float32 [N, numbers] → [N, 1].
  at::Tensor forward(const at::Tensor& tokens, const at::Tensor& numbers);

 private:
  std::shared_ptr<FieldVectors> tokens_;  // [tokens, 1]
  at::Tensor numbers_, bias_;             // [numbers, 1], [1]
};

/// The widths of a tower: the argument `width`, a list like `400-400-400` or one that `depth` repeats.
/// `fallback` is its default; where only `depth` is given, the first of it is repeated.
std::vector<long> tower_widths(const Spec& model, const std::string& fallback);

/// Dense layers of these widths over data, and one linear output: [N, inputs] → [N, 1].
class Tower : public torch::nn::Module {
 public:
  Tower(long inputs, const std::vector<long>& widths, const LayerStyle& style);

  at::Tensor forward(const at::Tensor& x) { return output_(hidden_->forward(x)); }

 private:
  std::shared_ptr<Chain> hidden_ = std::make_shared<Chain>();
  torch::nn::Linear output_{nullptr};
};

/// What a tower sees: the vectors of all fields side by side, then the numbers as they are. vectors: [N,
/// fields, width], numbers: [N, numbers] → [N, tower_inputs()].
at::Tensor side_by_side(const at::Tensor& vectors, const at::Tensor& numbers);
long tower_inputs(const ClickShape& shape, long width);

}  // namespace actlab
