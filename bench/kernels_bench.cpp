// Single kernels on one thread, beside a plain copy: what shares of the memory bandwidth they reach.
// bench_kernels --benchmark_filter=MaxPool

#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include "lib/activations/activation.h"
#include "lib/core/runtime.h"
#include "lib/layers/layers.h"

namespace actlab {
namespace {

constexpr long elements = 1L << 20;
const std::vector<int64_t> feature_maps = {128, 32, 28, 28};  // of the first layer of bench_training's net

void count_elements(benchmark::State& state, int64_t per_iteration) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * per_iteration);
}

void copy(benchmark::State& state) {
  const auto x = torch::randn(elements);
  auto y = torch::empty_like(x);
  for (auto _ : state) y.copy_(x);
  count_elements(state, elements);
}

using Unary = std::function<at::Tensor(const at::Tensor&)>;

void forward(benchmark::State& state, const Unary& function, const std::vector<int64_t>& shape) {
  const torch::NoGradGuard no_grad;
  const auto x = torch::randn(shape);
  for (auto _ : state) benchmark::DoNotOptimize(function(x));
  count_elements(state, x.numel());
}

/// The gradient of the input alone, with the forward pass outside the clock.
void backward(benchmark::State& state, const Unary& function, const std::vector<int64_t>& shape) {
  const auto x = torch::randn(shape).requires_grad_();
  const auto y = function(x);
  const auto gradient = torch::randn(y.sizes());
  for (auto _ : state) benchmark::DoNotOptimize(torch::autograd::grad({y}, {x}, {gradient}, true));
  count_elements(state, x.numel());
}

void add(const std::string& name, const Unary& function, const std::vector<int64_t>& shape) {
  benchmark::RegisterBenchmark((name + "/forward").c_str(),
                               [=](benchmark::State& state) { forward(state, function, shape); });
  benchmark::RegisterBenchmark((name + "/backward").c_str(),
                               [=](benchmark::State& state) { backward(state, function, shape); });
}

/// A batch of 128 images out of 60000, as bytes (what training does) and as floats.
void gather(benchmark::State& state, at::ScalarType type) {
  const auto images = torch::zeros({60000, 28 * 28}, type);
  const auto order = torch::randperm(60000);
  long first = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(images.index_select(0, order.slice(0, first, first + 128)));
    first = (first + 128) % (60000 - 128);
  }
  count_elements(state, 128 * 28 * 28);
}

void register_all() {
  benchmark::RegisterBenchmark("Copy", copy);
  add("MaxPool/actlab", max_pool_2x2, feature_maps);
  add(
      "MaxPool/libtorch",
      [](const at::Tensor& x) {
        return torch::max_pool2d(x, {2, 2});
      },
      feature_maps);
  for (const auto& choice : resolve_activations("article")) {
    const auto module = std::make_shared<Activation>(choice, feature_maps[1]);
    add(
        "Activation/" + choice.row->name, [module](const at::Tensor& x) { return module->forward(x); },
        feature_maps);
  }
  benchmark::RegisterBenchmark("GatherBatch/bytes", [](auto& state) { gather(state, torch::kUInt8); });
  benchmark::RegisterBenchmark("GatherBatch/floats", [](auto& state) { gather(state, torch::kFloat32); });
}

}  // namespace
}  // namespace actlab

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  actlab::set_threads(1);
  actlab::register_all();
  benchmark::RunSpecifiedBenchmarks();
}
