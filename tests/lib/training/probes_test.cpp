#include "lib/training/probes.h"

#include "tests/lib/training/tiny.h"

namespace actlab::test {
namespace {

/// The input, moved by a learned shift, is the pre-activation; the outputs are the activation's.
class Bare : public Network {
 public:
  explicit Bare(const std::string& text, long channels, const at::Tensor& start = torch::zeros({1}))
      : activation(register_module("site", std::make_shared<Activation>(choice(text), channels))),
        shift(register_parameter("shift", start)) {}
  at::Tensor forward(const std::vector<at::Tensor>& inputs) override {
    return activation->forward(inputs[0] + shift);
  }
  std::shared_ptr<Activation> activation;
  at::Tensor shift;
};

SiteProbe probe(Network& network, const at::Tensor& inputs) {
  Probes probes(network);
  const auto pass = [&] { return network.forward({inputs}).square().mean(); };
  probes.watch_dead_units([&] { pass(); });
  const auto found = probes.measure(4, pass);
  EXPECT_EQ(found.size(), 1U);
  return found.at(0);
}

TEST(Probes, FindsDeadUnits) {
  Tiny network("relu");
  {
    const torch::NoGradGuard no_grad;
    network.first->bias.slice(0, 0, 3).fill_(-100);
    network.first->bias.slice(0, 3).fill_(0);
  }
  const auto found = probe(network, blobs(100).inputs[0]);
  EXPECT_EQ(found.site, "activation");
  EXPECT_EQ(found.epoch, 4);
  EXPECT_DOUBLE_EQ(found.dead_fraction, 3.0 / 7);
  EXPECT_GT(found.zero_fraction, 3.0 / 7);
  EXPECT_LT(found.zero_fraction, 1);
  EXPECT_EQ(found.saturated_fraction, 0);
}

TEST(Probes, AUnitIsAliveWhenAnyBatchWakesIt) {
  Bare network("relu", 2);
  Probes probes(network);
  const auto dead_after = [&](const std::vector<at::Tensor>& batches) {
    probes.watch_dead_units([&] {
      for (const auto& batch : batches) network.forward({batch});
    });
    return probes.measure(0, [&] { return network.forward({batches[0]}).sum(); }).at(0).dead_fraction;
  };
  const auto first = torch::tensor({{-1.0F, 1.0F}}), second = torch::tensor({{1.0F, -1.0F}});
  EXPECT_EQ(dead_after({first, second}), 0);
  EXPECT_EQ(dead_after({first, first}), 0.5);
}

TEST(Probes, AUnitOfAnImageIsAChannel) {
  Bare network("relu", 3);
  auto images = -torch::ones({2, 3, 4, 4});
  images[1][2][0][3] = 1;
  EXPECT_DOUBLE_EQ(probe(network, images).dead_fraction, 2.0 / 3);
}

TEST(Probes, MeasuresPreActivations) {
  Bare network("tanh", 2);
  const auto found = probe(network, torch::tensor({{1.0F, 2.0F}, {3.0F, 6.0F}}));
  EXPECT_NEAR(found.mean, 3, 1e-6);
  EXPECT_NEAR(found.variance, (4 + 1 + 0 + 9) / 4.0, 1e-6);
}

TEST(Probes, CountsSaturatedOutputs) {
  const auto inputs = torch::tensor({{-9.0F, 0.1F}, {-0.2F, 9.0F}});
  Bare sigmoid("sigmoid", 2), tanh("tanh", 2), relu("relu", 2), hard("hard_tanh", 2);
  EXPECT_EQ(probe(sigmoid, inputs).saturated_fraction, 0.5);
  EXPECT_EQ(probe(tanh, inputs).saturated_fraction, 0.5);
  EXPECT_EQ(probe(hard, inputs).saturated_fraction, 0.5);
  EXPECT_EQ(probe(relu, inputs).saturated_fraction, 0);  // its flat half is counted as zeros
  EXPECT_EQ(probe(relu, inputs).zero_fraction, 0.5);
  EXPECT_EQ(probe(sigmoid, inputs).zero_fraction, 0);
}

TEST(Probes, MeasuresMultiUnitRows) {
  Bare gated("glu", 1);  // x₁·σ(x₂): flat in both only where the gate is shut
  const auto found = probe(gated, torch::tensor({{1.0F, 0.0F}, {1.0F, -20.0F}, {1.0F, 20.0F}, {2.0F, 1.0F}}));
  EXPECT_EQ(found.saturated_fraction, 0.25);
  EXPECT_EQ(found.dead_fraction, 0);
  EXPECT_GT(found.gradient_norm, 0);
}

TEST(Probes, GradientNormAgreesWithDifferences) {
  Tiny network("tanh");
  network.to(torch::kDouble);
  const auto examples = blobs(6);
  const auto loss_at = [&](const at::Tensor& pre_activation) {
    const auto outputs = network.second(network.activation->forward(pre_activation));
    return classification().loss(outputs, examples.targets);
  };
  const auto inputs = examples.inputs[0].to(torch::kDouble);
  double squares = 0;
  {
    const torch::NoGradGuard no_grad;
    const auto start = network.first(inputs);
    constexpr double step = 1e-5;
    for (long i = 0; i < start.numel(); ++i) {
      auto up = start.clone(), down = start.clone();
      up.view(-1)[i] += step;
      down.view(-1)[i] -= step;
      const double slope = (loss_at(up) - loss_at(down)).item<double>() / (2 * step);
      squares += slope * slope;
    }
  }
  Probes probes(network);
  const auto found = probes.measure(0, [&] { return loss_at(network.first(inputs)); });
  EXPECT_NEAR(found.at(0).gradient_norm, std::sqrt(squares), 1e-8);
}

/// Applies its activation to the first three, two and one rows of the input, each time to what came out
/// before.
class Shrinking : public Bare {
 public:
  using Bare::Bare;
  at::Tensor forward(const std::vector<at::Tensor>& inputs) override {
    auto x = inputs[0] + shift;
    for (long rows = 3; rows > 0; --rows) x = activation->forward(x.narrow(0, 0, rows));
    return x;
  }
};

TEST(Probes, CoverEveryCallOfASite) {
  Shrinking network("leaky_relu:slope=0.5", 2);
  const auto inputs = torch::tensor({{-8.0F, 4.0F}, {1.0F, 2.0F}, {3.0F, 6.0F}});
  Probes probes(network);
  const auto found = probes.measure(0, [&] { return network.forward({inputs}).sum(); }).at(0);
  // The calls see −8 4 1 2 3 6, −4 4 1 2, and −2 4.
  EXPECT_NEAR(found.mean, 13.0 / 12, 1e-6);
  // Only the first row reaches the loss: with slopes ½ ½ ½ and 1 1 1.
  EXPECT_NEAR(found.gradient_norm, std::sqrt(0.25 + 1 / 16.0 + 1 / 64.0 + 3), 1e-6);
}

TEST(Probes, AUnitIsAliveWhenAnyCallWakesIt) {
  Shrinking network("relu", 2);
  const auto found = probe(network, torch::tensor({{-1.0F, -1.0F}, {-1.0F, -1.0F}, {2.0F, -1.0F}}));
  EXPECT_DOUBLE_EQ(found.dead_fraction, 0.5);
  EXPECT_DOUBLE_EQ(found.zero_fraction, 11.0 / 12);
}

TEST(Probes, SeesGradientsWhoseSquaresUnderflow) {
  Bare network("identity", 2);
  Probes probes(network);
  const auto inputs = torch::ones({3, 2});
  const auto found = probes.measure(0, [&] { return network.forward({inputs}).sum() * 1e-30; });
  EXPECT_NEAR(found.at(0).gradient_norm, std::sqrt(6.0) * 1e-30, 1e-34);
}

TEST(Probes, WorksWhereNothingIsLearnedBefore) {
  Bare network("relu", 2);
  network.shift.requires_grad_(false);
  EXPECT_EQ(probe(network, torch::ones({3, 2})).gradient_norm, 0);
}

TEST(Probes, LeavesNoTraces) {
  Tiny network("rrelu", true);
  seed_noise(network, 0);
  network.train();
  const auto examples = blobs(20);
  classification().loss(network.forward(examples.inputs), examples.targets).backward();
  std::vector<at::Tensor> gradients;
  for (const auto& parameter : network.parameters()) gradients.push_back(parameter.grad().clone());
  const auto before = state(network);
  const auto random = torch::globalContext().defaultGenerator(torch::kCPU).get_state();
  Probes probes(network);
  const auto pass = [&] { return classification().loss(network.forward(examples.inputs), examples.targets); };
  probes.watch_dead_units([&] { pass(); });
  probes.measure(0, pass);
  EXPECT_FALSE(network.is_training());
  EXPECT_TRUE(same(before, state(network)));
  EXPECT_TRUE(torch::globalContext().defaultGenerator(torch::kCPU).get_state().equal(random));
  std::vector<at::Tensor> after;
  for (const auto& parameter : network.parameters()) after.push_back(parameter.grad());
  EXPECT_TRUE(same(gradients, after));
}

TEST(Probes, StopsListeningAfterAnError) {
  Tiny network("relu");
  Probes probes(network);
  const auto fail = []() -> at::Tensor { throw std::runtime_error("no"); };
  EXPECT_THROW(probes.watch_dead_units(fail), std::runtime_error);
  EXPECT_THROW(probes.measure(0, fail), std::runtime_error);
  network.forward(blobs(4).inputs);
  EXPECT_TRUE(probes.measure(0, [] { return torch::ones({}); }).empty());  // the network was not used
}

}  // namespace
}  // namespace actlab::test
