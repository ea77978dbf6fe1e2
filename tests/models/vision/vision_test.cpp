#include "models/vision/vision.h"

#include <gmock/gmock.h>

#include "tests/errors.h"
#include "tests/models/vision/helpers.h"

namespace actlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

long parameter_count(const Network& network) {
  long count = 0;
  for (const auto& parameter : network.parameters()) count += parameter.numel();
  return count;
}

std::vector<std::string> sites(const Network& network) {
  std::vector<std::string> names;
  for (const auto& module : network.named_modules("", false)) {
    if (dynamic_cast<Activation*>(module.value().get()) != nullptr) names.push_back(module.key());
  }
  return names;
}

std::string message_of(const std::string& model, const ImageShape& shape) {
  return test::message_of(ExitCode::usage, [&] { model_of(model, "relu", shape); });
}

TEST(Vision, ResNetsHaveThePapersParameterCounts) {
  // Table 6 of He et al. 2016 rounds them to 0.27M, 0.46M and 0.85M.
  EXPECT_EQ(parameter_count(*model_of("resnet:depth=20", "relu", images(3, 32))), 269722);
  EXPECT_EQ(parameter_count(*model_of("resnet:depth=32", "relu", images(3, 32))), 464154);
  EXPECT_EQ(parameter_count(*model_of("resnet:depth=56", "relu", images(3, 32))), 853018);
}

TEST(Vision, OtherModelsHaveTheirTextbookParameterCounts) {
  EXPECT_EQ(parameter_count(*model_of("lenet", "relu", images(1, 28))), 61706);
  EXPECT_EQ(parameter_count(*model_of("lenet", "relu", images(1, 32))), 61706);
  EXPECT_EQ(parameter_count(*model_of("mlp:width=512-256-128", "relu", images(1, 28))), 567434);
  EXPECT_EQ(parameter_count(*model_of("mlp:depth=2,width=10", "relu", images(1, 28))), 7850 + 110 + 110);
  EXPECT_EQ(parameter_count(*model_of("cnn", "relu", images(1, 28))), 320 + 18496 + 401536 + 1290);
}

TEST(Vision, WidthFactorWidensOnlyWhatFeedsTheActivation) {
  // (784 → 2·10) (10 → 2·10) (10 → 10), each with biases; three pieces for maxout.
  EXPECT_EQ(parameter_count(*model_of("mlp:depth=2,width=10", "glu", images(1, 28))),
            785 * 20 + 11 * 20 + 110);
  EXPECT_EQ(parameter_count(*model_of("mlp:depth=2,width=10", "maxout:pieces=3", images(1, 28))),
            785 * 30 + 11 * 30 + 110);
  // A norm replaces the biases and is as wide as the activation's input.
  EXPECT_EQ(parameter_count(*model_of("mlp:depth=1,width=10,norm=batch", "glu", images(1, 28))),
            784 * 20 + 40 + 110);
}

TEST(Vision, EqualParametersScaleHiddenWidths) {
  // 2/3 of 12 for GLU, half of 12 for three pieces, 4/3 of 12 for CReLU, in pairs.
  const auto count = [](const std::string& width, const std::string& activation) {
    const auto model = "mlp:equal_parameters=true,depth=2,width=" + width;
    return parameter_count(*model_of(model, activation, images(1, 28)));
  };
  EXPECT_EQ(count("12", "glu"), 785 * 16 + 9 * 16 + 90);
  EXPECT_EQ(count("12", "maxout:pieces=3"), 785 * 18 + 7 * 18 + 70);
  EXPECT_EQ(count("12", "crelu"), 785 * 8 + 17 * 8 + 170);
  EXPECT_EQ(count("7", "crelu"), 785 * 5 + 11 * 5 + 110);
  EXPECT_EQ(count("1", "maxout:pieces=16"), 785 * 16 + 2 * 16 + 20);  // never less than one
  EXPECT_EQ(count("12", "relu"), 785 * 12 + 13 * 12 + 130);
}

TEST(Vision, SitesAreNamedInTheOrderOfTheSignal) {
  EXPECT_THAT(sites(*model_of("mlp:depth=2", "relu", images(1, 28))),
              ElementsAre("hidden.0.activation", "hidden.1.activation"));
  EXPECT_THAT(
      sites(*model_of("lenet", "relu", images(1, 28))),
      ElementsAre("conv1.activation", "conv2.activation", "hidden1.activation", "hidden2.activation"));
  const auto resnet = sites(*model_of("resnet:depth=20", "relu", images(3, 32)));
  EXPECT_EQ(resnet.size(), 19U);  // one for each weight layer but the last
  EXPECT_EQ(resnet[0], "stem.activation");
  EXPECT_EQ(resnet[1], "blocks.0.first.activation");
  EXPECT_EQ(resnet[2], "blocks.0.activation");
  EXPECT_EQ(resnet.back(), "blocks.8.activation");
}

