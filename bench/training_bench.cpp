// How fast lib/training trains two models on one thread, and what share of the measured peak of a matrix
// product that is. bench/training.py runs it side by side with the same work in PyTorch.

#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "bench/main.h"
#include "lib/activations/kernels/fused.h"
#include "lib/core/runtime.h"
#include "lib/layers/initialise.h"
#include "lib/training/trainer.h"
#include "models/vision/vision.h"

namespace actlab {
namespace {

constexpr long side = 28, classes = 10;

/// Multiplications of one example in one forward pass, layer by layer.
const std::map<std::string, std::vector<double>> multiplications = {
    {"mlp:width=512-256-128", {784 * 512, 512 * 256, 256 * 128, 128 * 10}},
    {"cnn", {9 * 32 * 28 * 28, 9 * 32 * 64 * 14 * 14, 64 * 7 * 7 * 128, 128 * 10}},
};

/// Forward, gradient of the weights, and gradient of the inputs, which the first layer does not need; two
/// operations a multiplication.
double flops_per_sample(const std::string& model) {
  const auto& counts = multiplications.at(model);
  return 6 * std::accumulate(counts.begin(), counts.end(), 0.0) - 2 * counts.front();
}

/// Floating point operations a second of the BLAS at a size that suits it.
double matrix_product_peak() {
  constexpr long size = 1024;
  const auto a = torch::randn({size, size}), b = torch::randn({size, size});
  auto c = torch::mm(a, b);
  double best = 0;
  for (int round = 0; round < 20; ++round) {
    const auto start = std::chrono::steady_clock::now();
    torch::mm_out(c, a, b);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * size * size * size / seconds.count());
  }
  return best;
}

Examples random_images(long count) {
  return {{torch::randint(0, 256, {count, 1, side, side}, torch::kUInt8)},
          torch::randint(0, classes, {count}, torch::kLong)};
}

Objective classification() {
  Objective objective;
  objective.loss = [](const at::Tensor& outputs, const at::Tensor& targets) {
    return torch::nn::functional::cross_entropy(outputs, targets);
  };
  objective.metrics = [] { return std::make_unique<ClassificationMetrics>(classes); };
  return objective;
}

/// Samples a second of the second epoch; the first one warms up.
double measure(const std::string& model, const ActivationChoice& activation, const Examples& data) {
  const auto network =
      build_vision_model(parse_spec(model), activation, {1, side, side, classes, {127.5}, {73.9}});
  initialise(*network, "matched", activation, 0);
  Hyperparameters hyper;
  hyper.epochs = 2;
  TrainingOptions options;
  options.probes = false;
  const auto result = train(*network, data, data.slice(0, 1), classification(), hyper, options);
  return static_cast<double>(data.count()) / result.history.at(1).seconds;
}

/// Activations in turns, so that whatever else the machine does meets all of them.
std::map<std::string, std::vector<double>> measure_in_turns(const std::string& model,
                                                            const std::vector<ActivationChoice>& activations,
                                                            long samples, long rounds) {
  const auto data = random_images(samples);
  std::map<std::string, std::vector<double>> speeds;
  for (long round = 0; round < rounds; ++round) {
    for (const auto& activation : activations)
      speeds[activation.row->name].push_back(measure(model, activation, data));
  }
  return speeds;
}

int run(int argc, char** argv) {
  CLI::App app("training throughput on one thread, as one line of JSON");
  std::string model = "cnn", activations = "relu", kernels = "fused";
  long samples = 60000, rounds = 1;
  std::vector<std::string> models;
  for (const auto& [name, counts] : multiplications) models.push_back(name);
  app.add_option("model", model)->check(CLI::IsMember(models));
  app.add_option("--activations", activations, "as in the programs; they take turns");
  app.add_option("--kernels", kernels)->check(CLI::IsMember(kernels_names()));
  app.add_option("--samples", samples, "an epoch")->check(CLI::Range(1L, 10'000'000L));
  app.add_option("--rounds", rounds, "of two epochs, of which the second one is reported")
      ->check(CLI::Range(1L, 1000L));
  CLI11_PARSE(app, argc, argv);

  set_threads(1);
  set_kernels(kernels_of(kernels));
  const nlohmann::json machine = environment();
  const auto choices = resolve_activations(activations);
  std::cout << nlohmann::json{{"model", model},
                              {"samples_per_second", measure_in_turns(model, choices, samples, rounds)},
                              {"flops_per_sample", flops_per_sample(model)},
                              {"matrix_product_flops", matrix_product_peak()},
                              {"libtorch", machine["libtorch"]},
                              {"blas", machine["blas"]}}
            << "\n";
  return 0;
}

}  // namespace
}  // namespace actlab

int main(int argc, char** argv) { return actlab::run_benchmark(argc, argv, actlab::run); }
