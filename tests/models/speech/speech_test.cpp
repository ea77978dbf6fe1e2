#include "models/speech/speech.h"

#include <gmock/gmock.h>

#include <map>

#include "lib/core/compat.h"
#include "tests/errors.h"
#include "tests/models/speech/helpers.h"

namespace actlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> sites(const Network& network) {
  std::vector<std::string> names;
  for (const auto& module : network.named_modules("", false)) {
    if (dynamic_cast<Activation*>(module.value().get()) != nullptr) names.push_back(module.key());
  }
  return names;
}

std::string message_of(const std::string& model, const SpeechShape& shape = clips(40, 98)) {
  return test::message_of(ExitCode::usage, [&] { model_of(model, "relu", shape); });
}

/// How many numbers a network has at once, at most: those of two neighbouring layers (of clip and first
/// layer) beside its parameters, a norm's scale and shift being part of the layer before it.
double thousand_numbers(const std::string& model, const SpeechShape& shape) {
  const torch::NoGradGuard no_grad;
  const auto network = model_of(model, "relu", shape);
  std::vector<long> sizes{shape.channels * shape.frames};
  long numbers = parameter_count(*network), pairs = 0;
  for (const auto& module : network->modules(false)) {
    if (auto* site = dynamic_cast<Activation*>(module.get())) {
      site->set_listener([&](const at::Tensor&, const at::Tensor& y) { sizes.push_back(y.numel()); });
    }
    if (const auto* norm = module->as<torch::nn::BatchNorm2d>()) numbers -= norm->weight.numel();
  }
  network->eval();
  network->forward({noise(shape, 1)});
  for (size_t i = 1; i < sizes.size(); ++i) pairs = std::max(pairs, sizes[i - 1] + sizes[i]);
  return static_cast<double>(numbers + pairs) / 1000;
}

// Table 4 of Zhang et al. 2017 (Hello Edge) gives the memory of weights and activations of 8 bits, for twelve
// classes and 10 coefficients of 49 frames (25 for the dense layers). 38.6 KB of DS-CNN are 22,604 weights
// and two maps of 8,000 values. It rounds some figures and truncates others.
TEST(Speech, NetworksOfHelloEdgeTakeThePapersMemory) {
  constexpr double rounding = 0.1;
  EXPECT_NEAR(thousand_numbers("dnn", clips(10, 25)), 80.0, rounding);
  EXPECT_NEAR(thousand_numbers("dnn:width=256", clips(10, 25)), 199.4, rounding);
  EXPECT_NEAR(thousand_numbers("dnn:width=436", clips(10, 25)), 496.6, rounding);
  const std::string filters = ",first=10-4,second=10-4,pool=1,stride=2,hidden=128";
  EXPECT_NEAR(thousand_numbers("cnn:maps=28-30,linear=16" + filters, clips(10, 49)), 79.0, rounding);
  EXPECT_NEAR(thousand_numbers("cnn:maps=64-48,linear=16" + filters, clips(10, 49)), 199.4, rounding);
  EXPECT_NEAR(thousand_numbers("cnn:maps=60-76,linear=58" + filters, clips(10, 49)), 497.8, rounding);
  EXPECT_NEAR(thousand_numbers("ds_cnn", clips(10, 49)), 38.6, rounding);
  EXPECT_NEAR(thousand_numbers("ds_cnn:size=m", clips(10, 49)), 189.2, rounding);
  EXPECT_NEAR(thousand_numbers("ds_cnn:size=l", clips(10, 49)), 497.6, rounding);
  // LibTorch's GRU, as ours, has a second bias for each of its 3·60 and 3·76 gates.
  EXPECT_NEAR(thousand_numbers("crnn", clips(10, 49)), 79.7 + 0.36, rounding);
  EXPECT_NEAR(thousand_numbers("crnn:maps=128,recurrent=76,hidden=164", clips(10, 49)), 199.8 + 0.456,
              rounding);
}

TEST(Speech, DsCnnHasTheParametersOfItsLayers) {
  // A first filter of 10·4, four of 9 and of 64 a map, a scale and a shift for each of nine norms, logits.
  EXPECT_EQ(parameter_count(*model_of("ds_cnn", "relu", clips(10, 49))),
            64 * (40 + 4 * (9 + 64)) + 9 * 128 + 65 * 12);
}

