// What the activations that are more than a curve see and give inside of layers.

#include <gtest/gtest.h>

#include "models/vision/blocks.h"
#include "tests/models/vision/helpers.h"

namespace actlab {
namespace {

at::Tensor pictures(long channels) {
  torch::manual_seed(5);
  return torch::randn({3, channels, 5, 4}, torch::kDouble);
}

std::shared_ptr<Activation> site_of(const std::string& text, long channels) {
  auto site = std::make_shared<Activation>(choice_of(text), channels);
  site->to(torch::kDouble);
  return site;
}

/// A FReLU whose nine weights a channel are not 0.
std::shared_ptr<Activation> funnel(const std::string& text, long channels) {
  auto site = site_of(text, channels);
  torch::manual_seed(6);
  site->parameters()[0].detach().normal_();
  return site;
}

TEST(FRelu, SeesTheNeighboursOfAPixelInItsOwnChannel) {
  for (const std::string text : {"frelu", "frelu:shared=true"}) {
    const auto site = funnel(text, 2);
    const auto weights = site->parameters()[0].expand({9, 2});
    const auto x = pictures(2), padded = torch::constant_pad_nd(x, {1, 1, 1, 1});
    auto window = torch::zeros_like(x);
    for (long row = 0; row < 3; ++row) {
      for (long column = 0; column < 3; ++column) {
        const auto shifted = padded.slice(2, row, row + 5).slice(3, column, column + 4);
        window = window + weights[3 * row + column].view({1, 2, 1, 1}) * shifted;
      }
    }
    EXPECT_TRUE(torch::allclose(site->forward(x), torch::maximum(x, window), 1e-12, 1e-12)) << text;
  }
}

TEST(FRelu, OnADenseLayerIsAnImageOfOnePixel) {
  const auto site = funnel("frelu", 6);
  const auto x = pictures(6).select(3, 0).select(2, 0);
  const auto middle = site->parameters()[0][4];
  EXPECT_TRUE(torch::allclose(site->forward(x), torch::maximum(x, middle * x)));
  EXPECT_TRUE(torch::allclose(site->forward(x), site->forward(x.unsqueeze(2).unsqueeze(3)).flatten(1)));
}

TEST(AbRelu, NeverLooksAtOtherSamples) {
  const auto site = site_of("abrelu", 2);
  const auto x = pictures(2);
  const auto together = site->forward(x);
  for (long i = 0; i < x.size(0); ++i) {
    EXPECT_TRUE(torch::allclose(together[i], torch::relu(x[i] - x[i].mean()))) << i;
  }
}

TEST(Dice, GatesByTheBatchInTrainingAndByItsRunningMomentsAfterwards) {
  const auto site = site_of("dice:alpha=0.25", 2);
  const auto x = 3 * pictures(2) + 2;
  const auto gated = [&x](const at::Tensor& mean, const at::Tensor& variance) {
    const auto p = torch::sigmoid((x - mean) / (variance + 1e-9).sqrt());
    return p * x + 0.25 * (1 - p) * x;
  };
  const auto mean = x.mean({0, 2, 3}, true), variance = x.var(at::IntArrayRef{0, 2, 3}, false, true);
  EXPECT_TRUE(torch::allclose(site->forward(x), gated(mean, variance)));
  site->eval();
  const auto unbiased = x.var(at::IntArrayRef{0, 2, 3}, true, true);
  EXPECT_TRUE(torch::allclose(site->forward(x), gated(0.01 * mean, 0.99 + 0.01 * unbiased)));
}

TEST(CRelu, GivesThePositivePartsAndThenTheNegativeOnes) {
  const auto layer = conv_layer(1, 6, {choice_of("crelu")});
  const auto x = pictures(1).to(torch::kFloat);
  const auto maps = layer->ptr<torch::nn::Conv2dImpl>(0)->forward(x);
  EXPECT_EQ(maps.size(1), 3);
  EXPECT_TRUE(torch::allclose(layer->forward(x), torch::cat({torch::relu(maps), torch::relu(-maps)}, 1)));
}

TEST(GatedLinearUnits, GateTheFirstHalfByTheSecond) {
  using Gate = at::Tensor (*)(const at::Tensor&);
  const std::vector<std::pair<std::string, Gate>> gates{
      {"glu", [](const at::Tensor& x) { return torch::sigmoid(x); }},
      {"reglu", [](const at::Tensor& x) { return torch::relu(x); }},
      {"geglu", [](const at::Tensor& x) { return x * (1 + torch::erf(x / std::sqrt(2.0))) / 2; }},
      {"swiglu", [](const at::Tensor& x) { return x * torch::sigmoid(x); }},
      {"bilinear", [](const at::Tensor& x) { return x; }}};
  const auto x = pictures(4);
  for (const auto& [name, gate] : gates) {
    const auto expected = x.slice(1, 0, 2) * gate(x.slice(1, 2));
    EXPECT_TRUE(torch::allclose(site_of(name, 2)->forward(x), expected)) << name;
  }
}

}  // namespace
}  // namespace actlab
