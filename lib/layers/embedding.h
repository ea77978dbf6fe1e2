#pragma once

#include <ATen/core/ivalue.h>
#include <torch/nn/module.h>

#include <optional>
#include <vector>

#include "lib/layers/embedding_kernels.h"

namespace actlab {

/// Tokens of a batch, int32 [N, L], and the groups of their columns that are averaged; groups lie in 0..L-1
/// and may overlap. Tables that look up the same ones share it, so that they are put in order once.
class TokenBatch : public torch::CustomClassHolder {
 public:
  TokenBatch(const at::Tensor& tokens, std::vector<ColumnGroup> groups);

  const at::Tensor& tokens() const { return tokens_; }  // without gaps between rows
  const std::vector<ColumnGroup>& groups() const { return groups_; }
  const TokenGroups& by_token();  // CPU only

 private:
  at::Tensor tokens_;
  std::vector<ColumnGroup> groups_;
  std::optional<TokenGroups> by_token_;
};
using SharedTokens = c10::intrusive_ptr<TokenBatch>;

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

  /// The same for each group of columns, in one pass: [N, groups, width].
  at::Tensor means(const SharedTokens& tokens);

  /// The same side by side, and behind them `rest`, [N, any]: [N, groups · width + any].
  at::Tensor means_beside(const SharedTokens& tokens, const at::Tensor& rest);

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
