#include "lib/layers/initialise.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "lib/activations/activation.h"
#include "lib/activations/gain.h"
#include "lib/core/error.h"
#include "lib/core/random.h"
#include "lib/layers/embedding.h"

namespace actlab {
namespace {

/// One layer of each kind, a norm and an activation; only its parameters matter here.
class SmallNetwork : public Network {
 public:
  explicit SmallNetwork(const ActivationChoice& choice) {
    register_module("first", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 8, 5)));
    register_module("norm", torch::nn::BatchNorm2d(8));
    register_module("activation", std::make_shared<Activation>(choice, 8));
    register_module("sound", torch::nn::Conv1d(torch::nn::Conv1dOptions(8, 12, 3).bias(false)));
    register_module("last", torch::nn::Linear(60, 20));
  }
  at::Tensor forward(const std::vector<at::Tensor>& inputs) override { return inputs.at(0); }
};

ActivationChoice choice_of(const std::string& text) { return resolve_activation(parse_spec(text)); }

std::shared_ptr<SmallNetwork> initialised(const std::string& policy, const std::string& activation,
                                          long seed = 5) {
  auto network = std::make_shared<SmallNetwork>(choice_of(activation));
  initialise(*network, policy, choice_of(activation), seed);
  return network;
}

at::Tensor normal_draws(const std::string& name, const at::Tensor& like) {
  return torch::empty(like.sizes()).normal_(0, 1, make_generator(5, Stream::initialisation, name));
}

/// Every weight must be the standard normal draws of its name times a scale that shapes and policy determine.
void expect_scales(const std::string& policy, const std::string& activation, double first, double sound,
                   double last) {
  const auto network = initialised(policy, activation);
  const auto parameters = network->named_parameters();
  const std::vector<std::pair<std::string, double>> scales{
      {"first.weight", first}, {"sound.weight", sound}, {"last.weight", last}};
  for (const auto& [name, scale] : scales) {
    const auto& weight = parameters[name];
    EXPECT_TRUE(torch::allclose(weight, normal_draws(name, weight) * scale, 1e-5, 0))
        << policy << " " << name;
  }
  EXPECT_EQ(parameters["first.bias"].abs().max().item<float>(), 0);
  EXPECT_EQ(parameters["last.bias"].abs().max().item<float>(), 0);
}

class Policies : public testing::TestWithParam<std::string> {};

TEST_P(Policies, ScaleTheSameDrawsForEveryActivation) {
  const double g = gain(choice_of(GetParam())).forward;
  expect_scales("matched", GetParam(), std::sqrt(1.0 / 75), g / std::sqrt(24), g / std::sqrt(60));
  expect_scales("he", GetParam(), std::sqrt(2.0 / 75), std::sqrt(2.0 / 24), std::sqrt(2.0 / 60));
  expect_scales("xavier", GetParam(), std::sqrt(2.0 / (75 + 200)), std::sqrt(2.0 / (24 + 36)),
                std::sqrt(2.0 / (60 + 20)));
}

TEST_P(Policies, DefaultIsUniformWithinTheFanInForWeightsAndBiases) {
  const auto network = initialised("default", GetParam()), reference = initialised("default", "relu");
  const auto parameters = network->named_parameters();
  for (const auto& [name, fan_in] : {std::pair{"first", 75}, {"sound", 24}, {"last", 60}}) {
    const double bound = 1 / std::sqrt(fan_in);
    const auto weight = parameters[std::string(name) + ".weight"].abs();
    EXPECT_LE(weight.max().item<double>(), bound * (1 + 1e-6));
    EXPECT_GT(weight.max().item<double>(), 0.95 * bound);
    EXPECT_NEAR(weight.mean().item<double>(), bound / 2, 0.1 * bound);
    const auto* bias = parameters.find(std::string(name) + ".bias");
    if (bias == nullptr) continue;
    EXPECT_LE(bias->abs().max().item<double>(), bound);
    EXPECT_GT(bias->abs().min().item<double>(), 0);
  }
  const auto last = [](const auto& net) { return net->named_parameters()["last.weight"]; };
  EXPECT_TRUE(torch::equal(last(network), last(reference)));
}

INSTANTIATE_TEST_SUITE_P(Activations, Policies,
                         testing::Values("relu", "sigmoid", "prelu", "swish", "rrelu", "leaky_relu:slope=0.3",
                                         "glu", "maxout:pieces=3", "crelu", "frelu", "rational"),
                         [](const auto& each) { return each.param.substr(0, each.param.find(':')); });

TEST(Initialise, GivesReluTheGainOfHe) {
  const auto matched = initialised("matched", "relu"), he = initialised("he", "relu");
  EXPECT_TRUE(torch::allclose(matched->named_parameters()["last.weight"],
                              he->named_parameters()["last.weight"], 1e-3, 0));
}

