#include "models/text/text.h"

#include <gmock/gmock.h>

#include "lib/core/compat.h"
#include "tests/errors.h"
#include "tests/models/text/helpers.h"

namespace actlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

long parameter_count(const std::string& model, const std::string& activation = "relu") {
  long count = 0;
  for (const auto& parameter : model_of(model, activation)->parameters()) count += parameter.numel();
  return count;
}

std::vector<std::string> sites(const std::string& model) {
  const auto network = model_of(model, "relu");
  std::vector<std::string> names;
  for (const auto& module : network->named_modules("", false)) {
    if (dynamic_cast<Activation*>(module.value().get()) != nullptr) names.push_back(module.key());
  }
  return names;
}

std::string message_of(const std::string& model, const std::string& activation = "relu",
                       const TextShape& shape = {vocabulary_size, 4}) {
  return test::message_of(ExitCode::usage, [&] { model_of(model, activation, shape); });
}

class EveryForm : public testing::TestWithParam<std::string> {};

TEST_P(EveryForm, GivesLogits) {
  for (const std::string activation : {"relu", "prelu", "swish"}) {
    const auto logits = ready_model(GetParam(), activation)->forward(texts({7, 1, 12}));
    EXPECT_EQ(logits.sizes(), at::IntArrayRef({3, 4}));
    EXPECT_TRUE(logits.isfinite().all().item<bool>());
  }
}

TEST_P(EveryForm, SeesNeitherPaddingNorOtherTexts) {
  const torch::NoGradGuard no_grad;
  for (const std::string activation : {"relu", "swish", "prelu", "abrelu", "dice"}) {
    const auto network = ready_model(GetParam(), activation);
    network->eval();
    const auto batch = texts({7, 1, 12, 3, 0});
    const auto together = network->forward(batch);
    const auto padded = network->forward({torch::constant_pad_nd(batch[0], {0, 5}), batch[1]});
    EXPECT_TRUE(torch::equal(together, padded)) << activation;
    for (long i = 0; i < together.size(0); ++i) {
      const auto alone = network->forward({batch[0].narrow(0, i, 1), batch[1].narrow(0, i, 1)});
      EXPECT_TRUE(torch::allclose(together.narrow(0, i, 1), alone, 1e-4, 1e-5)) << activation << i;
    }
  }
}

TEST_P(EveryForm, SeesTheOrderOfWordsUnlessItAverages) {
  const torch::NoGradGuard no_grad;
  const auto network = ready_model(GetParam(), "tanh");
  network->eval();
  const auto batch = texts({8, 8});
  const auto ahead = network->forward(batch), turned = network->forward({batch[0].flip({1}), batch[1]});
  EXPECT_EQ(torch::allclose(ahead, turned, 1e-3, 1e-4), GetParam().rfind("dan", 0) == 0);
}

TEST_P(EveryForm, DrawsTheSameNoiseForTheSameSeedAndNoneInEvaluation) {
  const auto batch = texts({7, 2, 12});
  const auto network = ready_model(GetParam(), "relu"), twin = ready_model(GetParam(), "relu");
  EXPECT_TRUE(torch::equal(network->forward(batch), twin->forward(batch)));
  network->eval();
  EXPECT_TRUE(torch::equal(network->forward(batch), network->forward(batch)));
}

TEST_P(EveryForm, StartsFromTheSameDrawsWhateverTheActivation) {
  const auto relu = ready_model(GetParam(), "relu", "he"), tanh = ready_model(GetParam(), "tanh", "he");
  const auto others = tanh->named_parameters();
  for (const auto& item : relu->named_parameters()) {
    EXPECT_TRUE(torch::equal(item.value(), others[item.key()])) << item.key();
  }
}

TEST_P(EveryForm, LearnsFromEveryParameter) {
  const auto network = ready_model(GetParam(), "tanh");
  const auto batch = texts({7, 2, 12, 9});
  torch::cross_entropy_loss(network->forward(batch), torch::tensor({0, 1, 2, 3}, torch::kLong)).backward();
  for (const auto& item : network->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().max().item<float>(), 0) << item.key();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Models, EveryForm,
    testing::Values("dan", "dan:depth=6,word_dropout=0,norm=layer", "dan:input_norm=batch",
                    "dan:input_norm=layer,norm=batch,dropout=0.2", "text_cnn", "text_cnn:windows=2,filters=7",
                    "recurrent", "recurrent:cell=gru", "recurrent:layers=2,bidirectional=true,dropout=0.2",
                    "recurrent:cell=gru,layers=2,bidirectional=true,readout=last,gate=hard_sigmoid",
                    "recurrent:readout=last", "recurrent:readout=max", "transformer",
                    "transformer:layers=1,heads=1,width=30,feed_forward=20"));

TEST(Text, ModelsHaveTheirTextbookParameterCounts) {
  const long table = vocabulary_size * 128;
  EXPECT_EQ(parameter_count("dan"), table + 129 * 256 + 257 * 256 + 257 * 4);
  EXPECT_EQ(parameter_count("text_cnn"), table + 300 + 12 * 128 * 100 + 301 * 4);
  EXPECT_EQ(parameter_count("recurrent"), table + 4 * 128 * (128 + 128 + 1) + 129 * 4);
  EXPECT_EQ(parameter_count("recurrent:cell=gru"), table + 3 * 128 * (128 + 128 + 2) + 129 * 4);
  // Attention 4·(128² + 128), feed-forward 2·128·512 + 512 + 128, two norms a layer and one behind.
  EXPECT_EQ(parameter_count("transformer"),
            table + 2 * (4 * (128 * 128 + 128) + 2 * 128 * 512 + 640 + 512) + 256 + 129 * 4);
}

