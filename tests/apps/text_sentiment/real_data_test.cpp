#include "tests/apps/text_sentiment/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;

/// From the publisher's files to a table and a trained model, where they are at hand.
class RealDataTexts : public TextProgram {
 protected:
  static bool at_hand(const std::string& dataset) {
    const char* data = std::getenv("ACTLAB_DATA");
    return data != nullptr && fs::is_directory(fs::path(data) / dataset);
  }
};

TEST_F(RealDataTexts, SentencesOfSst2AreLearned) {
  if (!at_hand("sst2-sentences")) GTEST_SKIP() << "ACTLAB_DATA names no folder with sst2-sentences";
  const auto result = run(small_grid(), {"--dataset", "sst2-sentences", "--train-limit", "3000",
                                         "--test-limit", "0", "--activations", "relu,tanh", "--epochs", "4",
                                         "--lr", "0.01", "--seeds", "0", "--format", "json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto comparison = json::parse(result.out).at(0);
  EXPECT_EQ(comparison["counts"]["test"], 1821);
  for (const auto& row : comparison["rows"]) EXPECT_GT(row["metric"]["mean"].get<double>(), 0.65) << row;
}

TEST_F(RealDataTexts, ChineseReviewsAreLearnedAndExplained) {
  if (!at_hand("chinese-waimai-10k")) GTEST_SKIP() << "ACTLAB_DATA names no folder with chinese-waimai-10k";
  const auto model = (folder_ / "model.actlab").string();
  const auto trained = run({"train", "--dataset", "chinese-waimai-10k", "--model", "dan:depth=1,embedding=32",
                            "--train-limit", "3000", "--epochs", "3", "--lr", "0.01", "--save", model});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto answer =
      json::parse(run({"predict", "--load", model, "--explain", "--format", "json", "很好吃，送餐快"}).out);
  EXPECT_EQ(answer[0]["classes"][0]["class"], "positive") << answer;
  EXPECT_GT(answer[0]["words"].size(), 3U);
}

}  // namespace
}  // namespace actlab::test
