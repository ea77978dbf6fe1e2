#include "apps/text_sentiment/explain.h"

#include <torch/torch.h>

#include "apps/common/placed_vectors.h"

namespace actlab {
namespace {

/// The logit of the most probable class of each row less the mean of the others: [N].
at::Tensor lead(const at::Tensor& logits) {
  const auto winner = std::get<0>(logits.max(1));
  const auto others = static_cast<double>(logits.size(1) - 1);
  return winner - (logits.sum(1) - winner) / others;
}

}  // namespace

Explanation explain(TextNetwork& network, const EncodedTexts& texts) {
  const torch::AutoGradMode with_gradient(true);
  const auto device = network.embedding().weight.device();
  const PlacedVectors vectors({&network.embedding()}, texts.tokens.to(device));
  const auto logits = network.forward({vectors.places(), texts.lengths.to(device)});
  return {logits.detach(), vectors.contributions(lead(logits).sum())};
}

}  // namespace actlab