TEST(Text, EqualParametersComeWithinAThirdOfRelu) {
  for (const std::string model : {"dan:embedding=256", "text_cnn", "recurrent:cell=gru", "transformer"}) {
    const auto layers = [&](const std::string& arguments, const std::string& activation) {
      const std::string separator = model.find(':') == std::string::npos ? ":" : ",";
      const auto network = model_of(arguments.empty() ? model : model + separator + arguments, activation);
      long count = -network->embedding().weight.numel();
      for (const auto& parameter : network->parameters()) count += parameter.numel();
      return static_cast<double>(count);
    };
    for (const std::string activation : {"swiglu", "maxout", "crelu"}) {
      EXPECT_NEAR(layers("equal_parameters=true", activation) / layers("", "relu"), 1, 0.35)
          << model << activation;
      EXPECT_GT(std::abs(layers("", activation) / layers("", "relu") - 1), 0.15) << model << activation;
    }
  }
}

TEST(Text, SitesAreNamedInTheOrderOfTheSignal) {
  EXPECT_THAT(sites("dan"), ElementsAre("hidden.0.activation", "hidden.1.activation"));
  EXPECT_THAT(sites("text_cnn:windows=3-5"), ElementsAre("window1.activation", "window2.activation"));
  EXPECT_THAT(sites("recurrent"), ElementsAre("layers.0.forward.candidate", "layers.0.forward.output"));
  EXPECT_THAT(sites("transformer"),
              ElementsAre("layers.0.feed_forward.activation", "layers.1.feed_forward.activation"));
}

TEST(Text, WordDropoutLeavesWholeWordsOut) {
  const auto network = ready_model("dan:depth=1,word_dropout=0.5,input_norm=none", "identity");
  const auto batch = texts({12});
  const auto outputs = [&] {
    std::vector<float> values;
    for (int i = 0; i < 8; ++i) values.push_back(network->forward(batch)[0][0].item<float>());
    return values;
  };
  const auto noisy = outputs();
  EXPECT_NE(*std::min_element(noisy.begin(), noisy.end()), *std::max_element(noisy.begin(), noisy.end()));
  // One word is either there, or nothing is.
  const auto single = texts({1});
  network->eval();
  const auto whole = network->forward(single);
  const auto bias = network->forward({torch::zeros_like(single[0]), single[1]});
  network->train();
  int left_out = 0;
  for (int i = 0; i < 100; ++i) {
    const auto found = network->forward(single);
    const bool is_bias = torch::allclose(found, bias);
    EXPECT_TRUE(is_bias || torch::allclose(found, whole));
    left_out += is_bias ? 1 : 0;
  }
  EXPECT_GT(left_out, 30);
  EXPECT_LT(left_out, 70);
}

TEST(Text, WordVectorsSetTheWidth) {
  const TextShape given{vocabulary_size, 4, 60};
  for (const std::string model : {"dan", "text_cnn", "recurrent", "transformer"}) {
    EXPECT_EQ(model_of(model, "relu", given)->embedding().weight.size(1), 60) << model;
  }
  EXPECT_THAT(message_of("dan:embedding=50", "relu", given), HasSubstr("60"));
  EXPECT_THAT(message_of("transformer:width=64", "relu", given), HasSubstr("60"));
}

TEST(Text, SaysWhatIsWrong) {
  EXPECT_THAT(message_of("dam"), HasSubstr("dan"));
  EXPECT_THAT(message_of("dan:dept=2"), HasSubstr("depth"));
  EXPECT_THAT(message_of("dan:input_norm=bach"), HasSubstr("batch"));
  EXPECT_THAT(message_of("recurrent:cell=rnn"), HasSubstr("gru"));
  EXPECT_THAT(message_of("recurrent:gate=relu"), HasSubstr("hard_sigmoid"));
  EXPECT_THAT(message_of("transformer:heads=3"), HasSubstr("multiple"));
  EXPECT_THAT(message_of("recurrent", "glu"), HasSubstr("cell=gru"));
  EXPECT_THAT(message_of("dan", "relu", {1, 4}), HasSubstr("1 tokens"));
  for (const auto* model : {"dan:depth=0", "dan:depth=257", "dan:word_dropout=1", "text_cnn:windows=3-0",
                            "text_cnn:filters=0", "text_cnn:norm=batch", "recurrent:layers=0",
                            "recurrent:readout=first", "transformer:width=0", "transformer:dropout=-1"}) {
    EXPECT_NE(message_of(model), "") << model;
  }
}

TEST(Text, ModelsWorkInBfloat16) {
  for (const std::string model : {"dan", "text_cnn", "recurrent", "recurrent:cell=gru", "transformer"}) {
    for (const std::string activation : {"relu", "rrelu"}) {
      const auto network = ready_model(model, activation);
      network->eval();
      const auto batch = texts({7, 2, 12});
      const auto exact = network->forward(batch);
      at::Tensor rounded;
      {
        const compat::Bfloat16Region region(at::kCPU, true);
        rounded = network->forward(batch);
      }
      rounded.sum().backward();
      EXPECT_TRUE(torch::allclose(exact, rounded.to(torch::kFloat), 0.1, 0.1)) << model << activation;
    }
  }
}

}  // namespace
}  // namespace actlab
