#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "lib/layers/embedding_kernels.h"

namespace actlab {

/// A table of vectors, one a token. Token 0 is padding: its vector is 0 and never learned. Gradients touch
/// only the rows of the batch where the optimiser can use that (use_sparse_gradients), so that a training
/// step does not grow with the table. On the CPU a float32 table is differentiable once, and a token that
/// names no row is a data error.
class Embedding : public torch::nn::Module {
 public:
  /// The parameter `weight` is [rows, width], which initialise() draws from U(−bound, bound); rows ≥ 2, width
  /// ≥ 1, bound ≥ 0. That of words without a given vector in Kim 2014 is 0.25.
  Embedding(long rows, long width, double bound = 0.25);

  double bound() const { return bound_; }

  /// tokens: int32 [N, L], each in 0..rows-1 → [N, L, width].
  at::Tensor forward(const at::Tensor& tokens);

  /// The mean vector of the tokens other than padding of each row (0 where there are none): [N, L] → [N,
  /// width].
  at::Tensor mean(const at::Tensor& tokens);

  /// The same for each group of columns, in one pass: [N, L] → [N, groups, width]. Groups lie in 0..L-1 and
  /// may overlap.
  at::Tensor means(const at::Tensor& tokens, const std::vector<ColumnGroup>& groups);

  /// Whether the gradient of `weight` is a coalesced sparse tensor over the touched rows (CPU only).
  void use_sparse_gradients(bool sparse) { sparse_ = sparse; }

  /// While defined, `table` ([rows, width]; row 0 is padding) takes the place of the weights: with a row for
  /// each place of a text, its gradient tells the places apart.
  void set_table(at::Tensor table) { table_ = std::move(table); }

  at::Tensor weight;

 private:
  const at::Tensor& table() const { return table_.defined() ? table_ : weight; }
  bool sparse() const { return sparse_ && !table_.defined(); }

  double bound_;
  at::Tensor table_;
  bool sparse_ = false;
};

}  // namespace actlab
