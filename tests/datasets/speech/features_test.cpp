#include "datasets/speech/features.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "datasets/speech/augment.h"
#include "lib/core/random.h"
#include "tests/errors.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// Nested arrays of numbers, row by row.
void append(const json& nested, std::vector<double>& flat) {
  if (nested.is_number()) {
    flat.push_back(nested.get<double>());
  } else {
    for (const auto& inner : nested) append(inner, flat);
  }
}

at::Tensor tensor_of(const json& nested) {
  std::vector<int64_t> sizes;
  for (const json* level = &nested; level->is_array(); level = &level->front())
    sizes.push_back(static_cast<int64_t>(level->size()));
  std::vector<double> flat;
  append(nested, flat);
  return torch::tensor(flat, torch::kDouble).view(sizes);
}

FeatureOptions options_of(const json& item) {
  FeatureOptions options;
  options.sample_rate = item["rate"];
  options.window = item["window"];
  options.hop = item["hop"];
  options.mels = item["bands"];
  options.low = item["low"];
  options.high = item["high"];
  options.scale = item["scale"] == "htk" ? MelScale::htk : MelScale::slaney;
  options.compression = item["compression"] == "log" ? Compression::log : Compression::pcen;
  options.floor = item["floor"];
  options.coefficients = item["coefficients"];
  return options;
}

TEST(Features, EqualTheReference) {
  const auto golden = json::parse(std::ifstream(ACTLAB_GOLDEN "/speech_features.json"));
  const auto audio = tensor_of(golden["audio"]).to(torch::kShort);
  for (const auto& item : golden["cases"]) {
    const auto expected = tensor_of(item["features"]);
    const auto actual = features(audio, options_of(item));
    ASSERT_EQ(actual.sizes(), expected.sizes());
    const double error = (actual - expected).abs().max().item<double>() / expected.abs().max().item<double>();
    EXPECT_LT(error, 1e-4) << item["rate"] << " " << item["scale"] << " " << item["compression"];
    EXPECT_TRUE(torch::allclose(actual.to(torch::kDouble), expected, 1e-4, 1e-4));
  }
}

TEST(Features, AreTheSameForFloatsAndForAnyBatch) {
  const auto audio = (torch::randn({37, 4000}) * 3000).to(torch::kShort);
  const FeatureOptions options;
  const auto whole = features(audio, options);
  EXPECT_TRUE(torch::allclose(features(audio.to(torch::kFloat) / 32768, options), whole, 1e-5, 1e-5));
  EXPECT_TRUE(torch::allclose(features(audio.slice(0, 20, 21), options), whole.slice(0, 20, 21), 1e-5, 1e-5));
  EXPECT_EQ(features(audio.slice(0, 0, 0), options).size(0), 0);
  EXPECT_TRUE(torch::isfinite(features(torch::zeros({1, 4000}, torch::kShort), options)).all().item<bool>());
}

TEST(Features, HaveTheShapeThatIsTold) {
  FeatureOptions options;
  const auto expect = [&](long channels, long frames) {
    const auto [c, t] = feature_shape(16000, options);
    EXPECT_EQ(c, channels);
    EXPECT_EQ(t, frames);
    EXPECT_EQ(features(torch::zeros({2, 16000}), options).sizes(),
              (std::vector<int64_t>{2, channels, frames}));
  };
  expect(40, 98);
  options.window = 40;  // Hello Edge (Zhang et al. 2017): 10 coefficients, 49 frames
  options.hop = 20;
  options.coefficients = 10;
  expect(10, 49);
}

TEST(Features, RefuseWhatCannotBe) {
  const auto refusal = [](const std::function<void(FeatureOptions&)>& change, long samples = 16000) {
    FeatureOptions options;
    change(options);
    return message_of(ExitCode::usage, [&] { features(torch::zeros({1, samples}), options); });
  };
  EXPECT_THAT(refusal([](auto& options) { options.hop = 0; }), HasSubstr("hop"));
  EXPECT_THAT(refusal([](auto& options) { options.hop = 30; }), HasSubstr("window"));
  EXPECT_THAT(refusal([](auto&) {}, 300), HasSubstr("18.75 ms"));
  EXPECT_THAT(refusal([](auto& options) { options.high = 9000; }), HasSubstr("8000 Hz"));
  EXPECT_THAT(refusal([](auto& options) { options.low = 8000; }), HasSubstr("frequency"));
  EXPECT_THAT(refusal([](auto& options) { options.mels = 0; }), HasSubstr("bands"));
  EXPECT_THAT(refusal([](auto& options) { options.coefficients = 41; }), HasSubstr("41 coefficients"));
  EXPECT_THAT(refusal([](auto& options) { options.floor = 0; }), HasSubstr("floor"));
  EXPECT_THAT(refusal([](auto& options) { options.mels = 200; }), HasSubstr("200 bands"));
}

