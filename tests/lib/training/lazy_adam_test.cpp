#include <fstream>
#include <nlohmann/json.hpp>

#include "lib/layers/embedding.h"
#include "lib/training/optimisers.h"
#include "tests/lib/training/tiny.h"

namespace actlab::test {
namespace {

constexpr long rows = 9, width = 5;

/// The mean of the words' vectors.
class Words : public Network {
 public:
  Words() : embedding(register_module("embedding", std::make_shared<Embedding>(rows, width))) {
    set(torch::randn({rows, width}, make_generator(0, Stream::split, "words")));
  }
  void set(const at::Tensor& values) {
    const torch::NoGradGuard no_grad;
    embedding->weight.copy_(values);
  }
  at::Tensor weight() const { return embedding->weight.detach().clone(); }
  at::Tensor forward(const std::vector<at::Tensor>& inputs) override { return embedding->mean(inputs.at(0)); }

  std::shared_ptr<Embedding> embedding;
};

Hyperparameters with(const std::string& optimizer, double decay = 0) {
  Hyperparameters hyper;
  hyper.optimizer = optimizer;
  hyper.lr = 0.05;
  hyper.weight_decay = decay;
  return hyper;
}

at::Tensor sparse(const at::Tensor& row_numbers, const at::Tensor& values) {
  return torch::sparse_coo_tensor(row_numbers.unsqueeze(0), values, {rows, width});
}

TEST(LazyAdam, TakesTheStepsOfPythonsSparseAdam) {
  const auto golden = nlohmann::json::parse(std::ifstream(ACTLAB_GOLDEN "/sparse_adam.json"));
  const auto floats = [](const nlohmann::json& numbers) {
    return torch::tensor(numbers.get<std::vector<float>>()).view({-1, width});
  };
  Words network;
  network.set(floats(golden["start"]));
  const auto optimiser = make_optimiser(network, with("adam"));
  for (const auto& step : golden["steps"]) {
    const auto touched = torch::tensor(step["rows"].get<std::vector<int64_t>>());
    network.embedding->weight.mutable_grad() = sparse(touched, floats(step["values"]));
    optimiser->step();
    EXPECT_TRUE(network.weight().allclose(floats(step["weight"]), 1e-5, 1e-6));
  }
}

/// Weights after some steps on batches that touch the given number of rows, other ones each time.
at::Tensor walk(const std::string& optimizer, bool lazily, long touched, double decay = 0, double clip = 0) {
  Words network;
  const auto optimiser = make_optimiser(network, with(optimizer, decay));
  network.embedding->use_sparse_gradients(lazily);
  for (long step = 0; step < 7; ++step) {
    optimiser->zero_grad();
    const auto tokens = (torch::arange(touched, torch::kInt) + step) % (rows - 1) + 1;
    const auto out = network.forward({tokens.view({1, -1})});
    (out * torch::linspace(-1, 2, width)).sum().sin().backward();
    EXPECT_EQ(network.embedding->weight.grad().is_sparse(), lazily);
    if (clip > 0) clip_gradients(network.parameters(), clip);
    optimiser->step();
  }
  return network.weight();
}

TEST(LazyAdam, IsAdamWhereBatchesTouchEveryRow) {
  for (const auto* optimizer : {"adam", "adamw"}) {
    const auto lazy = walk(optimizer, true, rows - 1, 0.1), dense = walk(optimizer, false, rows - 1, 0.1);
    EXPECT_TRUE(lazy.slice(0, 1).equal(dense.slice(0, 1))) << optimizer;
    EXPECT_FALSE(walk(optimizer, true, 2).slice(0, 1).allclose(walk(optimizer, false, 2).slice(0, 1)));
  }
}

TEST(LazyAdam, LeavesRowsAloneThatNoBatchTouched) {
  for (const auto* optimizer : {"adam", "adamw"}) {
    Words network;
    const auto start = network.weight();
    const auto optimiser = make_optimiser(network, with(optimizer, 0.1));
    network.forward({torch::tensor({{3, 0, 7}}, torch::kInt)}).sum().backward();
    optimiser->step();
    const auto changed = network.weight().ne(start).any(1);
    EXPECT_TRUE(changed.equal(torch::tensor({0, 0, 0, 1, 0, 0, 0, 1, 0}).to(torch::kBool)));
  }
}

TEST(LazyAdam, DecaysTheWeightsOfTouchedRows) {
  Words network;
  const auto start = network.weight();
  const auto optimiser = make_optimiser(network, with("adamw", 0.1));
  network.embedding->weight.mutable_grad() = sparse(torch::tensor({4L}), torch::zeros({1, width}));
  optimiser->step();
  auto expected = start.clone();
  expected[4].mul_(1 - 0.05 * 0.1);
  EXPECT_TRUE(network.weight().allclose(expected, 1e-6, 0));
}

TEST(LazyAdam, RefusesATableWhoseGradientsChangeTheirKind) {
  Words network;
  const auto optimiser = make_optimiser(network, with("adam"));
  network.embedding->weight.mutable_grad() = sparse(torch::tensor({4L}), torch::zeros({1, width}));
  optimiser->step();
  network.embedding->weight.mutable_grad() = torch::zeros({rows, width});
  EXPECT_THROW(optimiser->step(), c10::Error);
}

TEST(SparseGradients, AreForAdamOnFloatsAlone) {
  const auto tokens = torch::tensor({{3, 0, 7}}, torch::kInt);
  for (const auto& name : optimiser_names()) {
    Words network;
    const auto optimiser = make_optimiser(network, with(name, 0.1));
    const auto start = network.weight();
    network.forward({tokens}).sum().backward();
    EXPECT_EQ(network.embedding->weight.grad().is_sparse(), name.substr(0, 4) == "adam") << name;
    optimiser->step();
    EXPECT_FALSE(network.weight()[3].equal(start[3]));
  }
  Words exact;
  exact.to(torch::kDouble);
  make_optimiser(exact, with("adam"));
  exact.forward({tokens}).sum().backward();
  EXPECT_FALSE(exact.embedding->weight.grad().is_sparse());
}

TEST(SparseGradients, ThatAreNotFiniteMakeATrainingDiverge) {
  Words network;
  const Examples texts = {{torch::tensor({{3, 0, 7}, {1, 2, 3}}, torch::kInt)}, torch::tensor({0L, 1L})};
  auto objective = classification();
  objective.loss = [](const at::Tensor& outputs, const at::Tensor&) { return (outputs * 0).sum().sqrt(); };
  TrainingOptions options;
  options.probes = false;
  const auto result = train(network, texts, texts, objective, with("adam"), options);
  EXPECT_TRUE(network.embedding->weight.grad().is_sparse());
  EXPECT_THAT(result.error, testing::HasSubstr("gradient was not finite"));
}

TEST(SparseGradients, AreClippedAsDenseOnesAre) {
  const auto clipped = [](const at::Tensor& gradient, double largest) {
    auto table = torch::zeros({rows, width}), other = torch::zeros(4);
    table.mutable_grad() = gradient.clone();
    other.mutable_grad() = torch::full(4, 2.0F);
    clip_gradients({table, other}, largest);
    return torch::cat({table.grad().to_dense().flatten(), other.grad()});
  };
  const auto gradient =
      sparse(torch::tensor({7L, 2L, 7L}), torch::arange(15, torch::kFloat).view({3, width}));
  for (const double largest : {0.5, 1e6}) {
    const auto result = clipped(gradient, largest), expected = clipped(gradient.to_dense(), largest);
    EXPECT_TRUE(result.allclose(expected, 1e-6, 0));
    EXPECT_EQ(result.norm().item<double>() < 0.501, largest < 1);
  }
  EXPECT_FALSE(walk("adam", true, 4).equal(walk("adam", true, 4, 0, 1e-8)));
}

}  // namespace
}  // namespace actlab::test
