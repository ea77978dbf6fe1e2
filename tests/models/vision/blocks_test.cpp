#include "models/vision/blocks.h"

#include <gtest/gtest.h>

#include "lib/activations/kernels/fused.h"
#include "tests/models/vision/helpers.h"

namespace actlab {
namespace {

TEST(PoolsFirst, OnlyWhereTheOrderCannotTurnRound) {
  for (const auto* name : {"relu", "leaky_relu", "sigmoid", "tanh", "elu", "relu6", "softplus", "hard_tanh",
                           "prelu:frozen=true"}) {
    EXPECT_TRUE(pools_first(choice_of(name))) << name;
  }
  for (const auto* name : {"prelu", "rrelu", "swish", "gelu", "mish", "sin", "glu", "maxout", "crelu",
                           "frelu", "abrelu", "dice", "apl", "rational:frozen=true"}) {
    EXPECT_FALSE(pools_first(choice_of(name))) << name;
  }
}

class MonotoneRows : public testing::TestWithParam<std::string> {};

TEST_P(MonotoneRows, GiveTheSameWhicheverComesFirst) {
  const auto choice = choice_of(GetParam());
  Activation activation(choice, 3);
  activation.eval();
  torch::manual_seed(3);
  auto x = torch::randn({4, 3, 6, 6}) * 2;
  x.masked_fill_(torch::rand(x.sizes()) < 0.3, 0.25);  // ties; at kinks the slope would be a matter of taste
  auto before = x.clone().requires_grad_(), after = x.clone().requires_grad_();
  const auto first = activation.forward(max_pool_2x2(before)), last = max_pool_2x2(activation.forward(after));
  const auto weights = torch::randn(first.sizes());
  first.backward(weights);
  last.backward(weights);
  // One rounding of a vectorised and a scalar path may differ. Where it makes values equal, slopes are small,
  // and may go to the other place.
  EXPECT_TRUE(torch::allclose(first, last, 1e-6, 1e-7));
  EXPECT_TRUE(torch::allclose(before.grad(), after.grad(), 1e-5, 1e-4));
}

std::vector<std::string> rows_that_pool_first() {
  std::vector<std::string> names;
  for (const auto& row : catalogue()) {
    if (pools_first(choice_of(row.name))) names.push_back(row.name);
  }
  names.insert(names.end(), {"leaky_relu:slope=0", "leaky_relu:slope=1", "elu:alpha=0", "celu:alpha=0.01",
                             "hard_tanh:min=0,max=0.5", "hard_shrink:lambda=0", "softplus:beta=100"});
  return names;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, MonotoneRows, testing::ValuesIn(rows_that_pool_first()));

/// Sizes of what the activation of a layer sees and makes, of 6×6 images.
std::vector<int64_t> sizes_heard(const std::string& activation, const std::vector<long>& pool) {
  const auto layer = pooled_conv_layer(1, 4, {choice_of(activation)}, {}, pool);
  std::vector<int64_t> sizes;
  for (const auto& module : layer->children()) {
    if (auto* site = dynamic_cast<Activation*>(module.get()))
      site->set_listener([&](const at::Tensor& x, const at::Tensor& y) { sizes = {x.size(2), y.size(3)}; });
  }
  EXPECT_EQ(layer->forward(torch::randn({2, 1, 6, 6})).sizes(),
            (std::vector<int64_t>{2, 4, 6 / pool[0], 6 / pool[1]}));
  return sizes;
}

TEST(PooledLayer, PutsThePoolingWhereItIsCheapest) {
  EXPECT_EQ(sizes_heard("relu", {2, 2}), (std::vector<int64_t>{3, 3}));
  EXPECT_EQ(sizes_heard("prelu", {2, 2}), (std::vector<int64_t>{6, 6}));
  EXPECT_EQ(sizes_heard("relu", {3, 2}), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(sizes_heard("prelu", {3, 2}), (std::vector<int64_t>{6, 6}));
  EXPECT_EQ(sizes_heard("relu", {1, 1}), (std::vector<int64_t>{6, 6}));
}

/// Logits, and the gradients of all parameters, of the model `cnn`.
std::vector<at::Tensor> outcome_of_cnn(const std::string& activation, Kernels kernels) {
  set_kernels(kernels);
  const auto network = model_of("cnn", activation, images(1, 10));
  initialise(*network, "matched", choice_of(activation), 3);
  auto logits = network->forward({noise_images(images(1, 10), 5)});
  logits.square().sum().backward();
  set_kernels(Kernels::fused);
  std::vector<at::Tensor> outcome = {logits.detach()};
  for (const auto& parameter : network->parameters()) outcome.push_back(parameter.grad());
  return outcome;
}

TEST(Cnn, IsTheSamePixelByPixelAndWithWhatIsFused) {
  for (const auto* activation : {"relu", "prelu", "swish", "mish"}) {
    const auto fused = outcome_of_cnn(activation, Kernels::fused);
    const auto libtorch = outcome_of_cnn(activation, Kernels::libtorch);
    ASSERT_EQ(fused.size(), libtorch.size());
    for (size_t i = 0; i < fused.size(); ++i) {
      const double size = libtorch[i].abs().max().item<double>();
      EXPECT_TRUE(torch::allclose(fused[i], libtorch[i], 1e-4, 1e-4 * size)) << activation << " " << i;
    }
  }
}

TEST(Mlp, WithTheIdentityIsOneAffineMap) {
  const auto shape = images(1, 6);
  const auto network = model_of("mlp:depth=5,width=20", "identity", shape);
  initialise(*network, "default", choice_of("identity"), 0);
  const auto parameters = network->named_parameters();
  auto map = torch::eye(36, torch::kFloat64), shift = torch::zeros({36}, torch::kFloat64);
  for (const std::string layer : {"hidden.0.linear", "hidden.1.linear", "hidden.2.linear", "hidden.3.linear",
                                  "hidden.4.linear", "output"}) {
    const auto weight = parameters[layer + ".weight"].to(torch::kFloat64);
    map = weight.matmul(map);
    shift = weight.matmul(shift) + parameters[layer + ".bias"].to(torch::kFloat64);
  }
  const auto batch = noise_images(shape, 16);
  const auto x = ((batch.to(torch::kFloat64) - 128) / 64).flatten(1);
  const auto expected = x.matmul(map.t()) + shift;
  EXPECT_TRUE(torch::allclose(network->forward({batch}).to(torch::kFloat64), expected, 1e-4, 1e-6));
}

at::Tensor second_mask_after_a_step(const std::string& activation) {
  const auto shape = images(1, 6);
  const auto network = model_of("mlp:depth=2,width=20,dropout=0.5", activation, shape);
  seed_noise(*network, 4);
  network->train();
  network->forward({noise_images(shape, 3)});
  const auto site = std::dynamic_pointer_cast<Dropout>(network->named_modules("", false)["hidden.1.dropout"]);
  return site->forward(torch::ones({3, 20}));
}

TEST(Noise, OfAnActivationShiftsNoDropoutMask) {
  EXPECT_TRUE(torch::equal(second_mask_after_a_step("relu"), second_mask_after_a_step("rrelu")));
}

struct DeepCase {
  std::string activation;
  double factor;  // how far the second moment may drift in either direction
};

class DeepSignal : public testing::TestWithParam<DeepCase> {};

/// The second moment of the pre-activations at the last of 20 layers; 1 at the first.
double kept(const std::string& policy, const std::string& activation) {
  const torch::NoGradGuard no_grad;
  const auto shape = images(1, 16);
  const auto network = model_of("mlp:depth=20,width=512", activation, shape);
  initialise(*network, policy, choice_of(activation), 1);
  double last = 0;
  for (const auto& module : network->modules(false)) {
    auto* site = dynamic_cast<Activation*>(module.get());
    if (site == nullptr) continue;
    site->set_listener(
        [&](const at::Tensor& x, const at::Tensor&) { last = x.square().mean().item<double>(); });
  }
  torch::manual_seed(2);
  network->eval();
  network->forward({torch::randn({64, 1, 16, 16}) * 64 + 128});
  return last;
}

TEST_P(DeepSignal, MatchedKeepsItsVarianceThroughTwentyLayers) {
  const double moment = kept("matched", GetParam().activation);
  EXPECT_GT(moment, 1 / GetParam().factor);
  EXPECT_LT(moment, GetParam().factor);
}

// Fluctuations of a random net of width 512 multiply up over the layers. For Swish and GLU, whose output
// grows faster than their input, moment 1 is moreover a fixed point that repels: small deviations double
// every few layers.
INSTANTIATE_TEST_SUITE_P(Activations, DeepSignal,
                         testing::Values(DeepCase{"relu", 2}, DeepCase{"sigmoid", 2}, DeepCase{"tanh", 2},
                                         DeepCase{"elu", 2}, DeepCase{"leaky_relu", 2}, DeepCase{"prelu", 2},
                                         DeepCase{"maxout", 2}, DeepCase{"crelu", 2}, DeepCase{"frelu", 2},
                                         DeepCase{"abrelu", 2}, DeepCase{"apl", 2}, DeepCase{"arelu", 2},
                                         DeepCase{"swish", 20}, DeepCase{"glu", 20}),
                         [](const auto& each) { return each.param.activation; });

TEST(DeepSignal, HeLosesTheSignalOfSwishAndGlu) {
  EXPECT_LT(kept("he", "swish"), 1e-3);
  EXPECT_LT(kept("he", "glu"), 1e-3);
}

}  // namespace
}  // namespace actlab
