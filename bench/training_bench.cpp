// How fast lib/training trains two plain networks on one thread, and what share of the measured peak of a
// matrix product that is. bench/training.py runs it side by side with the same work in PyTorch.

#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "lib/activations/activation.h"
#include "lib/core/error.h"
#include "lib/core/runtime.h"
#include "lib/layers/initialise.h"
#include "lib/layers/layers.h"
#include "lib/training/trainer.h"

namespace actlab {
namespace {

constexpr long side = 28, classes = 10;

std::shared_ptr<Activation> relu(long channels) {
  return std::make_shared<Activation>(resolve_activation(parse_spec("relu")), channels);
}

/// Layers one after the other, as the bench's own networks need no more.
class Chain : public Network {
 public:
  Chain() { register_module("standardise", standardise_); }

  at::Tensor forward(const std::vector<at::Tensor>& inputs) override {
    auto x = standardise_->forward(inputs.at(0));
    for (const auto& step : steps_) x = step(x);
    return x;
  }

  /// Multiplications of one example in one forward pass, layer by layer.
  const std::vector<double>& multiplications() const { return multiplications_; }

 protected:
  void linear(long inputs, long outputs) {
    add(torch::nn::Linear(inputs, outputs), static_cast<double>(inputs * outputs));
  }
  void convolution(long inputs, long outputs, long height) {
    add(torch::nn::Conv2d(torch::nn::Conv2dOptions(inputs, outputs, 3).padding(1)),
        static_cast<double>(9 * inputs * outputs * height * height));
  }
  void activation(long channels) {
    const auto module = register_module(next_name(), relu(channels));
    steps_.push_back([module](const at::Tensor& x) { return module->forward(x); });
  }
  void step(std::function<at::Tensor(const at::Tensor&)> function) { steps_.push_back(std::move(function)); }

 private:
  template <typename Layer>
  void add(Layer layer, double multiplications) {
    register_module(next_name(), layer);
    multiplications_.push_back(multiplications);
    steps_.push_back([layer](const at::Tensor& x) mutable { return layer->forward(x); });
  }
  std::string next_name() const { return "step" + std::to_string(children().size()); }

  std::shared_ptr<Standardise> standardise_ =
      std::make_shared<Standardise>(std::vector<double>{127.5}, std::vector<double>{73.9});
  std::vector<std::function<at::Tensor(const at::Tensor&)>> steps_;
  std::vector<double> multiplications_;
};

/// 784-512-256-128-10
struct Mlp : Chain {
  Mlp() {
    step([](const at::Tensor& x) { return x.flatten(1); });
    long inputs = side * side;
    for (const long width : {512L, 256L, 128L}) {
      linear(inputs, width);
      activation(width);
      inputs = width;
    }
    linear(inputs, classes);
  }
};

/// 32 and 64 channels 3×3, each followed by a pooling, then 128 hidden units.
struct Cnn : Chain {
  Cnn() {
    long inputs = 1, height = side;
    for (const long width : {32L, 64L}) {
      convolution(inputs, width, height);
      activation(width);
      step(max_pool_2x2);
      inputs = width;
      height /= 2;
    }
    step([](const at::Tensor& x) { return x.flatten(1); });
    linear(inputs * height * height, 128);
    activation(128);
    linear(128, classes);
  }
};

/// Forward, gradient of the weights, and gradient of the inputs, which the first layer does not need.
double flops_per_sample(const Chain& network) {
  double total = 0;
  for (const double count : network.multiplications()) total += 6 * count;
  return total - 2 * network.multiplications().front();
}

/// Floating point operations a second of the BLAS at a size that suits it.
double matrix_product_peak() {
  const auto a = torch::randn({1024, 1024}), b = torch::randn({1024, 1024});
  auto c = torch::mm(a, b);
  double best = 0;
  for (int round = 0; round < 20; ++round) {
    const auto start = std::chrono::steady_clock::now();
    torch::mm_out(c, a, b);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * 1024 * 1024 * 1024 / seconds.count());
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

int run(int argc, char** argv) {
  CLI::App app("training throughput of lib/training on one thread, as one line of JSON");
  std::string model = "mlp";
  long samples = 60000;
  Hyperparameters hyper;
  hyper.epochs = 3;
  app.add_option("model", model)->check(CLI::IsMember({"mlp", "cnn"}));
  app.add_option("--samples", samples)->check(CLI::PositiveNumber);
  app.add_option("--epochs", hyper.epochs, "the first one warms up and is not reported")
      ->check(CLI::Range(2, 1000));
  CLI11_PARSE(app, argc, argv);

  set_threads(1);
  torch::manual_seed(0);
  std::shared_ptr<Chain> network;
  if (model == "mlp") {
    network = std::make_shared<Mlp>();
  } else {
    network = std::make_shared<Cnn>();
  }
  initialise(*network, "default", resolve_activation(parse_spec("relu")), 0);
  const auto data = random_images(samples);
  TrainingOptions options;
  options.probes = false;
  const auto result = train(*network, data, data.slice(0, 1), classification(), hyper, options);

  nlohmann::json speeds;
  for (size_t i = 1; i < result.history.size(); ++i)
    speeds.push_back(static_cast<double>(samples) / result.history[i].seconds);
  std::cout << nlohmann::json{{"implementation", "actlab"},
                              {"model", model},
                              {"samples_per_second", speeds},
                              {"flops_per_sample", flops_per_sample(*network)},
                              {"matrix_product_flops", matrix_product_peak()},
                              {"libtorch", environment()["libtorch"]},
                              {"blas", environment()["blas"]}}
            << "\n";
  return 0;
}

}  // namespace
}  // namespace actlab

int main(int argc, char** argv) {
  try {
    return actlab::run(argc, argv);
  } catch (const actlab::Error& error) {
    std::cerr << error.what() << "\n";
    return static_cast<int>(error.code());
  }
}
