#include "lib/activations/activation.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "lib/core/error.h"
#include "tests/errors.h"
#include "tests/lib/activations/helpers.h"

namespace actlab {
namespace {

using ::testing::HasSubstr;

at::Tensor normal(at::IntArrayRef shape, at::ScalarType type = torch::kDouble) {
  auto generator = make_generator(0, Stream::noise, "inputs");
  return torch::empty(shape, torch::kDouble).normal_(0, 2, generator).to(type);
}

std::string error_of(const std::function<void()>& action, ExitCode code = ExitCode::usage) {
  return test::message_of(code, action);
}

TEST(Parameters, AreNamedAfterTheirArgumentAndOneAChannel) {
  Activation site(choose("prelu:init=0.1"), 6);
  ASSERT_EQ(site.named_parameters().size(), 1u);
  EXPECT_EQ(site.named_parameters()["init"].sizes(), at::IntArrayRef({6}));
  EXPECT_TRUE(site.named_parameters()["init"].eq(0.1f).all().item<bool>());
  EXPECT_EQ(Activation(choose("swish"), 6).named_parameters()["beta"].sizes(), at::IntArrayRef({6}));
}

TEST(Parameters, AreOneForTheLayerWhenShared) {
  EXPECT_EQ(Activation(choose("prelu:shared=true"), 6).named_parameters()["init"].sizes(),
            at::IntArrayRef({1}));
}

TEST(Parameters, AreNoneWhenFrozenOrNothingIsLearned) {
  EXPECT_TRUE(Activation(choose("swish:frozen=true"), 6).parameters().empty());
  EXPECT_TRUE(Activation(choose("leaky_relu"), 6).parameters().empty());
}

TEST(Parameters, BelongToTheirSiteAlone) {
  auto one = make_site("prelu", 2), other = make_site("prelu", 2);
  one->parameters()[0].detach().fill_(0.9);
  EXPECT_TRUE(other->parameters()[0].eq(0.25).all().item<bool>());
}

/// The definition: ∂/∂a_c Σ f·g = Σ over the negative inputs of channel c of x·g.
void expect_prelu_gradient(at::IntArrayRef shape, long channel_dimension) {
  const auto x = normal(shape);
  const auto weight = normal(shape).cos();
  auto site = make_site("prelu", x.size(channel_dimension), channel_dimension);
  (site->forward(x) * weight).sum().backward();
  auto expected = (x.clamp_max(0) * weight).transpose(0, channel_dimension).flatten(1).sum(1);
  EXPECT_TRUE(at::allclose(site->parameters()[0].grad(), expected, 1e-12)) << expected;
}

TEST(Prelu, GradientOfItsSlopesIsPerChannelFor2DInputs) { expect_prelu_gradient({16, 5}, 1); }
TEST(Prelu, GradientOfItsSlopesIsPerChannelFor4DInputs) { expect_prelu_gradient({3, 5, 4, 2}, 1); }
TEST(Prelu, GradientOfItsSlopesIsPerChannelAlongTheLastDimension) { expect_prelu_gradient({3, 4, 5}, 2); }

TEST(Prelu, UsesTheSlopeOfEachChannel) {
  auto site = make_site("prelu", 3);
  site->parameters()[0].detach().copy_(torch::tensor({0.0, 0.5, 1.0}));
  const auto y = site->forward(torch::full({1, 3, 1, 1}, -2.0, torch::kDouble));
  EXPECT_TRUE(y.flatten().equal(torch::tensor({0.0, -1.0, -2.0}, torch::kDouble)));
}

TEST(Prelu, SharedSlopeCollectsTheGradientOfAllChannels) {
  auto site = make_site("prelu:shared=true", 5);
  const auto x = normal({4, 5, 3});
  site->forward(x).sum().backward();
  EXPECT_NEAR(site->parameters()[0].grad().item<double>(), x.clamp_max(0).sum().item<double>(), 1e-10);
}

TEST(Swish, LearnsItsBeta) {
  auto site = make_site("swish", 2);
  torch::optim::Adam optimiser(site->parameters(), 0.1);
  const auto x = normal({64, 2});
  const auto target = x * torch::sigmoid(3 * x);
  for (int step = 0; step < 300; ++step) {
    optimiser.zero_grad();
    (site->forward(x) - target).square().mean().backward();
    optimiser.step();
  }
  EXPECT_TRUE(at::allclose(site->parameters()[0], torch::full({2}, 3.0, torch::kDouble), 0.05));
}

TEST(Rrelu, DrawsOneSlopeAnElementWithinItsBounds) {
  const auto x = torch::full({1000, 2}, -1.0, torch::kDouble);
  const auto slopes = -make_site("rrelu:lower=0.1,upper=0.4", 2)->forward(x);
  EXPECT_GE(slopes.min().item<double>(), 0.1);
  EXPECT_LE(slopes.max().item<double>(), 0.4);
  EXPECT_NEAR(slopes.mean().item<double>(), 0.25, 0.01);
  EXPECT_NEAR(slopes.std().item<double>(), 0.3 / std::sqrt(12), 0.005);
}

TEST(Rrelu, UsesTheMeanSlopeInEvaluation) {
  auto site = make_site("rrelu:lower=0.1,upper=0.4", 2);
  site->eval();
  const auto x = normal({9, 2});
  EXPECT_TRUE(at::allclose(site->forward(x), at::where(x > 0, x, 0.25 * x)));
}

TEST(Rrelu, GradientIsTheSlopeThatWasDrawn) {
  const auto x = normal({50, 2});
  const auto result = evaluate(*make_site("rrelu", 2), x);
  EXPECT_TRUE(at::allclose(result.gradient, result.value / x));
}

TEST(Rrelu, TrainingWithoutAGeneratorIsAnError) {
  Activation site(choose("rrelu"), 2);
  const auto train = [&] { site.forward(normal({3, 2})); };
  EXPECT_THAT(error_of(train, ExitCode::run_failed), HasSubstr("seed_noise"));
  site.eval();
  EXPECT_NO_THROW(site.forward(normal({3, 2})));
}

/// Two RReLU sites beside a quiet one.
struct Pair : torch::nn::Module {
  std::shared_ptr<Activation> first =
      register_module("first", std::make_shared<Activation>(choose("rrelu"), 2));
  std::shared_ptr<Activation> second =
      register_module("second", std::make_shared<Activation>(choose("rrelu"), 2));
  std::shared_ptr<Activation> quiet =
      register_module("quiet", std::make_shared<Activation>(choose("relu"), 2));
};

TEST(Noise, OfOneSiteDoesNotDependOnWhatAnotherDraws) {
  const auto x = normal({20, 2});
  Pair pair;
  seed_noise(pair, 3);
  const auto expected = pair.second->forward(x);
  seed_noise(pair, 3);
  for (int i = 0; i < 5; ++i) pair.first->forward(x);
  EXPECT_TRUE(pair.second->forward(x).equal(expected));
}

TEST(Noise, DiffersBetweenSitesSeedsAndSteps) {
  const auto x = normal({20, 2});
  Pair pair;
  seed_noise(pair, 3);
  const auto first = pair.first->forward(x);
  EXPECT_FALSE(pair.first->forward(x).equal(first));
  EXPECT_FALSE(pair.second->forward(x).equal(first));
  seed_noise(pair, 4);
  EXPECT_FALSE(pair.first->forward(x).equal(first));
}

TEST(Noise, IsTheSameInEveryType) {
  const auto x = torch::full({20, 2}, -1.0, torch::kDouble);
  auto site = make_site("rrelu", 2);
  const auto exact = evaluate(*site, x).value;
  EXPECT_TRUE(evaluate(*site, x.to(torch::kFloat)).value.to(torch::kDouble).equal(exact));
}

TEST(Glu, GatesTheFirstHalfWithTheSecond) {
  const auto x = normal({2, 6, 3});
  const auto y = make_site("glu", 3)->forward(x);
  EXPECT_TRUE(at::allclose(y, x.slice(1, 0, 3) * torch::sigmoid(x.slice(1, 3, 6))));
}

TEST(Maxout, TakesTheLargestPieceOfEachUnit) {
  const auto x = torch::tensor({{1.0, 5.0, 3.0, 2.0, 0.0, 9.0}}, torch::kDouble);
  EXPECT_TRUE(make_site("maxout:pieces=3", 2)->forward(x).equal(torch::tensor({{3.0, 9.0}}, torch::kDouble)));
  EXPECT_TRUE(make_site("maxout", 3)->forward(x).equal(torch::tensor({{2.0, 5.0, 9.0}}, torch::kDouble)));
}

TEST(GatedUnits, MultiplyTheFirstHalfWithAGateOfTheSecond) {
  const std::map<std::string, at::Tensor (*)(const at::Tensor&)> gates = {
      {"reglu", [](const at::Tensor& x) { return at::relu(x); }},
      {"geglu", [](const at::Tensor& x) { return at::gelu(x, "none"); }},
      {"swiglu", [](const at::Tensor& x) { return at::silu(x); }},
      {"bilinear", [](const at::Tensor& x) { return x; }}};
  const auto x = normal({2, 6, 3});
  for (const auto& [name, gate] : gates) {
    const auto expected = x.slice(1, 0, 3) * gate(x.slice(1, 3, 6));
    EXPECT_TRUE(at::allclose(make_site(name, 3)->forward(x), expected)) << name;
  }
}

TEST(Crelu, KeepsBothSidesOfEveryInput) {
  const auto x = normal({2, 3, 4});
  const auto expected = at::cat({at::relu(x), at::relu(-x)}, 1);
  EXPECT_TRUE(make_site("crelu", 6)->forward(x).equal(expected));
}

TEST(Abrelu, SubtractsTheMeanOfTheSample) {
  const auto x = normal({3, 4, 5, 2});
  const auto expected = at::relu(x - x.mean({1, 2, 3}, /*keepdim=*/true));
  EXPECT_TRUE(at::allclose(make_site("abrelu", 4)->forward(x), expected));
}

TEST(Frelu, IsTheLargerOfAPixelAndItsNeighbourhood) {
  auto site = make_site("frelu", 2);
  ASSERT_EQ(site->parameters().size(), 1u);
  auto weights = site->parameters()[0].detach();
  ASSERT_EQ(weights.sizes(), at::IntArrayRef({9, 2}));
  weights.copy_(normal({9, 2}));
  const auto x = normal({3, 2, 4, 5});
  const auto kernel = weights.t().reshape({2, 1, 3, 3});
  const auto expected = at::maximum(x, at::conv2d(x, kernel, {}, {1, 1}, {1, 1}, {1, 1}, /*groups=*/2));
  EXPECT_TRUE(at::allclose(site->forward(x), expected));
}

TEST(Dice, NormalisesOverTheBatchAndRemembersIt) {
  auto site = make_site("dice", 2);
  const auto x = normal({50, 2});
  const auto p = at::sigmoid((x - x.mean(0)) / (x.var(0, /*unbiased=*/false) + 1e-9).sqrt());
  EXPECT_TRUE(at::allclose(site->forward(x), p * x)) << "alpha starts at 0";
  site->parameters()[0].detach().fill_(0.5);
  EXPECT_TRUE(at::allclose(site->forward(x), p * x + 0.5 * (1 - p) * x));
  for (int i = 0; i < 2000; ++i) site->forward(x);
  site->eval();
  EXPECT_TRUE(at::allclose(site->forward(x), p * x + 0.5 * (1 - p) * x, 0.02, 0.02));
}

/// What an output function makes of one sample.
at::Tensor of_sample(const std::string& name, const std::vector<double>& sample) {
  const auto x = torch::tensor(sample, torch::kDouble).unsqueeze(0);
  return make_site(name, x.size(1))->forward(x).squeeze(0);
}

TEST(OutputFunctions, AreDistributionsOverTheClasses) {
  const auto quarter = torch::tensor({0.25, 0.75}, torch::kDouble);
  EXPECT_TRUE(at::allclose(of_sample("softmax", {0, std::log(3)}), quarter, 0, 1e-15));
  EXPECT_TRUE(at::allclose(of_sample("log_softmax", {0, std::log(3)}), quarter.log(), 0, 1e-15));
  // τ = (1 + 0.8 − 1)/2, below which the third class is nothing.
  const auto sparse = torch::tensor({0.6, 0.4, 0.0}, torch::kDouble);
  EXPECT_TRUE(at::allclose(of_sample("sparsemax", {1, 0.8, -1}), sparse, 0, 1e-15));
  EXPECT_TRUE(at::allclose(of_sample("sparsemax", {101, 100.8, 99}), sparse, 0, 1e-12));
}

TEST(WidthFactor, FollowsFromTheRowOrItsArgument) {
  EXPECT_EQ(choose("relu").width_factor(), 1);
  EXPECT_EQ(choose("glu").width_factor(), 2);
  EXPECT_EQ(choose("maxout").width_factor(), 2);
  EXPECT_EQ(choose("maxout:pieces=5").width_factor(), 5);
}

TEST(Width, OfTwoOutputsForOneInput) {
  EXPECT_EQ(choose("crelu").width_factor(), 0.5);
  EXPECT_EQ(choose("crelu").input_width(6), 3);
  EXPECT_THAT(error_of([] { choose("crelu").input_width(5); }), HasSubstr("multiples of 2"));
}

TEST(Width, ThatDoesNotFitIsAnError) {
  EXPECT_THAT(error_of([] {
                make_site("glu", 3)->forward(normal({2, 3}));
              }),
              HasSubstr("6 (3 channels, 2 inputs"));
  EXPECT_THAT(error_of([] {
                make_site("prelu", 3)->forward(normal({2, 4}));
              }),
              HasSubstr("4 in dimension 1"));
  EXPECT_THAT(error_of([] { make_site("relu", 0); }), HasSubstr("at least one channel"));
}

TEST(Listener, HearsInputAndOutputUntilItIsTakenAway) {
  auto site = make_site("relu", 2);
  const auto x = normal({3, 2});
  at::Tensor input, output;
  site->set_listener([&](const at::Tensor& in, const at::Tensor& out) { input = in, output = out; });
  const auto y = site->forward(x);
  EXPECT_TRUE(input.is_same(x));
  EXPECT_TRUE(output.is_same(y));
  site->set_listener({});
  site->forward(x + 1);
  EXPECT_TRUE(input.is_same(x));
}

}  // namespace
}  // namespace actlab
