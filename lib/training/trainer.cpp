#include "lib/training/trainer.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "lib/activations/activation.h"
#include "lib/activations/kernels/fused.h"
#include "lib/core/compat.h"
#include "lib/core/error.h"
#include "lib/core/random.h"
#include "lib/layers/initialise.h"
#include "lib/training/optimisers.h"

namespace actlab {
namespace {

constexpr long probe_rows = 256;
constexpr long steps_between_checks = 50;

/// Copies of every parameter and buffer at the best epoch.
class Snapshot {
 public:
  explicit Snapshot(Network& network) : network_(network) {}
  void take() {
    const auto sources = tensors();
    for (size_t i = 0; i < sources.size(); ++i) {
      if (i == copies_.size()) copies_.push_back(torch::empty_like(sources[i]));
      copies_[i].copy_(sources[i].detach());
    }
  }
  void restore() const {
    const torch::NoGradGuard no_grad;
    const auto targets = tensors();
    for (size_t i = 0; i < copies_.size(); ++i) at::Tensor(targets[i]).copy_(copies_[i]);
  }

 private:
  std::vector<at::Tensor> tensors() const {
    auto all = network_.parameters();
    for (auto& buffer : network_.buffers()) all.push_back(buffer);
    return all;
  }

  Network& network_;
  std::vector<at::Tensor> copies_;  // used again: memory of a large table is slow to touch for the first time
};

/// Of a table whose batches touch a few rows, the last ones are looked at: the time of an epoch shall not
/// grow with a vocabulary, and what is not finite comes down through dense layers, which show it.
bool all_finite(const std::vector<at::Tensor>& parameters) {
  std::vector<at::Tensor> verdicts;
  for (const auto& parameter : parameters) {
    const auto& gradient = parameter.grad();
    const bool sparse = gradient.defined() && gradient.is_sparse();
    verdicts.push_back((sparse ? gradient._values() : parameter.detach()).isfinite().all());
  }
  return verdicts.empty() || torch::stack(verdicts).all().item<bool>();
}

void require_examples(const Examples& train, const Examples& validation) {
  if (train.count() > 0 && validation.count() > 0) return;
  throw data_error("there is nothing to train on or to validate with",
                   fmt::format("{} training and {} validation examples", train.count(), validation.count()),
                   "at least 1 of each", "check the data set and its limits");
}

double primary_of(const MetricValues& values, const Objective& objective) {
  const auto found = values.find(objective.primary);
  if (found != values.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& value : values) names.push_back(value.first);
  throw unknown_name("metric", objective.primary, names);
}

/// One training from start to end.
class Training {
 public:
  Training(Network& network, const Examples& train, const Examples& validation, const Objective& objective,
           const Hyperparameters& hyper, const TrainingOptions& options)
      : network_(network),
        train_(train.to(options.device)),
        validation_(validation.to(options.device)),
        objective_(objective),
        hyper_(hyper),
        options_(options),
        optimiser_(make_optimiser(network, hyper)),
        parameters_(network.parameters()),
        best_(network) {
    if (options.probes) probes_ = std::make_unique<Probes>(network);
  }

  TrainingResult run() {
    if (probes_) validate(0);
    for (long epoch = 1; epoch <= hyper_.epochs && !result_.diverged; ++epoch) {
      run_epoch(epoch);
      if (hyper_.patience > 0 && epoch - result_.best_epoch >= hyper_.patience) break;
    }
    if (result_.best_epoch > 0) best_.restore();
    network_.eval();
    if (result_.train_seconds > 0) {
      result_.samples_per_second = static_cast<double>(samples_) / result_.train_seconds;
    }
    return std::move(result_);
  }

 private:
  void run_epoch(long epoch) {
    EpochResult result;
    result.epoch = epoch;
    const auto start = std::chrono::steady_clock::now();
    train_epoch(result);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result_.train_seconds += result.seconds;
    if (result_.diverged) return;
    result.validation = validate(epoch);
    for (const auto& [name, value] : result.validation) {
      if (std::isnan(value)) return diverge(epoch, fmt::format("the validation {} is not a number", name));
    }
    keep_if_best(epoch, result.validation);
    result_.history.push_back(result);
    if (options_.on_epoch) options_.on_epoch(result);
  }

