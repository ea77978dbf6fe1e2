#include "lib/layers/layers.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "lib/core/error.h"
#include "lib/core/random.h"

namespace actlab {
namespace {

TEST(Standardise, TurnsBytesIntoStandardisedFloats) {
  Standardise layer({10, 100}, {2, 50});
  const auto x = torch::tensor({12, 8, 200, 0}, torch::kUInt8).view({1, 2, 1, 2});
  const auto expected = torch::tensor({1.0F, -1.0F, 2.0F, -2.0F}).view({1, 2, 1, 2});
  EXPECT_TRUE(torch::equal(layer.forward(x), expected));
  EXPECT_TRUE(torch::equal(layer.forward(x.to(torch::kFloat64)), expected));
  EXPECT_EQ(layer.forward(x.to(torch::kFloat64)).scalar_type(), torch::kFloat32);
}

TEST(Standardise, LeavesItsInputAlone) {
  Standardise layer({10}, {2});
  const auto x = torch::full({1, 1, 2}, 5.0F);
  layer.forward(x);
  EXPECT_TRUE(torch::equal(x, torch::full({1, 1, 2}, 5.0F)));
}

TEST(Standardise, CarriesItsNumbersAsBuffers) {
  Standardise layer({10, 20}, {2, 4});
  EXPECT_TRUE(torch::equal(layer.named_buffers()["mean"], torch::tensor({10.0F, 20.0F})));
  EXPECT_TRUE(torch::equal(layer.named_buffers()["scale"], torch::tensor({0.5F, 0.25F})));
  EXPECT_EQ(layer.parameters().size(), 0U);
}

TEST(Standardise, RejectsWhatDoesNotFit) {
  EXPECT_THROW(Standardise({}, {}), Error);
  EXPECT_THROW(Standardise({1, 2}, {1}), Error);
  EXPECT_THROW(Standardise({1}, {0}), Error);
  Standardise grey({1}, {1});
  EXPECT_THROW(grey.forward(torch::zeros({1, 3, 4, 4})), Error);  // would broadcast without a check
  EXPECT_THROW(grey.forward(torch::zeros({4})), Error);
}

at::Tensor mask(Dropout& site, long seed, const std::string& name) {
  site.set_noise(make_generator(seed, Stream::noise, name));
  return site.forward(torch::ones({100, 100}));
}

TEST(Dropout, KeepsTheMeanAndTheRate) {
  Dropout site(0.25);
  const auto y = mask(site, 0, "a");
  const auto dropped = (y == 0);
  EXPECT_TRUE(torch::equal(std::get<0>(torch::_unique(y)), torch::tensor({0.0F, 1 / 0.75F})));
  EXPECT_NEAR(dropped.to(torch::kFloat32).mean().item<double>(), 0.25, 0.02);  // 4.6 standard deviations
}

TEST(Dropout, MasksDependOnSeedAndSiteAlone) {
  Dropout first(0.5), second(0.5);
  const auto reference = mask(first, 3, "a");
  torch::manual_seed(99);
  torch::rand({17});
  EXPECT_TRUE(torch::equal(mask(second, 3, "a"), reference));
  EXPECT_FALSE(torch::equal(mask(second, 3, "b"), reference));
  EXPECT_FALSE(torch::equal(mask(second, 4, "a"), reference));
}

TEST(Dropout, OfTheAlphaFormKeepsMeanAndVariance) {
  Dropout site(0.3, Dropout::Form::alpha), inverted(0.3);
  const auto x = torch::empty({2000, 50}).normal_(0, 1, make_generator(0, Stream::noise, "x"));
  site.set_noise(make_generator(0, Stream::noise, "site"));
  inverted.set_noise(make_generator(0, Stream::noise, "site"));
  const auto y = site.forward(x);
  EXPECT_NEAR(y.mean().item<double>(), 0, 0.02);
  EXPECT_NEAR(y.var().item<double>(), 1, 0.02);
  // The same values are dropped: the activation does not change the draws.
  const auto dropped = inverted.forward(x).eq(0);
  EXPECT_NEAR(y.masked_select(dropped).std().item<double>(), 0, 1e-5);
  EXPECT_NEAR(dropped.to(torch::kDouble).mean().item<double>(), 0.3, 0.01);
}

TEST(Dropout, DrawsNothingFromTheGlobalGenerator) {
  Dropout site(0.5);
  torch::manual_seed(1);
  const auto reference = torch::rand({5});
  torch::manual_seed(1);
  mask(site, 0, "a");
  EXPECT_TRUE(torch::equal(torch::rand({5}), reference));
}

TEST(Dropout, IsNothingInEvaluationAndAtRateZero) {
  const auto x = torch::randn({3, 4});
  Dropout site(0.5), idle(0);
  site.eval();
  EXPECT_TRUE(torch::equal(site.forward(x), x));
  EXPECT_TRUE(torch::equal(idle.forward(x), x));
}

TEST(Dropout, SendsTheGradientThroughTheMask) {
  Dropout site(0.5);
  site.set_noise(make_generator(0, Stream::noise, "a"));
  auto x = torch::ones({50}).requires_grad_();
  const auto y = site.forward(x);
  y.sum().backward();
  EXPECT_TRUE(torch::equal(x.grad(), y));
}

TEST(Dropout, RejectsRatesOutsideItsRange) {
  EXPECT_THROW(Dropout(-0.1), Error);
  EXPECT_THROW(Dropout(1), Error);
  EXPECT_THROW(Dropout(std::nan("")), Error);
}

}  // namespace
}  // namespace actlab
