#include "apps/speech_recognition/speech_task.h"

#include <torch/torch.h>

#include <set>

#include "apps/speech_recognition/augmentation.h"
#include "apps/speech_recognition/explain.h"
#include "apps/speech_recognition/feature_cache.h"
#include "datasets/speech/augment.h"
#include "lib/core/random.h"
#include "lib/layers/initialise.h"
#include "tests/apps/speech_recognition/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class TaskOfWords : public SpeechProgram {
 protected:
  json request(json more = json::object()) const {
    json base = {{"dataset", "words-formant"},
                 {"data_directory", folder_.string()},
                 {"train_limit", 120},
                 {"test_limit", 60},
                 {"sample_rate", 8000}};
    base.update(more);
    return base;
  }

  const SpeechTask task_;
};

TEST_F(TaskOfWords, WorkerProcessesWriteWhatARunInThisProcessGives) {
  ASSERT_EQ(run(small_grid()).code, 0);
  expect_what_workers_wrote(task_, request(), small_model);
}

TEST_F(TaskOfWords, FactsHoldAllThatItTakesToHear) {
  const auto data = task_.load(request({{"mels", 30}, {"window", 30.0}, {"hop", 15.0}}));
  const auto format = clip_format(data.facts["input"]);
  EXPECT_EQ(format.samples, 8000);
  EXPECT_EQ(format.features.sample_rate, 8000);
  const auto heard = features(load_recordings(request()).test.audio, format.features);
  EXPECT_TRUE(heard.equal(data.test.inputs.at(0)));
  EXPECT_EQ(heard.size(1), 30);
  EXPECT_EQ(heard.size(2), 1 + (1000 - 30) / 15);
  const auto seen = data.train.inputs.at(0).to(torch::kDouble);
  const std::vector<int64_t> all = {0, 2};
  const auto mean = torch::tensor(data.facts["mean"].get<std::vector<double>>(), torch::kDouble);
  const auto deviation = torch::tensor(data.facts["deviation"].get<std::vector<double>>(), torch::kDouble);
  EXPECT_TRUE(torch::allclose(mean, seen.mean(all), 0, 1e-9));
  EXPECT_TRUE(torch::allclose(deviation, seen.std(all, /*unbiased=*/false), 0, 1e-9));
}

TEST_F(TaskOfWords, AnotherWayToHearIsAnotherExperiment) {
  std::set<std::string> fingerprints = {task_.load(request()).fingerprint};
  for (const auto& way :
       {json{{"mels", 30}}, json{{"mfcc", 10}}, json{{"pcen", true}}, json{{"window", 30.0}},
        json{{"augment", "shift"}}, json{{"sample_rate", 4000}}, json{{"seconds", 0.8}}})
    EXPECT_TRUE(fingerprints.insert(task_.load(request(way)).fingerprint).second) << way;
  EXPECT_EQ(task_.load(request({{"mels", 40}, {"augment", "none"}})).fingerprint,
            task_.load(request()).fingerprint);
  EXPECT_EQ(task_.load(request({{"augment", "all"}})).fingerprint,
            task_.load(request({{"augment", "spec,noise,shift"}})).fingerprint);
}

TEST_F(TaskOfWords, ATrainedModelsFactsTakeThePlaceOfNewOnes) {
  const auto trained = task_.load(request({{"mfcc", 12}, {"seconds", 0.9}}));
  const auto other = task_.load(request({{"facts", trained.facts}, {"train_limit", 50}}));
  EXPECT_EQ(other.facts, trained.facts);
  EXPECT_TRUE(other.test.inputs[0].equal(trained.test.inputs[0]));
}

TEST_F(TaskOfWords, MetricsAndThresholdsGoTogether) {
  const auto facts = task_.load(request()).facts;
  const auto metrics = task_.objective(facts, {}).metrics();
  metrics->add(torch::zeros({2, 10}), torch::tensor({0L, 1L}));
  for (const auto& [name, value] : metrics->values()) EXPECT_GT(task_.practical_threshold(name), 0) << name;
}