class Augmentation : public ::testing::Test {
 protected:
  at::Generator generator_ = make_generator(3, Stream::noise, "test");
};

TEST_F(Augmentation, ShiftMovesWholeClips) {
  const auto clips = torch::arange(1.0F, 11).expand({200, 10});
  const auto moved = shift(clips, 3, 0, generator_);
  std::set<long> steps;
  for (long i = 0; i < 200; ++i) {
    const auto row = moved[i];
    const long step = (row == 5).nonzero().item<long>() - 4;
    steps.insert(step);
    const auto back = torch::roll(row, -step);
    EXPECT_TRUE((back == clips[i]).logical_or(back == 0).all().item<bool>());
    EXPECT_EQ((row == 0).sum().item<long>(), std::abs(step));
  }
  EXPECT_EQ(steps, (std::set<long>{-3, -2, -1, 0, 1, 2, 3}));
  const auto pictures = torch::randn({2, 4, 10});
  EXPECT_EQ(shift(pictures, 3, -1, generator_).sizes(), pictures.sizes());
  EXPECT_TRUE(torch::equal(shift(pictures, 0, -1, generator_), pictures));
}

TEST_F(Augmentation, NoiseHasTheRatioAskedFor) {
  const auto audio = torch::sin(torch::arange(16000.0F) * 0.1).expand({20, 16000}) * 0.3;
  for (const double decibel : {-5.0, 0.0, 20.0}) {
    const auto noise = add_noise(audio, decibel, decibel, generator_) - audio;
    const auto ratio = 10 * torch::log10(audio.square().mean(1) / noise.square().mean(1));
    EXPECT_TRUE(torch::allclose(ratio, torch::full({20}, decibel), 0, 0.2)) << decibel;
  }
  const auto noise = add_noise(audio, 0, 20, generator_) - audio;
  const auto ratio = 10 * torch::log10(audio.square().mean(1) / noise.square().mean(1));
  EXPECT_GT(ratio.min().item<float>(), -0.3);
  EXPECT_LT(ratio.max().item<float>(), 20.3);
  EXPECT_GT(ratio.std().item<float>(), 3);
  EXPECT_TRUE(torch::equal(add_noise(torch::zeros({1, 100}), 5, 5, generator_), torch::zeros({1, 100})));
}

TEST_F(Augmentation, SpecAugmentMasksOneBandAndOneStretch) {
  const auto pictures = torch::randint(0, 2, {300, 40, 98}, generator_).to(torch::kFloat);  // never the mean
  const SpecAugment options;
  const auto masked = spec_augment(pictures, options, generator_) != pictures;
  const auto bands = masked.all(2).sum(1), frames = masked.all(1).sum(1);
  EXPECT_EQ(bands.max().item<long>(), options.frequency_width);
  EXPECT_EQ(bands.min().item<long>(), 0);
  EXPECT_EQ(frames.max().item<long>(), options.time_width);
  EXPECT_EQ(frames.min().item<long>(), 0);
  // Nothing else is touched, every place is reached, and what is masked has the clip's mean.
  EXPECT_TRUE(torch::equal(masked.sum({1, 2}), bands * 98 + frames * 40 - bands * frames));
  EXPECT_TRUE(masked.all(2).any(0).all().item<bool>());
  EXPECT_TRUE(masked.all(1).any(0).all().item<bool>());
  const auto again = spec_augment(pictures, options, generator_);
  EXPECT_TRUE(torch::allclose(torch::where(again != pictures, again, pictures.mean({1, 2}, true)),
                              pictures.mean({1, 2}, true).expand_as(again)));
}

TEST_F(Augmentation, DrawsFromTheGivenGeneratorAlone) {
  const auto audio = torch::randn({4, 1000});
  const auto pictures = audio.view({4, 10, 100});
  const auto all = [&] {
    auto generator = make_generator(1, Stream::noise, "same");
    return torch::cat({shift(audio, 50, 0, generator), add_noise(audio, 0, 10, generator),
                       spec_augment(pictures, {}, generator).flatten(1)});
  };
  const auto first = all();
  torch::rand(5);
  EXPECT_TRUE(torch::equal(first, all()));
}

}  // namespace
}  // namespace actlab::test
