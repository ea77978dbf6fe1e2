// How long lib/training takes for one step of a text model on one thread. bench/text.py runs it side by side
// with the same work in PyTorch.

#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/main.h"
#include "lib/core/runtime.h"
#include "lib/layers/initialise.h"
#include "lib/training/trainer.h"
#include "models/text/text.h"

namespace actlab {
namespace {

constexpr long classes = 2;

struct Work {
  std::string model = "dan", draws = "zipf";
  long words = 20000, batch = 64, length = 40, steps = 1000, epochs = 3;
};

/// Texts of random words: each of `rows` as likely as any other, or the k-th word as likely as 1/k (Zipf).
Examples random_texts(const Work& work, long rows) {
  const auto rank = torch::arange(1, rows - 1, torch::kDouble);
  const auto likely = (work.draws == "zipf" ? rank.reciprocal() : torch::ones_like(rank)).cumsum(0);
  const long texts = work.batch * work.steps;
  const auto draws = torch::rand({texts, work.length}, torch::kDouble) * likely[-1];
  const auto tokens = torch::searchsorted(likely, draws) + 2;  // 0 is padding, 1 the unknown word
  return {{tokens.to(torch::kInt), torch::full({texts}, work.length, torch::kLong)},
          torch::randint(0, classes, {texts}, torch::kLong)};
}

Objective classification() {
  Objective objective;
  objective.loss = [](const at::Tensor& outputs, const at::Tensor& targets) {
    return torch::nn::functional::cross_entropy(outputs, targets);
  };
  objective.metrics = [] { return std::make_unique<ClassificationMetrics>(classes); };
  return objective;
}

/// Microseconds a step in every epoch but the first, which warms up.
std::vector<double> measure(const Work& work) {
  const auto relu = resolve_activation(parse_spec("relu"));
  const auto network = build_text_model(parse_spec(work.model), relu, {work.words, classes});
  initialise(*network, "matched", relu, 0);
  const auto data = random_texts(work, work.words);
  Hyperparameters hyper;
  hyper.epochs = work.epochs;
  hyper.batch_size = work.batch;
  TrainingOptions options;
  options.probes = false;
  const auto result = train(*network, data, data.slice(0, 1), classification(), hyper, options);
  std::vector<double> times;
  for (const auto& epoch : result.history)
    times.push_back(1e6 * epoch.seconds / static_cast<double>(work.steps));
  times.erase(times.begin());
  return times;
}

int run(int argc, char** argv) {
  CLI::App app("time of a training step on one thread, as one line of JSON");
  Work work;
  app.add_option("model", work.model);
  app.add_option("--words", work.words, "rows of the embedding")->check(CLI::Range(4L, 100'000'000L));
  app.add_option("--draws", work.draws)->check(CLI::IsMember({"zipf", "uniform"}));
  app.add_option("--steps", work.steps, "in an epoch")->check(CLI::Range(1L, 100'000L));
  app.add_option("--epochs", work.epochs, "the first one warms up and is not reported")
      ->check(CLI::Range(2L, 1000L));
  CLI11_PARSE(app, argc, argv);

  set_threads(1);
  torch::manual_seed(0);
  const nlohmann::json machine = environment();
  std::cout << nlohmann::json{{"microseconds_per_step", measure(work)},
                              {"libtorch", machine["libtorch"]},
                              {"blas", machine["blas"]}}
            << "\n";
  return 0;
}

}  // namespace
}  // namespace actlab

int main(int argc, char** argv) { return actlab::run_benchmark(argc, argv, actlab::run); }
