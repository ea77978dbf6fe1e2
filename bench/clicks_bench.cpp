// How long lib/training takes for one step of a recommendation model on one thread. bench/clicks.py runs it
// side by side with the same work in PyTorch.

#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/main.h"
#include "lib/core/runtime.h"
#include "lib/layers/initialise.h"
#include "lib/layers/matrix_product.h"
#include "lib/metrics/binary.h"
#include "lib/training/trainer.h"
#include "models/recommendation/recommendation.h"

namespace actlab {
namespace {

constexpr long fields = 26, numbers = 13;  // of Criteo's logs

struct Work {
  std::string model = "deepfm", draws = "zipf", optimizer = "adam", dtype = "float32";
  long rows = 1'000'000, batch = 1024, steps = 100, epochs = 3;
};

/// All fields have the same number of tokens.
long tokens_a_field(const Work& work) { return (work.rows - 1) / fields; }

ClickShape shape_of(const Work& work) {
  ClickShape shape;
  shape.tokens = work.rows;
  shape.numbers = numbers;
  for (long i = 0; i < fields; ++i)
    shape.fields.push_back({"C" + std::to_string(i + 1), FieldKind::single, i});
  return shape;
}

/// Each token of a field as likely as any other, or the k-th as likely as 1/k (Zipf).
Examples random_clicks(const Work& work) {
  const auto rank = torch::arange(1, tokens_a_field(work) + 1, torch::kDouble);
  const auto likely = (work.draws == "zipf" ? rank.reciprocal() : torch::ones_like(rank)).cumsum(0);
  const long count = work.batch * work.steps;
  const auto draws = torch::rand({count, fields}, torch::kDouble) * likely[-1];
  const auto first = torch::arange(fields) * tokens_a_field(work) + 1;  // 0 is padding
  const auto tokens = (torch::searchsorted(likely, draws) + first).to(torch::kInt);
  return {{tokens, torch::randn({count, numbers})}, torch::randint(0, 2, {count, 2}, torch::kInt)};
}

Objective clicks() {
  Objective objective;
  objective.loss = [](const at::Tensor& outputs, const at::Tensor& targets) {
    return torch::binary_cross_entropy_with_logits(outputs, targets.select(1, 0).to(torch::kFloat));
  };
  objective.metrics = [] { return std::make_unique<BinaryMetrics>(); };
  objective.primary = "log_loss";
  objective.larger_is_better = false;
  return objective;
}

/// Microseconds a step in every epoch but the first, which warms up.
std::vector<double> measure(const Work& work) {
  const auto relu = resolve_activation(parse_spec("relu"));
  const auto network = build_recommendation_model(parse_spec(work.model), relu, shape_of(work));
  initialise(*network, "matched", relu, 0);
  const auto data = random_clicks(work);
  Hyperparameters hyper;
  hyper.epochs = work.epochs;
  hyper.batch_size = work.batch;
  hyper.optimizer = work.optimizer;
  hyper.dtype = work.dtype;
  TrainingOptions options;
  options.probes = false;
  const auto result = train(*network, data, data.slice(0, 1), clicks(), hyper, options);
  std::vector<double> times;
  for (const auto& epoch : result.history)
    times.push_back(1e6 * epoch.seconds / static_cast<double>(work.steps));
  times.erase(times.begin());
  return times;
}

/// Multiplications and additions a second of a matrix product as large as those of the tower, in float32,
/// with what the tower computes it with.
double matrix_product_flops() {
  constexpr long batch = 1024, width = 400, repetitions = 100;
  const auto a = torch::randn({batch, width}), b = torch::randn({width, width});
  matrix_product(a, b);
  const auto start = std::chrono::steady_clock::now();
  for (long i = 0; i < repetitions; ++i) matrix_product(a, b);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return 2.0 * batch * width * width * repetitions / seconds.count();
}

int run(int argc, char** argv) {
  CLI::App app("time of a training step on one thread, as one line of JSON");
  Work work;
  app.add_option("model", work.model);
  app.add_option("--rows", work.rows, "of the table of vectors")->check(CLI::Range(1000L, 100'000'000L));
  app.add_option("--draws", work.draws)->check(CLI::IsMember({"zipf", "uniform"}));
  app.add_option("--optimizer", work.optimizer);
  app.add_option("--dtype", work.dtype)->check(CLI::IsMember({"float32", "bfloat16"}));
  app.add_option("--steps", work.steps, "in an epoch")->check(CLI::Range(1L, 100'000L));
  app.add_option("--epochs", work.epochs, "the first one warms up and is not reported")
      ->check(CLI::Range(2L, 1000L));
  CLI11_PARSE(app, argc, argv);

  set_threads(1);
  torch::manual_seed(0);
  const nlohmann::json machine = environment();
  std::cout << nlohmann::json{{"microseconds_per_step", measure(work)},
                              {"matrix_product_flops", matrix_product_flops()},
                              {"libtorch", machine["libtorch"]},
                              {"blas", machine["blas"]}}
            << "\n";
  return 0;
}

}  // namespace
}  // namespace actlab

int main(int argc, char** argv) { return actlab::run_benchmark(argc, argv, actlab::run); }
