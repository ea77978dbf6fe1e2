// What a trained network takes to answer, on one thread, with one activation after the other.
// bench/relu_is_cheaper.py puts it beside kernels and training.

#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "bench/main.h"
#include "lib/activations/kernels/fused.h"
#include "lib/core/runtime.h"
#include "lib/layers/initialise.h"
#include "models/vision/vision.h"

namespace actlab {
namespace {

constexpr long side = 28, classes = 10, batch = 128;

/// A network and its answers to a batch of images.
struct Subject {
  std::string name;
  std::shared_ptr<Network> network;

  Subject(const std::string& model, const ActivationChoice& activation)
      : name(activation.row->name),
        network(
            build_vision_model(parse_spec(model), activation, {1, side, side, classes, {127.5}, {73.9}})) {
    initialise(*network, "matched", activation, 0);
    network->eval();
  }
  double samples_per_second(const at::Tensor& images, long batches) const {
    const auto start = std::chrono::steady_clock::now();
    for (long i = 0; i < batches; ++i) network->forward({images});
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    return static_cast<double>(batches * batch) / seconds.count();
  }
};

int run(int argc, char** argv) {
  CLI::App app("answers of a network on one thread, as one line of JSON");
  std::string model = "cnn", activations = "relu", kernels = "fused";
  long batches = 10, rounds = 1;
  app.add_option("model", model)->check(CLI::IsMember({"cnn", "mlp:width=512-256-128"}));
  app.add_option("--activations", activations, "as in the programs; they take turns");
  app.add_option("--kernels", kernels)->check(CLI::IsMember(kernels_names()));
  app.add_option("--batches", batches, "of 128 images, in a round")->check(CLI::Range(1L, 100'000L));
  app.add_option("--rounds", rounds, "after one that warms up")->check(CLI::Range(1L, 1000L));
  CLI11_PARSE(app, argc, argv);

  set_threads(1);
  set_kernels(kernels_of(kernels));
  const torch::NoGradGuard no_gradients;
  const auto images = torch::randint(0, 256, {batch, 1, side, side}, torch::kUInt8);
  std::vector<Subject> subjects;
  for (const auto& choice : resolve_activations(activations)) subjects.emplace_back(model, choice);
  std::map<std::string, std::vector<double>> speeds;
  for (long round = 0; round <= rounds; ++round) {
    for (const auto& subject : subjects) {
      const double speed = subject.samples_per_second(images, batches);
      if (round > 0) speeds[subject.name].push_back(speed);
    }
  }
  std::cout << nlohmann::json{{"model", model}, {"samples_per_second", speeds}} << "\n";
  return 0;
}

}  // namespace
}  // namespace actlab

int main(int argc, char** argv) { return actlab::run_benchmark(argc, argv, actlab::run); }