TEST(Speech, CnnHasThePapersWeights) {
  // Table 1 of Sainath & Parada 2015: 32 frames of 40 bands, four classes, 244.2 K weights; biases beside.
  EXPECT_EQ(parameter_count(*model_of("cnn", "relu", clips(40, 32, 4))), 244224 + 64 + 64 + 32 + 128 + 4);
  // Table 2 of Tang & Lin 2018: 101 frames, twelve classes, 1.37 M.
  EXPECT_EQ(parameter_count(*model_of("cnn", "relu", clips(40, 101))), 1375744 + 64 + 64 + 32 + 128 + 12);
}

TEST(Speech, ResidualNetworksHaveThePapersParameters) {
  // Table 2 of Tang & Lin 2018 rounds them to 238 K, 110 K, 42.6 K and 19.9 K.
  EXPECT_EQ(parameter_count(*model_of("res:depth=15", "relu", clips(40, 101))), 237882);
  EXPECT_EQ(parameter_count(*model_of("res", "relu", clips(40, 101))), 110307);
  EXPECT_EQ(parameter_count(*model_of("res:depth=15,maps=19", "relu", clips(40, 101))), 42648);
  EXPECT_EQ(parameter_count(*model_of("res:maps=19", "relu", clips(40, 101))), 19905);
}

TEST(Speech, SitesAreNamedInTheOrderOfTheSignal) {
  const auto shape = clips(40, 32);
  EXPECT_THAT(sites(*model_of("dnn:depth=2", "relu", shape)),
              ElementsAre("hidden.0.activation", "hidden.1.activation"));
  EXPECT_THAT(sites(*model_of("cnn", "relu", shape)),
              ElementsAre("conv1.activation", "conv2.activation", "hidden.activation"));
  EXPECT_THAT(sites(*model_of("crnn", "relu", shape)),
              ElementsAre("conv.activation", "layers.0.forward.candidate", "layers.1.forward.candidate",
                          "hidden.activation"));
  const auto separable = sites(*model_of("ds_cnn", "relu", shape));
  EXPECT_EQ(separable.size(), 9U);
  EXPECT_EQ(separable[0], "conv.activation");
  EXPECT_EQ(separable[1], "layers.0.depthwise.activation");
  EXPECT_EQ(separable[2], "layers.0.pointwise.activation");
  EXPECT_EQ(sites(*model_of("res", "relu", shape)).size(), 7U);
  EXPECT_EQ(sites(*model_of("res:depth=15", "relu", shape)).size(), 14U);
}

TEST(Speech, ConvolutionBehindANormIsDrawnAsOneThatSeesData) {
  const auto network = ready_model("res:maps=8", "sigmoid", clips(8, 12));
  const auto weights = network->named_parameters();
  const auto deviation = [&](const std::string& name) { return weights[name].std().item<double>(); };
  const double data = 1 / std::sqrt(9.0 * 8);
  EXPECT_GT(deviation("layers.0.conv.weight"), 1.3 * data);  // behind a sigmoid, with its gain
  EXPECT_NEAR(deviation("layers.1.conv.weight") / data, 1, 0.15);
  const auto bare = ready_model("res:maps=8,norm=none", "sigmoid", clips(8, 12));
  EXPECT_GT(bare->named_parameters()["layers.1.conv.weight"].std().item<double>(), 1.3 * data);
}

class EveryForm : public testing::TestWithParam<std::string> {};

TEST_P(EveryForm, GivesLogitsForEveryKindOfActivation) {
  for (const auto& [channels, frames] : {std::pair{40L, 98L}, {40L, 32L}, {23L, 31L}}) {
    const auto shape = clips(channels, frames, 7);
    const auto batch = noise(shape, 2);
    for (const std::string activation : {"relu", "prelu", "glu", "maxout:pieces=3", "crelu"}) {
      const auto network = ready_model(GetParam(), activation, shape);
      const auto logits = network->forward({batch});
      EXPECT_EQ(logits.sizes(), at::IntArrayRef({2, 7})) << activation;
      EXPECT_TRUE(logits.isfinite().all().item<bool>()) << activation;
    }
  }
}

TEST_P(EveryForm, SeesNoOtherClipsInEvaluation) {
  const torch::NoGradGuard no_grad;
  const auto shape = clips(24, 36);
  const auto network = ready_model(GetParam(), "swish", shape);
  const auto batch = noise(shape, 3);
  network->forward({batch});  // a norm with moments of its own
  network->eval();
  const auto together = network->forward({batch});
  for (long i = 0; i < 3; ++i) {
    EXPECT_TRUE(torch::allclose(together.slice(0, i, i + 1), network->forward({batch.slice(0, i, i + 1)}),
                                1e-4, 1e-5));
  }
}

