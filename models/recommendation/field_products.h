#pragma once

#include <torch/nn/module.h>

#include <memory>

#include "lib/layers/embedding.h"
#include "models/recommendation/recommendation.h"

namespace actlab {

/// Products of every two fields (Rendle 2010, Factorization machines, section III): Σ_{i<j} ⟨v_i, v_j⟩ x_i
/// x_j, as ½ Σ_k ((Σ_i v_ik x_i)² − Σ_i v_ik² x_i²), linear in the number of fields. A categorical field is
/// its vector with x = 1; a numerical field has a vector of its own, and x is its value. On the CPU in
/// float32 differentiable once, in one pass over the vectors forward and one backward.
class FieldProducts : public torch::nn::Module {
 public:
  /// width: numbers of a vector. The vectors of numbers start in U(−bound, bound).
  FieldProducts(const ClickShape& shape, long width, double bound);

  struct Result {
    at::Tensor products;  // [N, 1]
    at::Tensor inputs;  // as they came; who goes on with these rather than with his own saves a pass backward
  };

  /// inputs: vectors of the categorical fields side by side, and anything behind them, [N, fields · width +
  /// any]; numbers: [N, numbers].
  Result forward(const at::Tensor& inputs, const at::Tensor& numbers);

 private:
  long fields_, width_;
  std::shared_ptr<Embedding> numbers_;  // row j + 1 is the vector of number j; null without numbers
  at::Tensor rows_;                     // [1, numbers]: 1, 2, …
};

}  // namespace actlab
