#include "lib/training/optimisers.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "lib/activations/activation.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

using torch::optim::OptimizerParamGroup;

constexpr double pi = 3.14159265358979323846;

struct ParameterGroups {
  std::vector<at::Tensor> weights, activations;
};

ParameterGroups split_parameters(Network& network) {
  std::unordered_set<const void*> owned_by_activation;
  for (const auto& module : network.modules(/*include_self=*/false)) {
    if (dynamic_cast<Activation*>(module.get()) == nullptr) continue;
    for (const auto& parameter : module->parameters())
      owned_by_activation.insert(parameter.unsafeGetTensorImpl());
  }
  ParameterGroups groups;
  for (const auto& parameter : network.parameters()) {
    const bool activation = owned_by_activation.count(parameter.unsafeGetTensorImpl()) > 0;
    (activation ? groups.activations : groups.weights).push_back(parameter);
  }
  return groups;
}

template <typename Optimiser, typename Options>
std::unique_ptr<torch::optim::Optimizer> build(const ParameterGroups& parameters, Options options,
                                               double decay) {
  std::vector<OptimizerParamGroup> groups;
  const auto add = [&](const std::vector<at::Tensor>& members, double weight_decay) {
    if (members.empty()) return;
    options.weight_decay(weight_decay);
    groups.emplace_back(members, std::make_unique<Options>(options));
  };
  add(parameters.weights, decay);
  add(parameters.activations, 0);
  return std::make_unique<Optimiser>(std::move(groups), options);
}

}  // namespace

const std::vector<std::string>& optimiser_names() {
  static const std::vector<std::string> names = {"sgd", "adam", "adamw", "rmsprop"};
  return names;
}

std::unique_ptr<torch::optim::Optimizer> make_optimiser(Network& network, const Hyperparameters& hyper) {
  using namespace torch::optim;
  const auto parameters = split_parameters(network);
  const double decay = hyper.weight_decay;
  if (hyper.optimizer == "sgd")
    return build<SGD>(parameters, SGDOptions(hyper.lr).momentum(hyper.momentum), decay);
  if (hyper.optimizer == "adam") return build<Adam>(parameters, AdamOptions(hyper.lr), decay);
  if (hyper.optimizer == "adamw") return build<AdamW>(parameters, AdamWOptions(hyper.lr), decay);
  if (hyper.optimizer == "rmsprop") return build<RMSprop>(parameters, RMSpropOptions(hyper.lr), decay);
  throw unknown_name("optimizer", hyper.optimizer, optimiser_names());
}

void set_learning_rate(torch::optim::Optimizer& optimiser, double lr) {
  for (auto& group : optimiser.param_groups()) group.options().set_lr(lr);
}

const std::vector<std::string>& schedule_names() {
  static const std::vector<std::string> names = {"constant", "step", "cosine"};
  return names;
}

double schedule_factor(const Hyperparameters& hyper, double epoch) {
  const auto epochs = static_cast<double>(hyper.epochs);
  if (epoch < hyper.warmup) return epoch / hyper.warmup;
  if (hyper.schedule == "constant") return 1;
  if (hyper.schedule == "step") return epoch < 0.5 * epochs ? 1 : epoch < 0.75 * epochs ? 0.1 : 0.01;
  if (hyper.schedule == "cosine") {
    const double length = epochs - hyper.warmup;
    const double progress = length > 0 ? std::min((epoch - hyper.warmup) / length, 1.0) : 1;
    return 0.5 * (1 + std::cos(pi * progress));
  }
  throw unknown_name("schedule", hyper.schedule, schedule_names());
}

}  // namespace actlab
