#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "lib/activations/activation.h"
#include "lib/layers/initialise.h"
#include "models/text/text.h"

namespace actlab {

constexpr long vocabulary_size = 50;

inline ActivationChoice choice_of(const std::string& text) { return resolve_activation(parse_spec(text)); }

inline std::shared_ptr<TextNetwork> model_of(const std::string& model, const std::string& activation,
                                             const TextShape& shape = {vocabulary_size, 4}) {
  return build_text_model(parse_spec(model), choice_of(activation), shape);
}

/// Drawn as training would, every word with a vector of its own.
inline std::shared_ptr<TextNetwork> ready_model(const std::string& model, const std::string& activation,
                                                const std::string& policy = "matched") {
  auto network = model_of(model, activation);
  initialise(*network, policy, choice_of(activation), 1);
  seed_noise(*network, 1);
  const torch::NoGradGuard no_grad;
  torch::manual_seed(3);
  network->embedding().weight.normal_(0, 0.5)[0].zero_();
  return network;
}

/// Texts of these lengths, of words other than padding: tokens and lengths.
inline std::vector<at::Tensor> texts(const std::vector<long>& lengths) {
  torch::manual_seed(5);
  const auto length = torch::tensor(lengths, torch::kLong);
  const long columns = std::max(1L, length.max().item<long>());
  auto tokens = torch::randint(1, vocabulary_size, {length.size(0), columns}, torch::kInt);
  tokens.masked_fill_(torch::arange(columns) >= length.unsqueeze(1), 0);
  return {tokens, length};
}

}  // namespace actlab