TEST(Vision, PartsHaveReadableNames) {
  const auto network = model_of("mlp:depth=1,norm=batch,dropout=0.5", "relu", images(1, 28));
  std::vector<std::string> names;
  for (const auto& module : network->named_modules("", false)) names.push_back(module.key());
  EXPECT_THAT(names, ElementsAre("standardise", "hidden", "hidden.0", "hidden.0.linear", "hidden.0.norm",
                                 "hidden.0.activation", "hidden.0.dropout", "output"));
}

TEST(Vision, EverySiteHasItsOwnParametersAsWideAsItsOutput) {
  const auto parameters = model_of("lenet", "prelu", images(1, 28))->named_parameters();
  const std::vector<std::pair<std::string, long>> widths{
      {"conv1", 6}, {"conv2", 16}, {"hidden1", 120}, {"hidden2", 84}};
  for (const auto& [layer, width] : widths) EXPECT_EQ(parameters[layer + ".activation.init"].numel(), width);
}

class EveryModel : public testing::TestWithParam<std::string> {};

TEST_P(EveryModel, GivesLogitsForEveryKindOfActivationAndNorm) {
  for (const auto& [channels, size] : {std::pair{1L, 28L}, {3L, 32L}, {3L, 21L}}) {
    const auto shape = images(channels, size, 7);
    const auto batch = noise_images(shape, 2);
    for (const std::string activation : {"relu", "prelu", "swish", "glu", "maxout:pieces=3"}) {
      for (const std::string norm : {"none", "batch", "layer"}) {
        const auto network = model_of(GetParam() + ":norm=" + norm, activation, shape);
        const auto logits = network->forward({batch});
        EXPECT_EQ(logits.sizes(), at::IntArrayRef({2, 7}));
        EXPECT_TRUE(logits.isfinite().all().item<bool>());
      }
    }
  }
}

TEST_P(EveryModel, EqualParametersComeWithinAQuarterOfRelu) {
  const auto shape = images(1, 28);
  const auto count = [&](const std::string& arguments, const std::string& activation) {
    return static_cast<double>(parameter_count(*model_of(GetParam() + arguments, activation, shape)));
  };
  const double ordinary = count("", "relu");
  EXPECT_EQ(count(":equal_parameters=true", "relu"), ordinary);
  for (const std::string activation : {"glu", "swiglu", "maxout", "crelu"}) {
    EXPECT_NEAR(count(":equal_parameters=true", activation) / ordinary, 1, 0.25) << activation;
    const double unequal = count("", activation) / ordinary;
    EXPECT_TRUE(unequal > 1.9 || unequal < 0.55) << activation;
  }
}

TEST_P(EveryModel, TakesImagesThatAreNotSquare) {
  auto shape = images(1, 20);
  shape.width = 34;
  EXPECT_EQ(model_of(GetParam(), "relu", shape)->forward({noise_images(shape, 3)}).sizes(),
            at::IntArrayRef({3, 10}));
}

TEST_P(EveryModel, SaysWhatIsWrong) {
  const auto shape = images(1, 28);
  EXPECT_THAT(message_of(GetParam() + ":nrom=none", shape), HasSubstr("norm"));
  EXPECT_THAT(message_of(GetParam() + ":norm=bach", shape), HasSubstr("batch"));
  auto lacking = images(3, 28);
  lacking.mean.pop_back();
  EXPECT_THAT(message_of(GetParam(), lacking), HasSubstr("2 means"));
}

TEST_P(EveryModel, HoldsAtItsSmallestSize) {
  const std::map<std::string, long> smallest{
      {"mlp", 1}, {"cnn", 4}, {"lenet", 12}, {"vgg", 8}, {"resnet", 8}};
  const long size = smallest.at(GetParam());
  const auto shape = images(1, size);
  EXPECT_EQ(model_of(GetParam(), "tanh", shape)->forward({noise_images(shape, 2)}).size(1), 10);
  if (size == 1) return;
  EXPECT_THAT(message_of(GetParam(), images(1, size - 1)), HasSubstr("too small"));
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const auto& model : vision_models()) names.push_back(model.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Models, EveryModel, testing::ValuesIn(model_names()),
                         [](const auto& each) { return each.param; });

TEST(Vision, RejectsUnknownModelsAndValuesOutOfRange) {
  const auto shape = images(1, 28);
  EXPECT_THAT(message_of("resnt", shape), HasSubstr("resnet"));
  EXPECT_THAT(message_of("resnet:depth=21", shape), HasSubstr("56"));
  for (const auto* model : {"mlp:depth=0", "mlp:depth=257", "mlp:width=0", "mlp:width=8-", "mlp:width=8-x",
                            "mlp:width=8-8,depth=2", "mlp:dropout=1", "lenet:dropout=-0.1", "vgg:width=0"}) {
    EXPECT_NE(message_of(model, shape), "") << model;
  }
}

}  // namespace
}  // namespace actlab