  void train_epoch(EpochResult& result) {
    const long count = train_.count(), steps = (count + hyper_.batch_size - 1) / hyper_.batch_size;
    const auto next_rows = order_of(result.epoch);
    // Sum of the losses, looked at now and then only: reading a value stalls a device.
    const auto total = torch::zeros({}, at::TensorOptions(torch::kDouble).device(options_.device));
    network_.train();
    for (long step = 0; step < steps; ++step) {
      // The rate at the middle of the step, so that neither warm-up nor cosine has a step of rate 0.
      const double time = static_cast<double>(result.epoch - 1) +
                          (static_cast<double>(step) + 0.5) / static_cast<double>(steps);
      result.lr = hyper_.lr * schedule_factor(hyper_, time);
      set_learning_rate(*optimiser_, result.lr);
      const long first = step * hyper_.batch_size, last = std::min(first + hyper_.batch_size, count);
      const auto loss = train_step(train_.select(next_rows(first, last)));
      total.add_(loss, static_cast<double>(last - first));
      samples_ += last - first;
      const bool look = (step + 1) % steps_between_checks == 0 || step + 1 == steps;
      if (look && !std::isfinite(total.item<double>())) {
        return diverge(result.epoch, fmt::format("the training loss is {} within the first {} of {} steps",
                                                 total.item<double>(), step + 1, steps));
      }
    }
    result.train_loss = total.item<double>() / static_cast<double>(count);
    if (!all_finite(parameters_))
      diverge(result.epoch, "a gradient was not finite and neither are the weights now");
  }

  /// What gives the rows at places first..last-1 of an epoch, asked for from the first to the last.
  std::function<at::Tensor(long first, long last)> order_of(long epoch) const {
    const long seed = options_.seed, count = train_.count();
    if (train_.block > 0 && !train_.sizes.defined()) {
      const auto order = std::make_shared<BlockOrder>(seed, epoch, count, train_.block);
      return [order, device = options_.device](long first, long last) {
        return order->next(last - first).to(device);
      };
    }
    const auto order = train_.sizes.defined()
                           ? epoch_order(seed, epoch, train_.sizes.cpu(), hyper_.batch_size)
                           : epoch_order(seed, epoch, count);
    return [order = order.to(options_.device)](long first, long last) { return order.slice(0, first, last); };
  }

  /// Returns the loss of the batch before the step, detached.
  at::Tensor train_step(const Examples& batch) {
    for (auto& parameter : parameters_) parameter.mutable_grad().reset();
    at::Tensor loss;
    {
      const compat::Bfloat16Region region(options_.device.type(), hyper_.dtype == "bfloat16");
      loss = objective_.loss(network_.forward(batch.inputs), batch.targets);
    }
    loss.backward();
    if (hyper_.clip > 0) clip_gradients(parameters_, hyper_.clip);
    optimiser_->step();
    return loss.detach();
  }

  /// Metrics of the validation set; the probes look on.
  MetricValues validate(long epoch) {
    MetricValues values;
    const auto pass = [&] { values = evaluate(network_, validation_, objective_, options_.device); };
    if (!probes_) {
      pass();
      return values;
    }
    probes_->watch_dead_units(pass);
    const auto batch = validation_.slice(0, std::min(probe_rows, validation_.count()));
    const auto found = probes_->measure(
        epoch, [&] { return objective_.loss(network_.forward(batch.inputs), batch.targets); });
    result_.probes.insert(result_.probes.end(), found.begin(), found.end());
    return values;
  }

  /// On a small validation set many epochs have the same accuracy, and the first of them is the least sure of
  /// it: of equal ones the one with the smallest log loss is kept, and of those that are equal in this too
  /// the first.
  void keep_if_best(long epoch, const MetricValues& validation) {
    const double primary = primary_of(validation, objective_);
    const auto log_loss = validation.find("log_loss");
    const std::pair<double, double> value = {objective_.larger_is_better ? primary : -primary,
                                             log_loss == validation.end() ? 0 : -log_loss->second};
    if (result_.best_epoch > 0 && value <= best_value_) return;
    best_value_ = value;
    result_.best_epoch = epoch;
    best_.take();
  }

  void diverge(long epoch, const std::string& why) {
    result_.diverged = true;
    result_.error = fmt::format("diverged in epoch {}: {}", epoch, why);
  }

