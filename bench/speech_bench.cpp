// How fast lib/training trains a speech model on one thread, and how long a trained one takes for one clip.
// bench/speech.py runs the training side by side with the same work in PyTorch.

#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/main.h"
#include "lib/activations/activation.h"
#include "lib/core/runtime.h"
#include "lib/layers/initialise.h"
#include "lib/training/trainer.h"
#include "models/speech/speech.h"

namespace actlab {
namespace {

constexpr long classes = 12, batch = 100;

struct Work {
  std::string model = "ds_cnn", activation = "relu";
  long channels = 10, frames = 49, clips = 5000, epochs = 3, answers = 500;
};

std::shared_ptr<Network> ready_network(const Work& work) {
  const auto activation = resolve_activation(parse_spec(work.activation));
  const std::vector<double> mean(static_cast<size_t>(work.channels), -3), deviation(mean.size(), 2);
  auto network = build_speech_model(parse_spec(work.model), activation,
                                    {work.channels, work.frames, classes, mean, deviation});
  initialise(*network, "matched", activation, 0);
  seed_noise(*network, 0);
  return network;
}

at::Tensor random_clips(const Work& work, long count) {
  return torch::randn({count, work.channels, work.frames}) * 2 - 3;
}

Objective classification() {
  Objective objective;
  objective.loss = [](const at::Tensor& outputs, const at::Tensor& targets) {
    return torch::nn::functional::cross_entropy(outputs, targets);
  };
  objective.metrics = [] { return std::make_unique<ClassificationMetrics>(classes); };
  return objective;
}

/// Clips a second in every epoch but the first, which warms up.
std::vector<double> training_speed(const Work& work) {
  const auto network = ready_network(work);
  const Examples data{{random_clips(work, work.clips)},
                      torch::randint(0, classes, {work.clips}, torch::kLong)};
  Hyperparameters hyper;
  hyper.epochs = work.epochs;
  hyper.batch_size = batch;
  TrainingOptions options;
  options.probes = false;
  const auto result = train(*network, data, data.slice(0, 1), classification(), hyper, options);
  std::vector<double> speeds;
  for (const auto& epoch : result.history) speeds.push_back(static_cast<double>(work.clips) / epoch.seconds);
  speeds.erase(speeds.begin());
  return speeds;
}

/// Milliseconds from the features of one clip to its probabilities, after a tenth as many to warm up.
std::vector<double> response_times(const Work& work) {
  const torch::NoGradGuard no_grad;
  const auto network = ready_network(work);
  network->eval();
  const auto clip = random_clips(work, 1);
  std::vector<double> times;
  for (long i = -work.answers / 10; i < work.answers; ++i) {
    const auto start = std::chrono::steady_clock::now();
    network->forward({clip}).softmax(1);
    const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
    if (i >= 0) times.push_back(elapsed.count());
  }
  return times;
}

int run(int argc, char** argv) {
  CLI::App app("training throughput and response times on one thread, as one line of JSON");
  Work work;
  app.add_option("model", work.model);
  app.add_option("--activation", work.activation);
  app.add_option("--channels", work.channels)->check(CLI::Range(1L, 1000L));
  app.add_option("--frames", work.frames)->check(CLI::Range(1L, 10'000L));
  app.add_option("--clips", work.clips)->check(CLI::Range(batch, 1'000'000L));
  app.add_option("--epochs", work.epochs, "the first one warms up and is not reported; 0: no training")
      ->check(CLI::Range(0L, 1000L));
  app.add_option("--answers", work.answers, "to clips, one after the other; 0: none")
      ->check(CLI::Range(0L, 1'000'000L));
  CLI11_PARSE(app, argc, argv);

  set_threads(1);
  torch::manual_seed(0);
  const nlohmann::json machine = environment();
  nlohmann::json result{{"model", work.model}, {"libtorch", machine["libtorch"]}, {"blas", machine["blas"]}};
  if (work.epochs > 0) result["samples_per_second"] = training_speed(work);
  if (work.answers > 0) result["milliseconds"] = response_times(work);
  std::cout << result << "\n";
  return 0;
}

}  // namespace
}  // namespace actlab

int main(int argc, char** argv) { return actlab::run_benchmark(argc, argv, actlab::run); }