TEST_F(TaskOfWords, FeaturesComeFromTheCacheAsTheyWere) {
  const auto audio = load_recordings(request()).test.audio;
  const ClipFormat format{8000, {8000, 40, 20, 24}};
  const std::vector<at::Tensor> parts = {audio.slice(0, 0, 50), audio.slice(0, 0, 0), audio.slice(0, 50)};
  const auto fresh = cached_features(parts, format, "clips");
  EXPECT_TRUE(fs::is_regular_file(feature_file("clips", format)));
  const auto kept = cached_features(parts, format, "clips");
  for (size_t i = 0; i < parts.size(); ++i) {
    EXPECT_TRUE(fresh[i].equal(features(parts[i], format.features)));
    EXPECT_TRUE(kept[i].equal(fresh[i]));
  }
  auto other = format;
  other.features.floor = 1e-5;
  EXPECT_NE(feature_file("clips", format), feature_file("clips", other));
  EXPECT_NE(feature_file("clips", format), feature_file("other clips", format));
}

class AugmentationOfClips : public TaskOfWords {
 protected:
  std::shared_ptr<Network> build(const std::string& augment, const std::string& activation = "relu") const {
    const auto choice = resolve_activation(parse_spec(activation));
    auto network = task_.build(parse_spec("dnn:depth=1,width=8"), choice,
                               task_.load(request({{"augment", augment}})).facts);
    initialise(*network, "matched", choice, 5);
    seed_noise(*network, 5);
    return network;
  }
};

TEST_F(AugmentationOfClips, IsThereInTrainingAlone) {
  const auto test = task_.load(request({{"augment", "noise"}})).test.slice(0, 8);
  const auto plain = build("none");
  plain->eval();
  const auto expected = plain->forward({test.inputs[0]});
  for (const auto* augment : {"shift", "noise", "spec", "all"}) {
    const auto network = build(augment);
    network->train();
    EXPECT_FALSE(torch::allclose(network->forward(test.inputs), expected)) << augment;
    EXPECT_FALSE(network->forward(test.inputs).equal(network->forward(test.inputs)))
        << augment << ": anew each time";
    network->eval();
    EXPECT_TRUE(network->forward({test.inputs[0]}).equal(expected)) << augment << ": the same weights, too";
  }
}

TEST_F(AugmentationOfClips, IsTheSameForEveryActivation) {
  const auto batch = task_.load(request({{"augment", "all"}})).train.slice(0, 8);
  const auto one = build("all", "relu"), other = build("all", "leaky_relu:slope=0");
  one->train();
  other->train();
  for (int step = 0; step < 3; ++step)
    EXPECT_TRUE(torch::allclose(one->forward(batch.inputs), other->forward(batch.inputs), 1e-6, 1e-6));
}

/// Shifted features are those of a shifted clip, frame by frame, where the shift is whole frames.
TEST_F(AugmentationOfClips, ShiftIsThatOfTheClip) {
  const ClipFormat format{8000, {8000, 40, 20, 24}};
  torch::manual_seed(2);
  const auto clip = torch::constant_pad_nd(torch::randn({1, 4000}) * 0.1, {2000, 2000});
  class Echo : public Network {
   public:
    at::Tensor forward(const std::vector<at::Tensor>& inputs) override { return inputs[0]; }
  };
  AugmentedNetwork network(std::make_shared<Echo>(), parse_augmentation("shift"), format);
  seed_noise(network, 1);
  network.train();
  const auto heard = features(clip, format.features);
  std::set<long> shifts;
  for (int i = 0; i < 40; ++i) {
    const auto shifted = network.forward({heard});
    for (long frames = -5; frames <= 5; ++frames) {
      const auto expected = features(clip.roll(frames * 160, 1), format.features);
      if (torch::allclose(shifted, expected, 0, 1e-4)) shifts.insert(frames);
    }
  }
  EXPECT_EQ(shifts.size(), 11U) << "from 100 ms before to 100 ms after";
}

