// Checks against the publishers' own files, where the machine has them.

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <set>

#include "datasets/speech/features.h"
#include "datasets/speech/speech.h"
#include "tests/datasets/helpers.h"

namespace actlab::test {
namespace {

class RealDataSpeech : public ::testing::Test {
 protected:
  bool there(const std::string& name) {
    const char* data = std::getenv("ACTLAB_DATA");
    if (data == nullptr || !fs::is_directory(fs::path(data) / name)) return false;
    request_.dataset = name;
    request_.data_directory = data;
    return true;
  }
  static std::vector<int64_t> counts(const at::Tensor& values) {
    const auto bins = torch::bincount(values);
    return {bins.data_ptr<int64_t>(), bins.data_ptr<int64_t>() + bins.numel()};
  }
  static std::set<int64_t> speakers(const SpeechSplit& split) {
    return {split.speakers.data_ptr<int64_t>(), split.speakers.data_ptr<int64_t>() + split.speakers.numel()};
  }
  SpeechRequest request_;
};

TEST_F(RealDataSpeech, FreeSpokenDigits) {
  if (!there("fsdd")) GTEST_SKIP() << "ACTLAB_DATA holds no fsdd";
  const SpeechSet set = load_speech(request_);
  EXPECT_EQ(set.sample_rate, 8000);
  EXPECT_EQ(set.note, "");
  EXPECT_EQ(counts(set.test.labels), std::vector<int64_t>(10, 30));
  EXPECT_EQ(counts(set.train.labels), std::vector<int64_t>(10, 270));
  EXPECT_EQ(counts(torch::cat({set.train.speakers, set.test.speakers})), std::vector<int64_t>(6, 500));
  EXPECT_EQ(set.speakers,
            (std::vector<std::string>{"george", "jackson", "lucas", "nicolas", "theo", "yweweler"}));
}

TEST_F(RealDataSpeech, FreeSpokenDigitsWithASpeakerLeftOut) {
  if (!there("fsdd")) GTEST_SKIP() << "ACTLAB_DATA holds no fsdd";
  request_.leave_out = "theo";
  const SpeechSet set = load_speech(request_);
  EXPECT_EQ(counts(set.test.labels), std::vector<int64_t>(10, 50));
  EXPECT_EQ(counts(set.validation.labels), std::vector<int64_t>(10, 25));
  EXPECT_EQ(counts(set.train.labels), std::vector<int64_t>(10, 225));
  EXPECT_EQ(speakers(set.test), (std::set<int64_t>{4}));
  EXPECT_EQ(speakers(set.train), (std::set<int64_t>{0, 1, 2, 3, 5}));
}

TEST_F(RealDataSpeech, SpeechCommandsAtHand) {
  if (!there("speech-commands")) GTEST_SKIP() << "ACTLAB_DATA holds no speech-commands";
  const SpeechSet set = load_speech(request_);
  if (set.class_names.size() != 6) GTEST_SKIP() << "counts are known for six words of the test set";
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"down", "left", "no", "right", "up", "yes"}));
  EXPECT_EQ(counts(torch::cat({set.train.labels, set.validation.labels, set.test.labels})),
            (std::vector<int64_t>{406, 412, 405, 396, 425, 419}));
  EXPECT_EQ(set.speakers.size(), 233U);
  // Nobody speaks on two sides.
  const auto train = speakers(set.train), validation = speakers(set.validation), test = speakers(set.test);
  std::set<int64_t> all = train;
  all.insert(validation.begin(), validation.end());
  all.insert(test.begin(), test.end());
  EXPECT_EQ(all.size(), 233U);
  EXPECT_EQ(train.size() + validation.size() + test.size(), 233U);
  EXPECT_NEAR(static_cast<double>(set.test.labels.size(0)), 0.2 * 2463, 50);
  EXPECT_NEAR(static_cast<double>(set.validation.labels.size(0)), 0.1 * 2463, 60);
}

}  // namespace
}  // namespace actlab::test
