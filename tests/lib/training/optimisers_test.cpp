#include "lib/training/optimisers.h"

#include <cmath>

#include "tests/lib/training/golden.h"

namespace actlab::test {
namespace {

Hyperparameters with_optimizer(const std::string& name, double lr = 0.1, double decay = 0) {
  Hyperparameters hyper;
  hyper.optimizer = name;
  hyper.lr = lr;
  hyper.weight_decay = decay;
  return hyper;
}

class Optimiser : public testing::TestWithParam<std::string> {};

TEST_P(Optimiser, TakesTheSameStepsAsPython) {
  const Golden golden;
  const auto network = golden.network();
  const auto examples = golden.examples();
  const auto optimiser = make_optimiser(*network, with_optimizer(GetParam(), 0.1, 0.05));
  const auto& expected = golden.all.at("optimisers").at(GetParam());
  for (const double wanted : expected.at("losses")) {
    optimiser->zero_grad();
    const auto loss = classification().loss(network->forward(examples.inputs), examples.targets);
    loss.backward();
    optimiser->step();
    EXPECT_NEAR(loss.item<double>(), wanted, 1e-5);
  }
  Golden::expect_weights(*network, expected.at("weights"));
}

TEST_P(Optimiser, WeightDecayLeavesActivationParametersAlone) {
  Tiny network("prelu");
  const auto before = state(network);
  const auto optimiser = make_optimiser(network, with_optimizer(GetParam(), 1e-3, 0.5));
  for (auto& parameter : network.parameters()) parameter.mutable_grad() = torch::zeros_like(parameter);
  optimiser->step();
  const auto slope = network.activation->parameters().at(0);
  EXPECT_TRUE(slope.equal(torch::full({7}, 0.25)));
  EXPECT_FALSE(network.first->weight.equal(before[0]));
  EXPECT_LT(network.first->weight.abs().sum().item<double>(), before[0].abs().sum().item<double>());
}

TEST_P(Optimiser, LearningRateReachesEveryGroup) {
  Tiny network("prelu");
  const auto optimiser = make_optimiser(network, with_optimizer(GetParam()));
  ASSERT_EQ(optimiser->param_groups().size(), 2U);
  const auto before = state(network);
  set_learning_rate(*optimiser, 0);
  for (auto& parameter : network.parameters()) parameter.mutable_grad() = torch::ones_like(parameter);
  optimiser->step();
  EXPECT_TRUE(same(before, state(network)));
  set_learning_rate(*optimiser, 0.01);
  optimiser->step();
  const auto after = state(network);
  for (size_t i = 0; i < after.size(); ++i) EXPECT_FALSE(after[i].equal(before[i]));
}

INSTANTIATE_TEST_SUITE_P(All, Optimiser, testing::ValuesIn(optimiser_names()),
                         [](const auto& parameter) { return parameter.param; });

/// Weights after ten steps along made-up gradients.
template <typename Step>
at::Tensor ten_steps(at::Tensor weight, const Step& step) {
  weight.requires_grad_();
  for (int i = 1; i <= 10; ++i) {
    weight.mutable_grad() = torch::linspace(-1, 3, weight.numel()).view(weight.sizes()).mul_(i).sin_();
    step();
  }
  return weight.detach();
}

TEST(Optimisers, OnePassOfAdamIsLibTorchsAdam) {
  Tiny network("prelu");
  for (const bool decoupled : {false, true}) {
    const auto ours = make_optimiser(network, with_optimizer(decoupled ? "adamw" : "adam", 0.05, 0.1));
    const auto start = network.first->weight.detach().clone();
    for (auto& parameter : network.parameters()) parameter.mutable_grad().reset();
    const auto result = ten_steps(network.first->weight, [&] { ours->step(); }).clone();

    auto twin = start.clone();
    std::unique_ptr<torch::optim::Optimizer> theirs;
    if (decoupled) {
      theirs = std::make_unique<torch::optim::AdamW>(std::vector<at::Tensor>{twin},
                                                     torch::optim::AdamWOptions(0.05).weight_decay(0.1));
    } else {
      theirs = std::make_unique<torch::optim::Adam>(std::vector<at::Tensor>{twin},
                                                    torch::optim::AdamOptions(0.05).weight_decay(0.1));
    }
    const auto expected = ten_steps(twin, [&] { theirs->step(); });
    EXPECT_FALSE(result.equal(start));
    EXPECT_TRUE(torch::allclose(result, expected, 1e-5, 1e-6));
  }
}

TEST(Optimisers, UnknownNameSaysTheNearest) {
  Tiny network("relu");
  const auto message = message_of(ExitCode::usage, [&] { make_optimiser(network, with_optimizer("adamm")); });
  EXPECT_THAT(message, testing::HasSubstr("did you mean 'adam'"));
}

TEST(Optimisers, ANetworkWithoutLearnedActivationsHasOneGroup) {
  Tiny network("relu");
  EXPECT_EQ(make_optimiser(network, with_optimizer("sgd"))->param_groups().size(), 1U);
}

Hyperparameters with_schedule(const std::string& name, double warmup = 0) {
  Hyperparameters hyper;
  hyper.schedule = name;
  hyper.epochs = 20;
  hyper.warmup = warmup;
  return hyper;
}

TEST(Schedule, ConstantStaysAtOne) {
  for (const double epoch : {0.0, 7.3, 19.99})
    EXPECT_EQ(schedule_factor(with_schedule("constant"), epoch), 1);
}

TEST(Schedule, StepDividesByTenAtHalfAndThreeQuarters) {
  const auto hyper = with_schedule("step");
  EXPECT_EQ(schedule_factor(hyper, 0), 1);
  EXPECT_EQ(schedule_factor(hyper, 9.99), 1);
  EXPECT_DOUBLE_EQ(schedule_factor(hyper, 10), 0.1);
  EXPECT_DOUBLE_EQ(schedule_factor(hyper, 14.99), 0.1);
  EXPECT_DOUBLE_EQ(schedule_factor(hyper, 15), 0.01);
}

TEST(Schedule, CosineFallsToZero) {
  const auto hyper = with_schedule("cosine");
  EXPECT_DOUBLE_EQ(schedule_factor(hyper, 0), 1);
  EXPECT_NEAR(schedule_factor(hyper, 5), (1 + std::sqrt(0.5)) / 2, 1e-12);
  EXPECT_NEAR(schedule_factor(hyper, 10), 0.5, 1e-12);
  EXPECT_NEAR(schedule_factor(hyper, 20), 0, 1e-12);
}

TEST(Schedule, WarmupRisesLinearlyToTheStartOfTheSchedule) {
  const auto hyper = with_schedule("cosine", 4);
  EXPECT_DOUBLE_EQ(schedule_factor(hyper, 0), 0);
  EXPECT_DOUBLE_EQ(schedule_factor(hyper, 1), 0.25);
  EXPECT_DOUBLE_EQ(schedule_factor(hyper, 4), 1);
  EXPECT_NEAR(schedule_factor(hyper, 12), 0.5, 1e-12);
  EXPECT_NEAR(schedule_factor(hyper, 20), 0, 1e-12);
}

TEST(Schedule, UnknownNameSaysTheNearest) {
  const auto message = message_of(ExitCode::usage, [] { schedule_factor(with_schedule("cosin"), 1); });
  EXPECT_THAT(message, testing::HasSubstr("did you mean 'cosine'"));
}

}  // namespace
}  // namespace actlab::test