TEST_P(EveryForm, StandardisesEachChannelFirst) {
  const torch::NoGradGuard no_grad;
  auto shape = clips(24, 36);
  const auto batch = noise(shape, 3);
  const auto expected = ready_model(GetParam(), "tanh", shape)->forward({batch});
  auto moved = batch.clone();
  for (long c = 0; c < 24; ++c) {
    moved.select(1, c).mul_(1.0 + static_cast<double>(c)).add_(static_cast<double>(c));
    const auto channel = static_cast<size_t>(c);
    shape.mean[channel] = shape.mean[channel] * (1.0 + static_cast<double>(c)) + static_cast<double>(c);
    shape.deviation[channel] *= 1.0 + static_cast<double>(c);
  }
  EXPECT_TRUE(
      torch::allclose(ready_model(GetParam(), "tanh", shape)->forward({moved}), expected, 1e-3, 1e-4));
}

TEST_P(EveryForm, SeesTheOrderOfFramesAndOfChannels) {
  const torch::NoGradGuard no_grad;
  const auto shape = clips(24, 36);
  const auto network = ready_model(GetParam(), "tanh", shape);
  const auto batch = noise(shape, 2), logits = network->forward({batch});
  for (const long dimension : {1, 2}) {
    EXPECT_FALSE(torch::allclose(network->forward({batch.flip({dimension})}), logits, 1e-3, 1e-4))
        << dimension;
  }
}

TEST_P(EveryForm, GivesTheSameForTheSameSeed) {
  const auto shape = clips(24, 36);
  const auto batch = noise(shape, 4);
  const auto labels = torch::tensor({2, 0, 1, 3}, torch::kLong);
  const auto gradients = [&](const std::string& activation) {
    const auto network = ready_model(GetParam(), activation, shape);
    torch::cross_entropy_loss(network->forward({batch}), labels).backward();
    std::vector<at::Tensor> all;
    for (const auto& parameter : network->parameters()) all.push_back(parameter.grad().flatten());
    return torch::cat(all);
  };
  for (const std::string activation : {"relu", "rrelu"}) {
    EXPECT_TRUE(torch::equal(gradients(activation), gradients(activation)));
  }
}

TEST_P(EveryForm, StartsFromTheSameDrawsWhateverTheActivation) {
  const auto shape = clips(24, 36);
  const auto relu = ready_model(GetParam(), "relu", shape, "he"),
             tanh = ready_model(GetParam(), "tanh", shape, "he");
  const auto others = tanh->named_parameters();
  for (const auto& item : relu->named_parameters()) {
    EXPECT_TRUE(torch::equal(item.value(), others[item.key()])) << item.key();
  }
}

TEST_P(EveryForm, LearnsFromEveryParameter) {
  const auto shape = clips(24, 36);
  const auto network = ready_model(GetParam(), "tanh", shape);
  torch::cross_entropy_loss(network->forward({noise(shape, 4)}), torch::tensor({0, 1, 2, 3}, torch::kLong))
      .backward();
  for (const auto& item : network->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().max().item<float>(), 0) << item.key();
  }
}

TEST_P(EveryForm, RefusesClipsOfAnotherSize) {
  const auto network = model_of(GetParam(), "relu", clips(24, 36));
  const auto forward = [&](long channels, long frames) {
    return test::message_of(ExitCode::usage, [&] { network->forward({noise(clips(channels, frames), 1)}); });
  };
  EXPECT_THAT(forward(24, 37), HasSubstr("frames"));
  EXPECT_THAT(forward(25, 36), HasSubstr("channels"));
}

INSTANTIATE_TEST_SUITE_P(
    Models, EveryForm,
    testing::Values("dnn", "dnn:depth=6,width=32,norm=batch,dropout=0.2", "cnn",
                    "cnn:maps=10-6,pool=2,norm=batch",
                    "cnn:first=8-4,second=4-3,stride=2,linear=8,norm=layer,dropout=0.1", "ds_cnn",
                    "ds_cnn:size=m,norm=layer", "ds_cnn:norm=none", "crnn",
                    "crnn:maps=8,kernel=20-5,stride=8-2,recurrent=32,layers=1,gate=hard_sigmoid,norm=batch",
                    "res:maps=46", "res:depth=15,maps=12", "res:maps=46,norm=none"));

class EveryModel : public testing::TestWithParam<std::string> {};

