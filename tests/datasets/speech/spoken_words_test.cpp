#include "datasets/speech/spoken_words.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <cstdlib>

#include "datasets/speech/features.h"
#include "tests/datasets/speech/sounds.h"

namespace actlab::test {
namespace {

using ::testing::HasSubstr;

constexpr long rate = 16000;

SpeechSet make(long train, long test, long seed = 0) {
  return make_spoken_words("words-formant", formant_voice(seed, rate), train, 10, test, seed, rate, rate);
}

TEST(SpokenWords, HaveBalancedWordsAndSpeakersOfTheirOwnInEachSplit) {
  const SpeechSet set = make(400, 200);
  EXPECT_EQ(set.class_names, (std::vector<std::string>(spoken_words.begin(), spoken_words.end())));
  EXPECT_EQ(set.train.audio.sizes(), (std::vector<int64_t>{400, rate}));
  EXPECT_TRUE((torch::bincount(set.train.labels) == 40).all().item<bool>());
  EXPECT_LT(set.train.speakers.max().item<long>(), set.validation.speakers.min().item<long>());
  EXPECT_LT(set.validation.speakers.max().item<long>(), set.test.speakers.min().item<long>());
  EXPECT_LT(set.test.speakers.max().item<long>(), static_cast<long>(set.speakers.size()));
  // Nothing is silent, and hardly anything is clipped.
  const auto audio = set.train.audio.to(torch::kFloat);
  EXPECT_GT(audio.std(1).min().item<float>(), 100.0F);
  EXPECT_LT((audio.abs() > 32766).to(torch::kFloat).mean().item<float>(), 1e-3);
}

TEST(SpokenWords, DependOnSeedAndPlaceAlone) {
  const SpeechSet few = make(30, 20, 3), many = make(60, 40, 3), other = make(30, 20, 4);
  EXPECT_TRUE(torch::equal(few.train.audio, many.train.audio.slice(0, 0, 30)));
  EXPECT_TRUE(torch::equal(few.test.audio, many.test.audio.slice(0, 0, 20)));
  EXPECT_EQ(few.fingerprint(), make(30, 20, 3).fingerprint());
  EXPECT_FALSE(torch::equal(few.train.audio, other.train.audio));
  EXPECT_FALSE(torch::equal(few.train.audio.slice(0, 0, 20), few.test.audio));
}

/// How often the word with the nearest mean of mean coefficients is right.
double nearest_centroid(const SpeechSet& set) {
  FeatureOptions options;
  options.coefficients = 13;
  const auto means = [&](const SpeechSplit& split) { return features(split.audio, options).mean(2); };
  auto train = means(set.train), test = means(set.test);
  const auto deviation = train.std(0);
  std::vector<at::Tensor> centroids;
  for (long word = 0; word < 10; ++word) centroids.push_back(train.index({set.train.labels == word}).mean(0));
  const auto nearest = torch::cdist(test / deviation, torch::stack(centroids) / deviation).argmin(1);
  return (nearest == set.test.labels).to(torch::kDouble).mean().item<double>();
}

TEST(SpokenWords, AreLearnableButNotFromMeansAlone) {
  const double accuracy = nearest_centroid(make(1000, 500));
  EXPECT_GT(accuracy, 0.2);
  EXPECT_LT(accuracy, 0.6);
}

class Generated : public Folder {};

TEST_F(Generated, SetsHaveNamesOfTheirOwn) {
  SpeechRequest request;
  request.dataset = "words-formant";
  request.train_limit = request.test_limit = 10;
  EXPECT_EQ(load_speech(request).name, "words-formant");
  request.leave_out = "01";
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load_speech(request); }),
              HasSubstr("fixed classes and speakers"));
}

class Espeak : public Folder {
 protected:
  void SetUp() override {
    Folder::SetUp();
    path_ = std::getenv("PATH");
  }
  void TearDown() override {
    setenv("PATH", path_.c_str(), 1);
    Folder::TearDown();
  }
  SpeechSet load(const std::string& name) {
    SpeechRequest request;
    request.dataset = name;
    request.train_limit = request.test_limit = 10;
    return load_speech(request);
  }
  /// A program in the place of espeak-ng that does what `script` says when it is asked for a word.
  void install(const std::string& script) {
    write(folder_ / "espeak-ng",
          "#!/bin/sh\nif [ \"$1\" = --version ]; then echo eSpeak NG 9.8.7; exit; fi\n" + script);
    fs::permissions(folder_ / "espeak-ng", fs::perms::owner_all);
    setenv("PATH", (folder_.string() + ":" + path_).c_str(), 1);
  }
  std::string path_;
};

TEST_F(Espeak, IsTakenWhereItIsInstalledAndAskedOnce) {
  for (const char* word : spoken_words) {
    const double pitch = 300.0 + 7 * static_cast<double>(std::string(word).size());
    write_sound(folder_ / word, tone(pitch, 0.3, 0.5, 22050), 22050);
  }
  install("for last; do :; done; exec cat " + folder_.string() + "/$last");
  const SpeechSet set = load("tones-and-words");
  EXPECT_EQ(set.name, "words-espeak");
  EXPECT_EQ(set.note, "said by espeak-ng 9.8.7");
  EXPECT_GT(set.train.audio.to(torch::kFloat).std(1).min().item<float>(), 100.0F);
  install("");
  EXPECT_EQ(load("words-espeak").fingerprint(), set.fingerprint());
}

TEST_F(Espeak, IsMissedWhereItIsNot) {
  setenv("PATH", "/nowhere", 1);
  EXPECT_EQ(load("tones-and-words").name, "words-formant");
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load("words-espeak"); }), HasSubstr("apt install espeak-ng"));
}

TEST_F(Espeak, MustSaySomething) {
  install("");
  EXPECT_THAT(data_message([&] { load("words-espeak"); }), HasSubstr("no recording"));
  EXPECT_TRUE(fs::is_empty(folder_ / "cache" / "actlab" / "spoken-words"));
}

}  // namespace
}  // namespace actlab::test