  Network& network_;
  const Examples train_, validation_;
  const Objective& objective_;
  const Hyperparameters& hyper_;
  const TrainingOptions& options_;
  std::unique_ptr<torch::optim::Optimizer> optimiser_;
  std::vector<at::Tensor> parameters_;
  Snapshot best_;
  std::pair<double, double> best_value_;
  std::unique_ptr<Probes> probes_;
  long samples_ = 0;
  TrainingResult result_;
};

}  // namespace

Examples Examples::select(const at::Tensor& index) const {
  Examples chosen;
  for (const auto& input : inputs) chosen.inputs.push_back(input.index_select(0, index));
  chosen.targets = targets.index_select(0, index);
  if (sizes.defined()) chosen.sizes = sizes.index_select(0, index);
  chosen.block = block;
  return chosen;
}

Examples Examples::slice(long first, long last) const {
  Examples chosen;
  for (const auto& input : inputs) chosen.inputs.push_back(input.slice(0, first, last));
  chosen.targets = targets.slice(0, first, last);
  if (sizes.defined()) chosen.sizes = sizes.slice(0, first, last);
  chosen.block = block;
  return chosen;
}

Examples Examples::to(const at::Device& device) const {
  Examples moved;
  for (const auto& input : inputs) moved.inputs.push_back(input.to(device));
  moved.targets = targets.to(device);
  if (sizes.defined()) moved.sizes = sizes.to(device);
  moved.block = block;
  return moved;
}

void check_hyperparameters(const Hyperparameters& hyper) {
  const auto require = [](bool sensible, const char* what, double given, const char* allowed) {
    if (!sensible)
      throw usage_error(fmt::format("{} makes no sense", what), fmt::format("{}", given), allowed);
  };
  require(hyper.batch_size >= 1, "the batch size", static_cast<double>(hyper.batch_size), "1 or more");
  require(hyper.epochs >= 0, "the number of epochs", static_cast<double>(hyper.epochs), "0 or more");
  const std::pair<const char*, double> numbers[] = {{"the learning rate", hyper.lr},
                                                    {"the momentum", hyper.momentum},
                                                    {"the warm-up", hyper.warmup},
                                                    {"the weight decay", hyper.weight_decay},
                                                    {"the clipping norm", hyper.clip}};
  for (const auto& [what, value] : numbers) {
    require(std::isfinite(value) && value >= 0, what, value, "a finite number, 0 or more");
  }
  const auto require_name = [](const char* kind, const std::string& name,
                               const std::vector<std::string>& names) {
    if (std::find(names.begin(), names.end(), name) == names.end()) throw unknown_name(kind, name, names);
  };
  require_name("optimizer", hyper.optimizer, optimiser_names());
  require_name("schedule", hyper.schedule, schedule_names());
  require_name("initialisation policy", hyper.init, initialisation_policies());
  require_name("dtype", hyper.dtype, {"float32", "bfloat16"});
  require_name("kernels", hyper.kernels, kernels_names());
}

TrainingResult train(Network& network, const Examples& train, const Examples& validation,
                     const Objective& objective, const Hyperparameters& hyper,
                     const TrainingOptions& options) {
  require_examples(train, validation);
  check_hyperparameters(hyper);
  network.to(options.device);
  seed_noise(network, options.seed);
  return Training(network, train, validation, objective, hyper, options).run();
}

MetricValues evaluate(Network& network, const Examples& examples, const Objective& objective,
                      at::Device device, long batch_size) {
  const auto metrics = objective.metrics();
  evaluate(network, examples, *metrics, device, batch_size);
  return metrics->values();
}

void evaluate(Network& network, const Examples& examples, Metrics& metrics, at::Device device,
              long batch_size) {
  const torch::NoGradGuard no_grad;
  network.to(device);
  network.eval();
  const auto by_size = examples.sizes.defined() ? examples.sizes.argsort() : at::Tensor();
  for (long first = 0; first < examples.count(); first += batch_size) {
    const long last = std::min(first + batch_size, examples.count());
    const auto batch =
        by_size.defined() ? examples.select(by_size.slice(0, first, last)) : examples.slice(first, last);
    const auto there = batch.to(device);
    metrics.add(network.forward(there.inputs), there.targets);
  }
}

}  // namespace actlab
