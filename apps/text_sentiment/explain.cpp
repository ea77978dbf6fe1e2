#include "apps/text_sentiment/explain.h"

#include <torch/torch.h>

#include "apps/common/classification.h"
#include "apps/common/placed_vectors.h"

namespace actlab {
Explanation explain(TextNetwork& network, const EncodedTexts& texts) {
  const torch::AutoGradMode with_gradient(true);
  const auto device = network.embedding().weight.device();
  const PlacedVectors vectors({&network.embedding()}, texts.tokens.to(device));
  const auto logits = network.forward({vectors.places(), texts.lengths.to(device)});
  return {logits.detach(), vectors.contributions(lead(logits, logits.argmax(1)).sum())};
}

}  // namespace actlab
