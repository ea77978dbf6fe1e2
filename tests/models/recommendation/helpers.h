#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "lib/activations/activation.h"
#include "lib/layers/embedding.h"
#include "lib/layers/initialise.h"
#include "models/recommendation/recommendation.h"

namespace actlab {

inline ActivationChoice choice_of(const std::string& text) { return resolve_activation(parse_spec(text)); }

/// A user, an item, its genres, the user's earlier items, a city; three numbers. Tokens: 1 to 9 users, 10 to
/// 39 items, 40 to 49 genres, 50 to 59 cities.
inline ClickShape small_shape(long genres = 3, long history = 4) {
  ClickShape shape;
  shape.tokens = 60;
  shape.fields = {{"user", FieldKind::single, 0, 1},
                  {"item", FieldKind::single, 1, 1},
                  {"genres", FieldKind::bag, 2, genres},
                  {"earlier", FieldKind::history, 2 + genres, history, 1},
                  {"city", FieldKind::single, 2 + genres + history, 1}};
  shape.numbers = 3;
  return shape;
}

/// Examples of small_shape(): bags and histories of every length, from none to full.
inline std::vector<at::Tensor> clicks(long rows, long genres = 3, long history = 4) {
  torch::manual_seed(5);
  const auto draw = [rows](long low, long high, long columns) {
    return torch::randint(low, high, {rows, columns}, torch::kInt);
  };
  const auto padded = [rows](const at::Tensor& tokens) {
    const auto lengths = torch::arange(rows).remainder(tokens.size(1) + 1).unsqueeze(1);
    return tokens.masked_fill(torch::arange(tokens.size(1)) >= lengths, 0);
  };
  const auto tokens = torch::cat({draw(1, 10, 1), draw(10, 40, 1), padded(draw(40, 50, genres)),
                                  padded(draw(10, 40, history)), draw(50, 60, 1)},
                                 1);
  return {tokens, torch::randn({rows, 3})};
}

inline std::shared_ptr<Network> model_of(const std::string& model, const std::string& activation,
                                         const ClickShape& shape = small_shape()) {
  return build_recommendation_model(parse_spec(model), choice_of(activation), shape);
}

/// Drawn as training would, but every table, bias and first-order weight in N(0, 0.3²), so that each matters.
inline std::shared_ptr<Network> ready_model(const std::string& model, const std::string& activation,
                                            const ClickShape& shape = small_shape(),
                                            const std::string& policy = "matched") {
  auto network = model_of(model, activation, shape);
  initialise(*network, policy, choice_of(activation), 1);
  seed_noise(*network, 1);
  const torch::NoGradGuard no_grad;
  torch::manual_seed(3);
  for (const auto& module : network->modules(false)) {
    if (auto* table = dynamic_cast<Embedding*>(module.get())) table->weight.normal_(0, 0.3)[0].zero_();
  }
  for (const auto& item : network->named_parameters()) {
    const auto name = item.key().substr(item.key().rfind('.') + 1);
    if (name == "bias" || name == "numbers") at::Tensor(item.value()).normal_(0, 0.3);
  }
  return network;
}

inline at::Tensor click_loss(Network& network, const std::vector<at::Tensor>& inputs,
                             const at::Tensor& labels) {
  return torch::binary_cross_entropy_with_logits(network.forward(inputs), labels);
}

/// Every second example is a click.
inline at::Tensor labels_of(long rows) { return torch::arange(rows).remainder(2).to(torch::kFloat); }

}  // namespace actlab
