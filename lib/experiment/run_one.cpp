#include "lib/experiment/run_one.h"

#include <fmt/chrono.h>
#include <fmt/ranges.h>
#include <torch/torch.h>

#include <algorithm>
#include <ctime>

#include "lib/activations/activation.h"
#include "lib/activations/kernels/fused.h"
#include "lib/core/error.h"
#include "lib/core/random.h"
#include "lib/core/runtime.h"
#include "lib/layers/initialise.h"

namespace actlab {
namespace {

constexpr double validation_share = 0.1;
constexpr long estimate_batches = 20;

/// Of an estimate nobody looks at the metrics, and a few examples may not define any.
class NoMetrics : public Metrics {
 public:
  void add(const at::Tensor&, const at::Tensor&) override {}
  MetricValues values() const override { return {{"none", 0}}; }
};

long parameter_count(const Network& network) {
  long count = 0;
  for (const auto& parameter : network.parameters())
    count += parameter.requires_grad() ? parameter.numel() : 0;
  return count;
}

/// What became of every learned activation parameter, by its path: mean, smallest and largest.
nlohmann::json learned_values(const Network& network) {
  auto learned = nlohmann::json::object();
  for (const auto& module : network.named_modules()) {
    if (dynamic_cast<const Activation*>(module.value().get()) == nullptr) continue;
    for (const auto& parameter : module.value()->named_parameters(false)) {
      const auto values = parameter.value().detach().to(torch::kCPU, torch::kDouble);
      learned[module.key() + "." + parameter.key()] = {{"mean", values.mean().item<double>()},
                                                       {"min", values.min().item<double>()},
                                                       {"max", values.max().item<double>()}};
    }
  }
  return learned;
}

/// Gives parameters the values that the data set has for them; see Dataset::initial.
void set_given(Network& network, const std::map<std::string, at::Tensor>& initial) {
  const torch::NoGradGuard no_grad;
  const auto parameters = network.named_parameters();
  for (const auto& [path, values] : initial) {
    const auto* parameter = parameters.find(path);
    if (parameter == nullptr) throw unknown_name("parameter", path, parameters.keys());
    if (parameter->sizes() != values.sizes()) {
      throw data_error("the values that the data give to a parameter are not of its shape",
                       fmt::format("{}: {}", path, fmt::join(values.sizes(), "×")),
                       fmt::format("{}", fmt::join(parameter->sizes(), "×")),
                       "give the model the width of the vectors, or the vectors the width of the model");
    }
    const auto given = values.reshape({values.size(0), -1}).to(parameter->scalar_type());
    const auto start = parameter->view(given.sizes());
    start.copy_(torch::where(given.slice(1, 0, 1).isnan(), start, given));
  }
}

std::shared_ptr<Network> build_initialised(const Task& task, const Dataset& data, const RunSpec& spec) {
  const auto activation = resolve_activation(parse_spec(spec.activation));
  auto network = task.build(spec.model, activation, data.facts);
  initialise(*network, spec.hyper.init, activation, spec.seed);
  set_given(*network, data.initial);
  return network;
}

void fill_from_training(RunRecord& record, const TrainingResult& result) {
  record.status = result.diverged ? RunStatus::diverged : RunStatus::ok;
  record.error = result.error;
  for (const auto& epoch : result.history) {
    record.history.add(epoch);
    if (epoch.epoch == result.best_epoch) record.validation = epoch.validation;
  }
  record.probes = result.probes;
  record.train_seconds = result.train_seconds;
  record.samples_per_second = result.samples_per_second;
}

void train_and_test(RunRecord& record, const Task& task, const Dataset& data, const RunSpec& spec,
                    const RunHooks& hooks) {
  std::string notice;
  const auto device = choose_device(spec.device, &notice);
  record.environment["device"] = device.str();
  const auto [train_examples, validation_examples] = split_validation(data, spec.seed);
  record.dataset["train"] = train_examples.count();
  record.dataset["validation"] = validation_examples.count();

  set_kernels(kernels_of(spec.hyper.kernels));
  const auto network = build_initialised(task, data, spec);
  record.model["parameters"] = parameter_count(*network);
  const auto objective = task.objective(data.facts, spec.hyper);
  const TrainingOptions options{device, spec.seed, spec.probes, hooks.on_epoch};
  fill_from_training(record,
                     train(*network, train_examples, validation_examples, objective, spec.hyper, options));
  record.learned = learned_values(*network);
  if (record.status != RunStatus::ok || spec.is_trial()) return;
  if (hooks.on_trained) hooks.on_trained(*network);
  record.test = evaluate(*network, data.test, objective, device);
}

}  // namespace

RunRecord start_record(const RunSpec& spec) {
  const auto activation = parse_spec(spec.activation);
  RunRecord record;
  record.run_id = spec.run_id();
  record.task = spec.task;
  record.dataset = spec.dataset;
  record.model = {{"name", spec.model.name}, {"arguments", spec.model.arguments}, {"parameters", 0}};
  record.activation = {
      {"name", activation.name}, {"arguments", activation.arguments}, {"text", spec.activation}};
  record.seed = spec.seed;
  record.hyperparameters = to_json(spec.hyper);
  record.tuning = spec.tuning;
  record.environment = environment();
  record.environment["device"] = spec.device;
  record.environment["dtype"] = spec.hyper.dtype;
  record.environment["kernels"] = spec.hyper.kernels;
  record.started_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  return record;
}

RunRecord run_one(const Task& task, const Dataset& data, const RunSpec& spec, const RunHooks& hooks) {
  auto record = start_record(spec);
  try {
    train_and_test(record, task, data, spec, hooks);
  } catch (const Error& problem) {
    if (problem.code() == ExitCode::interrupted) throw;
    record.status = RunStatus::failed;
    record.error = problem.what();
  } catch (const std::exception& problem) {  // LibTorch's own: out of memory, …
    record.status = RunStatus::failed;
    record.error = problem.what();
  }
  record.peak_memory_bytes = peak_memory_bytes();
  return record;
}

std::pair<Examples, Examples> split_validation(const Dataset& data, long seed) {
  if (data.validation.count() > 0) return {data.train, data.validation};
  const long count = data.train.count();
  const long held_out = std::max(1L, static_cast<long>(static_cast<double>(count) * validation_share));
  if (count < 2) {
    throw data_error("too few training examples to hold some out for validation", std::to_string(count),
                     "at least 2", "raise --train-limit or use more data");
  }
  auto generator = make_generator(seed, Stream::split, "validation");
  const auto order = torch::randperm(count, generator, torch::kLong);
  return {data.train.select(order.slice(0, held_out)), data.train.select(order.slice(0, 0, held_out))};
}

double estimate_seconds(const Task& task, const Dataset& data, const RunSpec& spec) {
  auto hyper = spec.hyper;
  hyper.epochs = 1;
  const auto sample = data.train.slice(0, std::min(data.train.count(), estimate_batches * hyper.batch_size));
  const auto network = build_initialised(task, data, spec);
  std::string notice;
  TrainingOptions options{choose_device(spec.device, &notice), spec.seed, false, {}};
  auto objective = task.objective(data.facts, hyper);
  objective.metrics = [] { return std::make_unique<NoMetrics>(); };
  objective.primary = "none";
  const auto result = train(*network, sample, sample.slice(0, 1), objective, hyper, options);
  const double per_sample = result.train_seconds / static_cast<double>(sample.count());
  return per_sample * static_cast<double>(data.train.count() * spec.hyper.epochs);
}

}  // namespace actlab