TEST_F(AugmentationOfClips, HasOneTextForOneMeaning) {
  EXPECT_EQ(to_text(parse_augmentation("spec,shift")), "shift,spec");
  EXPECT_EQ(to_text(parse_augmentation("all")), "shift,noise,spec");
  EXPECT_EQ(to_text(parse_augmentation("none")), "none");
}

class ExplanationOfClips : public SavedSpeechModel {
 protected:
  void SetUp() override {
    SavedSpeechModel::SetUp();
    stay_in_process(false);  // these train more models
  }
};

/// What covering patches of a linear model's features costs follows from its weights.
TEST_F(ExplanationOfClips, IsExactForALinearModel) {
  const auto linear = file("linear.actlab");
  ASSERT_EQ(run({"train", "--dataset", words(), "--sample-rate", "8000", "--model", "dnn:depth=1,width=8",
                 "--activation", "identity", "--epochs", "3", "--save", linear})
                .code,
            0);
  const SpeechTask task;
  const Recogniser recogniser(task, linear, torch::kCPU);
  auto heard = recogniser.hear(torch::tensor(sung("mixed", 0.3)).unsqueeze(0)).requires_grad_();
  const auto logits = recogniser.judge(heard)[0];
  const long winner = logits.argmax().item<int64_t>();
  const auto lead =
      logits[winner] - (logits.sum() - logits[winner]) / static_cast<double>(logits.size(0) - 1);
  const auto mean =
      torch::tensor(recogniser.description()["facts"]["mean"].get<std::vector<double>>()).view({-1, 1});
  const auto product =
      (torch::autograd::grad({lead}, {heard})[0][0] * (heard.detach()[0] - mean)).to(torch::kDouble);
  // 40 bands and 49 frames in patches of 8 bands and 5 frames that begin every 4 bands and 2 frames.
  auto sum = torch::zeros({40, 49}, torch::kDouble), count = torch::zeros({40, 49}, torch::kDouble);
  for (long band = 0; band <= 32; band += 4) {
    for (long frame = 0; frame <= 44; frame += 2) {
      const auto cost = product.slice(0, band, band + 8).slice(1, frame, frame + 5).sum();
      sum.slice(0, band, band + 8).slice(1, frame, frame + 5) += cost;
      count.slice(0, band, band + 8).slice(1, frame, frame + 5) += 1;
    }
  }
  EXPECT_TRUE(
      torch::allclose(explain(recogniser, heard.detach()).to(torch::kDouble), sum / count, 1e-3, 1e-4));
}

TEST_F(ExplanationOfClips, LiesWhereTheToneIs) {
  const SpeechTask task;
  const Recogniser recogniser(task, model(), torch::kCPU);
  const auto heard = recogniser.hear(torch::tensor(sung("high", 0.3)).unsqueeze(0));
  const auto effect = explain(recogniser, heard);
  const auto largest = effect.argmax().item<int64_t>();
  const long frame = largest % 49;
  EXPECT_GE(frame * 20 + 40, 250) << "the tone lasts from 250 to 750 ms";
  EXPECT_LE(frame * 20, 750);
}

TEST_F(ExplanationOfClips, OfCoefficientsCoversTimeAlone) {
  const auto cepstral = file("mfcc.actlab");
  ASSERT_EQ(run({"train", "--dataset", words(), "--sample-rate", "8000", "--mfcc", "10", "--model",
                 small_model, "--epochs", "2", "--save", cepstral})
                .code,
            0);
  const SpeechTask task;
  const Recogniser recogniser(task, cepstral, torch::kCPU);
  const auto heard = recogniser.hear(torch::tensor(sung("low", 0.3)).unsqueeze(0));
  EXPECT_EQ(heard.size(1), 10);
  EXPECT_EQ(explain(recogniser, heard).sizes(), (std::vector<int64_t>{1, 49}));
  const auto low = record("low.wav", sung("low", 0.3));
  EXPECT_EQ(run({"predict", "--load", cepstral, "--explain", "--pictures", folder_.string(), low}).code, 0);
  EXPECT_TRUE(fs::is_regular_file(low + ".png"));
}

}  // namespace
}  // namespace actlab::test
