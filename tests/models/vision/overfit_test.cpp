#include <gtest/gtest.h>

#include "models/vision/vision.h"
#include "tests/models/vision/helpers.h"

namespace actlab {
namespace {

constexpr long seed = 1;

/// Loss on one batch of eight images of noise with random labels, before and after `steps` steps of Adam; and
/// evaluation must work.
std::pair<double, double> memorise(const std::string& model, const std::string& activation, int steps) {
  const auto shape = images(1, 12, 4);
  const auto network = model_of(model, activation, shape);
  initialise(*network, "matched", choice_of(activation), seed);
  seed_noise(*network, seed);
  const auto batch = noise_images(shape, 8);
  const auto labels = torch::tensor({2, 0, 1, 3, 3, 1, 0, 2}, torch::kLong);
  torch::optim::Adam optimiser(network->parameters(), 0.003);
  network->train();
  double first = 0, last = 0;
  for (int step = 0; step <= steps; ++step) {
    const auto loss = torch::cross_entropy_loss(network->forward({batch}), labels);
    last = loss.item<double>();
    if (step == 0) first = last;
    optimiser.zero_grad();
    loss.backward();
    optimiser.step();
  }
  network->eval();
  EXPECT_TRUE(network->forward({batch}).isfinite().all().item<bool>());
  return {first, last};
}

class Overfit : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Overfit, MemorisesEightImages) {
  const auto& [model, activation] = GetParam();
  const auto [first, last] = memorise(model, activation, 40);
  EXPECT_GT(first, 0.5);
  EXPECT_LT(last, 0.2 * first) << model << " " << activation << ": " << first << " to " << last;
}

INSTANTIATE_TEST_SUITE_P(
    Models, Overfit,
    testing::Combine(testing::Values("mlp", "mlp:norm=batch", "cnn:norm=batch", "lenet:norm=batch",
                                     "vgg:width=8", "resnet:depth=20"),
                     testing::Values("sigmoid", "relu", "prelu", "swish", "rrelu", "glu", "maxout")));

// Several inputs or outputs to a unit, learned shapes, rows that see their sample, batch or neighbourhood.
INSTANTIATE_TEST_SUITE_P(Unusual, Overfit,
                         testing::Combine(testing::Values("mlp", "cnn:norm=batch", "lenet", "vgg:width=8"),
                                          testing::Values("crelu", "frelu", "maxout:pieces=3", "dice",
                                                          "rational", "apl", "abrelu", "arelu")));
INSTANTIATE_TEST_SUITE_P(UnusualResNet, Overfit,
                         testing::Combine(testing::Values("resnet:depth=20"),
                                          testing::Values("crelu", "frelu", "maxout:pieces=3", "dice",
                                                          "rational")));

// Gates without a bound multiply a sample's scale by itself in every layer. In deep models they need a norm
// over each sample: with batch norm a few samples outweigh the batch, and evaluation overflows in the ResNet.
INSTANTIATE_TEST_SUITE_P(Gates, Overfit,
                         testing::Combine(testing::Values("mlp", "cnn:norm=batch", "lenet",
                                                          "vgg:width=8,norm=layer"),
                                          testing::Values("reglu", "geglu", "swiglu", "bilinear")));
INSTANTIATE_TEST_SUITE_P(GatesResNet, Overfit, testing::Values(std::tuple{"resnet:norm=layer", "swiglu"}));
INSTANTIATE_TEST_SUITE_P(EqualParameters, Overfit,
                         testing::Combine(testing::Values("mlp:equal_parameters=true",
                                                          "vgg:width=8,equal_parameters=true",
                                                          "resnet:equal_parameters=true"),
                                          testing::Values("glu", "crelu")));

TEST(Overfit, IsTheSameTwice) {
  for (const std::string activation : {"relu", "rrelu"}) {
    EXPECT_EQ(memorise("mlp:dropout=0.2", activation, 5), memorise("mlp:dropout=0.2", activation, 5));
  }
}

}  // namespace
}  // namespace actlab
