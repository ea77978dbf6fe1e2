// Single kernels on one thread, beside a plain copy: what shares of the memory bandwidth they reach.
// bench_kernels --benchmark_filter=MaxPool

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include "lib/activations/activation.h"
#include "lib/activations/kernels/fused.h"
#include "lib/core/runtime.h"
#include "lib/layers/embedding.h"
#include "lib/layers/layers.h"
#include "lib/training/optimisers.h"

namespace actlab {
namespace {

constexpr long elements = 1L << 20;
const std::vector<int64_t> feature_maps = {128, 32, 28, 28};  // of the first layer of bench_training's net
const std::vector<int64_t> smaller_maps = {128, 64, 14, 14};  // of the second one

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

void forward(benchmark::State& state, const Unary& function, const std::vector<int64_t>& shape,
             at::MemoryFormat format) {
  const torch::NoGradGuard no_grad;
  const auto x = torch::randn(shape).contiguous(format);
  for (auto _ : state) benchmark::DoNotOptimize(function(x));
  count_elements(state, x.numel());
}

/// The gradient of the input alone, with the forward pass outside the clock.
void backward(benchmark::State& state, const Unary& function, const std::vector<int64_t>& shape,
              at::MemoryFormat format) {
  const auto x = torch::randn(shape).contiguous(format).requires_grad_();
  const auto y = function(x);
  const auto gradient = torch::randn_like(y);
  for (auto _ : state) benchmark::DoNotOptimize(torch::autograd::grad({y}, {x}, {gradient}, true));
  count_elements(state, x.numel());
}

void add(const std::string& name, const Unary& function, const std::vector<int64_t>& shape,
         at::MemoryFormat format = at::MemoryFormat::Contiguous) {
  benchmark::RegisterBenchmark((name + "/forward").c_str(),
                               [=](benchmark::State& state) { forward(state, function, shape, format); });
  benchmark::RegisterBenchmark((name + "/backward").c_str(),
                               [=](benchmark::State& state) { backward(state, function, shape, format); });
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

/// Words of bench/text.py, each as likely as any other: 64 texts of 40 words touch some 2400 rows.
class Words : public Network {
 public:
  explicit Words(bool sparse)
      : embedding(register_module("embedding", std::make_shared<Embedding>(rows, width))) {
    embedding->weight.set_data(torch::randn({rows, width}));
    embedding->use_sparse_gradients(sparse);
  }
  at::Tensor forward(const std::vector<at::Tensor>& inputs) override { return embedding->mean(inputs[0]); }

  static constexpr long rows = 20000, width = 128;
  std::shared_ptr<Embedding> embedding;
  const at::Tensor tokens = torch::randint(1, rows, {64, 40}, torch::kInt);
  const long touched = std::get<0>(at::_unique(tokens)).numel();
};

void count_rows(benchmark::State& state, long rows, long floats_a_row) {
  const auto bytes = static_cast<int64_t>(sizeof(float)) * floats_a_row * Words::width * rows;
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * bytes);
}

using Lookup = std::function<at::Tensor(Words&)>;

void look_up(benchmark::State& state, const Lookup& lookup) {
  const torch::NoGradGuard no_grad;
  Words words(true);
  for (auto _ : state) benchmark::DoNotOptimize(lookup(words));
  count_rows(state, words.tokens.numel(), 1);
}

/// The gradient of the table alone.
void learn_words(benchmark::State& state, const Lookup& lookup, bool sparse) {
  Words words(sparse);
  const auto y = lookup(words);
  const auto gradient = torch::randn(y.sizes());
  for (auto _ : state)
    benchmark::DoNotOptimize(torch::autograd::grad({y}, {words.embedding->weight}, {gradient}, true));
  count_rows(state, words.touched, 1);
}

/// Weights, their gradient and both moments are read, all but the gradient written.
void lazy_adam(benchmark::State& state) {
  Words words(true);
  const auto optimiser = make_optimiser(words, {});
  words.forward({words.tokens}).sum().backward();
  for (auto _ : state) optimiser->step();
  count_rows(state, words.touched, 7);
}

/// A plain copy of as many bytes, read and written in order.
void copy_of_rows(benchmark::State& state) {
  const auto from = torch::randn({2400 * 7 / 2, Words::width});
  auto to = torch::empty_like(from);
  for (auto _ : state) to.copy_(from);
  count_rows(state, 2400, 7);
}

void register_embeddings() {
  const Lookup mean = [](Words& words) { return words.embedding->mean(words.tokens); };
  const Lookup gather = [](Words& words) { return words.embedding->forward(words.tokens); };
  const Lookup libtorch_gather = [](Words& words) {
    return torch::embedding(words.embedding->weight, words.tokens);
  };
  const Lookup libtorch_mean = [=](Words& words) { return libtorch_gather(words).mean(1); };
  const auto add_lookup = [](const std::string& name, const Lookup& lookup, bool sparse) {
    benchmark::RegisterBenchmark((name + "/forward").c_str(), [=](auto& state) { look_up(state, lookup); });
    benchmark::RegisterBenchmark((name + "/backward").c_str(),
                                 [=](auto& state) { learn_words(state, lookup, sparse); });
  };
  add_lookup("EmbeddingMean/sparse", mean, true);
  add_lookup("EmbeddingMean/dense", mean, false);
  add_lookup("EmbeddingMean/libtorch", libtorch_mean, false);
  add_lookup("Embedding/sparse", gather, true);
  add_lookup("Embedding/dense", gather, false);
  add_lookup("Embedding/libtorch", libtorch_gather, false);
  benchmark::RegisterBenchmark("LazyAdam", lazy_adam);
  benchmark::RegisterBenchmark("CopyOfRows", copy_of_rows);
}

/// An activation and the maximum behind it, in either memory format.
void register_largest() {
  for (const auto& choice : resolve_activations("relu,prelu,swish,mish")) {
    for (const auto& shape : {feature_maps, smaller_maps}) {
      const auto module = std::make_shared<Activation>(choice, shape[1]);
      for (const auto kernels : {Kernels::fused, Kernels::libtorch}) {
        for (const bool pixels : {false, true}) {
          const auto largest = [=](const at::Tensor& x) {
            set_kernels(kernels);
            const auto y = largest_activations(*module, x);
            set_kernels(Kernels::fused);  // for the others
            return y;
          };
          add(fmt::format("Largest/{}/{}/{}/{}", choice.row->name, fmt::join(shape, "x"), name_of(kernels),
                          pixels ? "pixels" : "planes"),
              largest, shape, pixels ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
        }
      }
    }
  }
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
  register_embeddings();
  register_largest();
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