TEST(Initialise, LeavesNothingOfTheConstruction) {
  for (const auto& policy : initialisation_policies()) {
    torch::manual_seed(1);
    const auto one = initialised(policy, "prelu");
    torch::manual_seed(2);
    const auto two = initialised(policy, "prelu"), other_seed = initialised(policy, "prelu", 6);
    for (const auto& item : one->named_parameters()) {
      EXPECT_TRUE(torch::equal(item.value(), two->named_parameters()[item.key()]))
          << policy << " " << item.key();
    }
    EXPECT_FALSE(
        torch::equal(one->named_parameters()["last.weight"], other_seed->named_parameters()["last.weight"]));
  }
}

TEST(Initialise, LeavesNormsAndActivationParametersAlone) {
  for (const auto& policy : initialisation_policies()) {
    const auto network = initialised(policy, "prelu:init=0.3");
    EXPECT_TRUE(torch::equal(network->named_parameters()["norm.weight"], torch::ones(8)));
    EXPECT_TRUE(torch::equal(network->named_parameters()["norm.bias"], torch::zeros(8)));
    EXPECT_TRUE(torch::equal(network->named_parameters()["activation.init"], torch::full({8}, 0.3F)));
  }
}

TEST(Initialise, LeavesEveryKindOfLearnedNumberAlone) {
  for (const std::string name :
       {"frelu", "apl:hinges=3,a=0.5", "rational:init=tanh", "arelu", "dice:alpha=0.25"}) {
    const auto before = Activation(choice_of(name), 8).named_parameters();
    EXPECT_GT(before.size(), 0U) << name;
    for (const auto& policy : initialisation_policies()) {
      const auto after = initialised(policy, name)->named_parameters();
      for (const auto& item : before) {
        EXPECT_TRUE(torch::equal(after["activation." + item.key()], item.value())) << policy << " " << name;
      }
    }
  }
}

/// Words before the first layer.
class WordNetwork : public Network {
 public:
  WordNetwork() {
    register_module("words", std::make_shared<Embedding>(300, 40));
    register_module("first", torch::nn::Linear(40, 30));
    register_module("second", torch::nn::Linear(30, 2));
  }
  at::Tensor forward(const std::vector<at::Tensor>& inputs) override { return inputs.at(0); }
};

TEST(Initialise, DrawsTheSameWordVectorsForEveryActivationAndPolicy) {
  at::Tensor expected;
  for (const auto& policy : initialisation_policies()) {
    for (const auto* activation : {"relu", "sigmoid", "glu"}) {
      WordNetwork network;
      initialise(network, policy, choice_of(activation), 5);
      const auto words = network.named_parameters()["words.weight"].detach();
      if (!expected.defined()) expected = words;
      EXPECT_TRUE(words.equal(expected)) << policy << " " << activation;
    }
  }
  EXPECT_EQ(expected[0].abs().sum().item<float>(), 0) << "padding";
  EXPECT_LE(expected.abs().max().item<float>(), 0.25F);
  EXPECT_NEAR(expected.slice(0, 1).square().mean().item<double>(), 0.25 * 0.25 / 3, 5e-4);
  WordNetwork other_seed;
  initialise(other_seed, "he", choice_of("relu"), 6);
  EXPECT_FALSE(other_seed.named_parameters()["words.weight"].equal(expected));
}

TEST(Initialise, DrawsAnEmbeddingWithinItsOwnBound) {
  WordNetwork network;
  network.register_module("narrow", std::make_shared<Embedding>(300, 40, 0.05));
  network.register_module("zero", std::make_shared<Embedding>(300, 1, 0));
  initialise(network, "matched", choice_of("relu"), 5);
  const auto narrow = network.named_parameters()["narrow.weight"].detach();
  EXPECT_LE(narrow.abs().max().item<float>(), 0.05F);
  EXPECT_NEAR(narrow.slice(0, 1).square().mean().item<double>(), 0.05 * 0.05 / 3, 2e-5);
  EXPECT_EQ(network.named_parameters()["zero.weight"].abs().sum().item<float>(), 0);
}

TEST(Initialise, TheLayerBehindWordsSeesDataAndTheNextOneAnActivation) {
  WordNetwork network;
  initialise(network, "matched", choice_of("relu"), 5);
  const auto parameters = network.named_parameters();
  EXPECT_TRUE(parameters["first.weight"].allclose(
      normal_draws("first.weight", parameters["first.weight"]) / std::sqrt(40), 1e-5, 0));
  EXPECT_TRUE(parameters["second.weight"].allclose(
      normal_draws("second.weight", parameters["second.weight"]) * std::sqrt(2.0 / 30), 1e-3, 0));
}

TEST(Initialise, RejectsAnUnknownPolicyWithTheNearest) {
  try {
    initialised("xaviar", "relu");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), testing::HasSubstr("xavier"));
  }
}

TEST(Initialise, MatchedNeedsAnActivationThatLetsSomethingPass) {
  try {
    initialised("matched", "hard_shrink:lambda=100");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), testing::HasSubstr("--init he"));
  }
  EXPECT_NO_THROW(initialised("he", "hard_shrink:lambda=100"));
}

}  // namespace
}  // namespace actlab
