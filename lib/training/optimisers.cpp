#include "lib/training/optimisers.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "lib/activations/activation.h"
#include "lib/core/constants.h"
#include "lib/core/error.h"
#include "lib/core/memory.h"
#include "lib/layers/embedding.h"
#include "lib/training/adagrad.h"
#include "lib/training/adam_step.h"
#include "lib/training/sparse_gradient.h"

namespace actlab {
namespace {

using torch::optim::OptimizerParamGroup;

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

bool is_plain(const at::Tensor& x) {
  return x.is_cpu() && x.scalar_type() == at::kFloat && x.layout() == at::kStrided && x.is_contiguous();
}

/// LibTorch's Adam or AdamW, in one pass over memory where all weights are float32 on the CPU: a sixth of the
/// time of a small network's training step (measured). Elsewhere LibTorch's own step.
template <typename Base, typename Options>
class OnePass : public Base {
 public:
  using Base::Base;

  at::Tensor step(torch::optim::Optimizer::LossClosure closure = nullptr) override {
    if (closure || !suitable()) return Base::step(closure);
    size_t index = 0;
    for (auto& group : this->param_groups()) {
      const auto& options = static_cast<const Options&>(group.options());
      for (auto& parameter : group.params()) {
        if (index == states_.size()) states_.emplace_back();
        if (parameter.grad().defined()) update(parameter, states_[index], options);
        ++index;
      }
    }
    return {};
  }

 private:
  /// Both moments of each row side by side, [rows, 2, numbers in a row]. What always has dense gradients is
  /// one long row.
  struct State {
    at::Tensor moments;
    long steps = 0;
  };

  bool suitable() {
    for (const auto& group : this->param_groups()) {
      for (const auto& parameter : group.params()) {
        const auto& gradient = parameter.grad();
        if (!is_plain(parameter) || (gradient.defined() && !is_plain(values_of(gradient)))) return false;
      }
    }
    return true;
  }

  static AdamStep numbers(const Options& options, long steps) {
    const auto [beta1, beta2] = options.betas();
    const double t = static_cast<double>(steps), decay = options.weight_decay();
    constexpr bool decoupled = std::is_same_v<Base, torch::optim::AdamW>;
    const auto narrow = [](double value) { return static_cast<float>(value); };
    return {narrow(decoupled ? 1 - options.lr() * decay : 1),
            narrow(decoupled ? 0 : decay),
            narrow(beta1),
            narrow(beta2),
            narrow(1 - beta1),
            narrow(1 - beta2),
            narrow(1 / std::sqrt(1 - std::pow(beta2, t))),
            narrow(options.eps()),
            narrow(options.lr() / (1 - std::pow(beta1, t)))};
  }

  static void update(at::Tensor& parameter, State& state, const Options& options) {
    auto& gradient = parameter.mutable_grad();
    coalesce(gradient);
    const long rows = gradient.is_sparse() ? parameter.size(0) : 1, width = parameter.numel() / rows;
    if (!state.moments.defined()) state.moments = zeros_in_huge_pages({rows, 2, width});
    TORCH_CHECK(state.moments.size(0) == rows, "a parameter's gradients are all sparse or all dense");
    const auto step = numbers(options, ++state.steps);
    gradient.is_sparse() ? update_rows(step, parameter, state.moments)
                         : update_all(step, parameter, state.moments);
  }

  static void update_all(const AdamStep& step, at::Tensor& parameter, at::Tensor& moments) {
    auto* weight = parameter.data_ptr<float>();
    const auto* gradient = parameter.grad().data_ptr<float>();
    auto *first = moments.data_ptr<float>(), *second = first + parameter.numel();
    at::parallel_for(0, parameter.numel(), elements_worth_a_thread, [&](int64_t begin, int64_t end) {
      adam_step(step, end - begin, weight + begin, gradient + begin, first + begin, second + begin);
    });
  }

  static void update_rows(const AdamStep& step, at::Tensor& parameter, at::Tensor& moments) {
    const auto indices = parameter.grad()._indices(), values = parameter.grad()._values();
    const long width = moments.size(2), grain = std::max(1L, elements_worth_a_thread / width);
    auto* weight = parameter.data_ptr<float>();
    auto* both = moments.data_ptr<float>();
    const auto* row = indices.data_ptr<int64_t>();
    const auto* gradient = values.data_ptr<float>();
    at::parallel_for(0, indices.size(1), grain, [&](int64_t begin, int64_t end) {
      adam_step_on_rows(step, row + begin, end - begin, width, weight, gradient + begin * width, both);
    });
  }

  static constexpr long elements_worth_a_thread = 32768;
  std::vector<State> states_;  // one a parameter, in the order of the groups
};

std::vector<Embedding*> embeddings_of(const Network& network) {
  std::vector<Embedding*> embeddings;
  for (const auto& module : network.modules(/*include_self=*/false)) {
    if (auto* embedding = dynamic_cast<Embedding*>(module.get())) embeddings.push_back(embedding);
  }
  return embeddings;
}

/// Adam and Adagrad on the CPU update the touched rows of an embedding alone; no other optimiser here can.
void choose_gradients(const Network& network, const std::string& optimiser) {
  const auto parameters = network.parameters();
  const bool lazy = optimiser == "adam" || optimiser == "adamw" || optimiser == "adagrad";
  const bool sparse = lazy && std::all_of(parameters.begin(), parameters.end(), is_plain);
  for (auto* embedding : embeddings_of(network)) embedding->use_sparse_gradients(sparse);
}

template <typename Optimiser, typename Options>
std::unique_ptr<Optimiser> build(const ParameterGroups& parameters, Options options, double decay) {
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
  static const std::vector<std::string> names = {"sgd", "adam", "adamw", "adagrad", "rmsprop"};
  return names;
}

std::unique_ptr<torch::optim::Optimizer> make_optimiser(Network& network, const Hyperparameters& hyper) {
  using namespace torch::optim;
  const auto parameters = split_parameters(network);
  const double decay = hyper.weight_decay;
  choose_gradients(network, hyper.optimizer);
  if (hyper.optimizer == "sgd")
    return build<SGD>(parameters, SGDOptions(hyper.lr).momentum(hyper.momentum), decay);
  if (hyper.optimizer == "adam")
    return build<OnePass<Adam, AdamOptions>>(parameters, AdamOptions(hyper.lr), decay);
  if (hyper.optimizer == "adamw")
    return build<OnePass<AdamW, AdamWOptions>>(parameters, AdamWOptions(hyper.lr), decay);
  if (hyper.optimizer == "adagrad") {
    auto adagrad = build<RowWiseAdagrad>(parameters, AdagradOptions(hyper.lr), decay);
    for (const auto* embedding : embeddings_of(network)) adagrad->add_table(embedding->weight);
    return adagrad;
  }
  if (hyper.optimizer == "rmsprop") return build<RMSprop>(parameters, RMSpropOptions(hyper.lr), decay);
  throw unknown_name("optimizer", hyper.optimizer, optimiser_names());
}

void clip_gradients(const std::vector<at::Tensor>& parameters, double largest) {
  std::vector<at::Tensor> gradients, norms;
  for (const auto& parameter : parameters) {
    auto& gradient = parameter.mutable_grad();
    if (!gradient.defined()) continue;
    coalesce(gradient);
    gradients.push_back(values_of(gradient));
    norms.push_back(gradients.back().norm());
  }
  if (gradients.empty()) return;
  const auto factor = (largest / (torch::stack(norms).norm() + 1e-6)).clamp_max(1);
  for (auto& gradient : gradients) gradient.mul_(factor);
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
