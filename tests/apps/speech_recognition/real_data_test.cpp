#include "tests/apps/speech_recognition/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;

/// From the publisher's files to a table, a trained model and a stream, where they are at hand.
class RealDataWords : public SpeechProgram {
 protected:
  static bool at_hand(const std::string& dataset) {
    const char* data = std::getenv("ACTLAB_DATA");
    return data != nullptr && fs::is_directory(fs::path(data) / dataset);
  }
};

TEST_F(RealDataWords, SpokenDigitsAreLearned) {
  if (!at_hand("fsdd")) GTEST_SKIP() << "ACTLAB_DATA names no folder with fsdd";
  const auto model = file("model.actlab");
  const auto trained = run({"train", "--dataset", "fsdd", "--epochs", "6", "--save", model});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto values = json::parse(run({"evaluate", "--load", model, "--format", "json"}).out);
  EXPECT_GT(values["accuracy"].get<double>(), 0.85);
}

TEST_F(RealDataWords, ASpeakerWhoWasLeftOutIsHarderToUnderstand) {
  if (!at_hand("fsdd")) GTEST_SKIP() << "ACTLAB_DATA names no folder with fsdd";
  const auto result =
      run({"compare", "--dataset", "fsdd", "--leave-out", "theo", "--activations", "relu,tanh", "--seeds",
           "0", "--epochs", "4", "--output", output(), "--format", "json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto comparison = json::parse(result.out).at(0);
  EXPECT_EQ(comparison["counts"]["test"], 500);
  for (const auto& row : comparison["rows"]) {
    EXPECT_GT(row["metric"]["mean"].get<double>(), 0.3) << row;
    EXPECT_LT(row["metric"]["mean"].get<double>(), 0.9) << row;
  }
}

TEST_F(RealDataWords, SixCommandsAreLearnedAndFoundInAStream) {
  if (!at_hand("speech-commands")) GTEST_SKIP() << "ACTLAB_DATA names no folder with speech-commands";
  const auto model = file("model.actlab");
  const auto trained =
      run({"train", "--dataset", "speech-commands", "--silence", "10", "--epochs", "8", "--save", model});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto values = json::parse(run({"evaluate", "--load", model, "--format", "json"}).out);
  EXPECT_GT(values["accuracy"].get<double>(), 0.5) << "chance is 0.17";
  const auto stream = run({"stream", "--load", model, "--test-limit", "60", "--format", "json"});
  ASSERT_EQ(stream.code, 0) << stream.err;
  const auto score = json::parse(stream.out)["score"];
  EXPECT_GT(score["hits"], 12) << "of 60";
  EXPECT_LT(score["wrong"], 12) << "of 60";
}

}  // namespace
}  // namespace actlab::test