TEST_P(EveryModel, EqualParametersComeWithinAThirdOfRelu) {
  const auto shape = clips(20, 32);
  const auto count = [&](const std::string& arguments, const std::string& activation) {
    const std::string narrow = GetParam() == "dnn" ? "width=512" : GetParam() == "res" ? "maps=48" : "";
    const auto separator = narrow.empty() || arguments.empty() ? "" : ",";
    const auto all = narrow + separator + arguments;
    return static_cast<double>(
        parameter_count(*model_of(all.empty() ? GetParam() : GetParam() + ":" + all, activation, shape)));
  };
  EXPECT_EQ(count("equal_parameters=true", "relu"), count("", "relu"));
  for (const std::string activation : {"swiglu", "maxout", "crelu"}) {
    EXPECT_NEAR(count("equal_parameters=true", activation) / count("", "relu"), 1, 0.35) << activation;
    EXPECT_GT(std::abs(count("", activation) / count("", "relu") - 1), 0.15) << activation;
  }
}

TEST_P(EveryModel, SaysWhatIsWrong) {
  EXPECT_THAT(message_of(GetParam() + ":nrom=none"), HasSubstr("norm"));
  EXPECT_THAT(message_of(GetParam() + ":norm=bach"), HasSubstr("batch"));
  auto lacking = clips(40, 98);
  lacking.mean.pop_back();
  EXPECT_THAT(message_of(GetParam(), lacking), HasSubstr("39 means"));
  EXPECT_THAT(message_of(GetParam(), clips(40, 0)), HasSubstr("0 frames"));
}

struct Smallest {
  long frames, channels;
};

TEST_P(EveryModel, HoldsAtItsSmallestSize) {
  const std::map<std::string, Smallest> all{
      {"dnn", {1, 1}}, {"cnn", {29, 19}}, {"ds_cnn", {1, 1}}, {"crnn", {10, 4}}, {"res", {4, 3}}};
  const auto [frames, channels] = all.at(GetParam());
  const auto shape = clips(channels, frames);
  EXPECT_EQ(model_of(GetParam(), "tanh", shape)->forward({noise(shape, 2)}).size(1), 12);
  if (frames == 1) return;
  EXPECT_THAT(message_of(GetParam(), clips(channels, frames - 1)), HasSubstr("too small"));
  EXPECT_THAT(message_of(GetParam(), clips(channels - 1, frames)), HasSubstr("too small"));
}

TEST_P(EveryModel, WorksInBfloat16) {
  const auto shape = clips(24, 36);
  for (const std::string activation : {"relu", "rrelu"}) {
    const auto network = ready_model(GetParam(), activation, shape);
    const auto batch = noise(shape, 3);
    network->forward({batch});
    network->eval();
    const auto exact = network->forward({batch});
    at::Tensor rounded;
    {
      const compat::Bfloat16Region region(at::kCPU, true);
      rounded = network->forward({batch});
    }
    rounded.sum().backward();
    EXPECT_TRUE(torch::allclose(exact, rounded.to(torch::kFloat), 0.1, 0.1)) << activation;
  }
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const auto& model : speech_models()) names.push_back(model.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Models, EveryModel, testing::ValuesIn(model_names()),
                         [](const auto& each) { return each.param; });

TEST(Speech, RejectsUnknownModelsAndValuesOutOfRange) {
  EXPECT_THAT(message_of("dscnn"), HasSubstr("ds_cnn"));
  EXPECT_THAT(message_of("ds_cnn:size=xl"), HasSubstr("s, m, l"));
  EXPECT_THAT(message_of("res:depth=26"), HasSubstr("15"));
  EXPECT_THAT(message_of("res:norm=layer"), HasSubstr("batch"));
  EXPECT_THAT(message_of("cnn:first=20"), HasSubstr("first=20-8"));
  EXPECT_THAT(message_of("cnn:first=20-8-1"), HasSubstr("pair"));
  EXPECT_THAT(message_of("crnn:gate=relu"), HasSubstr("hard_sigmoid"));
  for (const auto* model : {"dnn:depth=0", "dnn:depth=257", "dnn:width=0", "dnn:dropout=1", "cnn:pool=0",
                            "cnn:first=0-8", "cnn:maps=64-x", "cnn:linear=0", "crnn:layers=0",
                            "crnn:stride=0-1", "res:maps=0", "cnn:first=90-8,second=10-4", "cnn:pool=9"}) {
    EXPECT_NE(message_of(model), "") << model;
  }
}

}  // namespace
}  // namespace actlab
