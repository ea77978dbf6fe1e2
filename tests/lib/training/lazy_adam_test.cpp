#include "tests/lib/training/words.h"

namespace actlab::test {
namespace {

TEST(LazyAdam, TakesTheStepsOfPythonsSparseAdam) { expect_golden_steps("sparse_adam.json", with("adam")); }

TEST(LazyAdam, IsAdamWhereBatchesTouchEveryRow) {
  for (const auto* optimizer : {"adam", "adamw"}) {
    const auto lazy = walk(optimizer, true, rows - 1, 0.1), dense = walk(optimizer, false, rows - 1, 0.1);
    EXPECT_TRUE(lazy.slice(0, 1).equal(dense.slice(0, 1))) << optimizer;
    EXPECT_FALSE(walk(optimizer, true, 2).slice(0, 1).allclose(walk(optimizer, false, 2).slice(0, 1)));
  }
}

TEST(SparseGradients, LeaveRowsAloneThatNoBatchTouched) {
  for (const auto* optimizer : {"adam", "adamw", "adagrad"}) {
    Words network;
    const auto start = network.weight();
    const auto optimiser = make_optimiser(network, with(optimizer, 0.1));
    network.forward({torch::tensor({{3, 0, 7}}, torch::kInt)}).sum().backward();
    optimiser->step();
    const auto changed = network.weight().ne(start).any(1);
    EXPECT_TRUE(changed.equal(torch::tensor({0, 0, 0, 1, 0, 0, 0, 1, 0}).to(torch::kBool))) << optimizer;
  }
}

TEST(SparseGradients, LetWeightDecayReachTouchedRowsAlone) {
  for (const auto* optimizer : {"adam", "adamw", "adagrad"}) {
    Words network;
    const auto start = network.weight();
    const auto optimiser = make_optimiser(network, with(optimizer, 0.1));
    network.embedding->weight.mutable_grad() = sparse(torch::tensor({4L}), torch::zeros({1, width}));
    optimiser->step();
    const auto shrunk = network.weight().abs().lt(start.abs()).all(1);
    EXPECT_TRUE(shrunk.equal(torch::arange(rows).eq(4))) << optimizer;
    EXPECT_TRUE(network.weight().eq(start).all(1).equal(torch::arange(rows).ne(4))) << optimizer;
  }
}

TEST(LazyAdam, DecaysByTheRateTimesTheDecay) {
  Words network;
  const auto start = network.weight();
  const auto optimiser = make_optimiser(network, with("adamw", 0.1));
  network.embedding->weight.mutable_grad() = sparse(torch::tensor({4L}), torch::zeros({1, width}));
  optimiser->step();
  EXPECT_TRUE(network.weight()[4].allclose(start[4] * (1 - 0.05 * 0.1), 1e-6, 0));
}

TEST(LazyAdam, RefusesATableWhoseGradientsChangeTheirKind) {
  Words network;
  const auto optimiser = make_optimiser(network, with("adam"));
  network.embedding->weight.mutable_grad() = sparse(torch::tensor({4L}), torch::zeros({1, width}));
  optimiser->step();
  network.embedding->weight.mutable_grad() = torch::zeros({rows, width});
  EXPECT_THROW(optimiser->step(), c10::Error);
}

TEST(SparseGradients, AreForAdamAndAdagradOnFloatsAlone) {
  const auto tokens = torch::tensor({{3, 0, 7}}, torch::kInt);
  for (const auto& name : optimiser_names()) {
    Words network;
    const auto optimiser = make_optimiser(network, with(name, 0.1));
    const auto start = network.weight();
    network.forward({tokens}).sum().backward();
    EXPECT_EQ(network.embedding->weight.grad().is_sparse(), name.substr(0, 2) == "ad") << name;
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
