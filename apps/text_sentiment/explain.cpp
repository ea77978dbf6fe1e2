#include "apps/text_sentiment/explain.h"

#include <torch/torch.h>

namespace actlab {
namespace {

/// Gives the embedding a table of its own for a while.
class TableInPlace {
 public:
  TableInPlace(Embedding& embedding, const at::Tensor& table) : embedding_(embedding) {
    embedding_.set_table(table);
  }
  ~TableInPlace() { embedding_.set_table({}); }
  TableInPlace(const TableInPlace&) = delete;
  TableInPlace& operator=(const TableInPlace&) = delete;

 private:
  Embedding& embedding_;
};

/// The logit of the most probable class of each row less the mean of the others: [N].
at::Tensor lead(const at::Tensor& logits) {
  const auto winner = std::get<0>(logits.max(1));
  const auto others = static_cast<double>(logits.size(1) - 1);
  return winner - (logits.sum(1) - winner) / others;
}

}  // namespace

Explanation explain(TextNetwork& network, const EncodedTexts& texts) {
  const torch::AutoGradMode with_gradient(true);
  auto& embedding = network.embedding();
  const auto device = embedding.weight.device();
  const auto tokens = texts.tokens.to(device);
  // A row for each place of the batch, so that a word that occurs twice is told apart; row 0 is padding.
  const auto places = torch::arange(1, tokens.numel() + 1, tokens.options()).view_as(tokens) * tokens.ne(0);
  const auto vectors = embedding.weight.detach().index_select(0, tokens.flatten());
  const auto table = torch::cat({torch::zeros_like(vectors.slice(0, 0, 1)), vectors}).requires_grad_();
  const TableInPlace in_place(embedding, table);
  const auto logits = network.forward({places, texts.lengths.to(device)});
  const auto gradient = torch::autograd::grad({lead(logits).sum()}, {table})[0];
  const auto products = (gradient * table.detach()).to(torch::kDouble).sum(1).slice(0, 1);
  return {logits.detach(), (products.view_as(tokens) * tokens.ne(0)).cpu()};
}

}  // namespace actlab
