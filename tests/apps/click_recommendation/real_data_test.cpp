#include "tests/apps/click_recommendation/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;

/// From the publisher's files to a table, recommendations and scores, where they are at hand.
class RealDataClicks : public ClickProgram {
 protected:
  static bool at_hand(const std::string& dataset) {
    const char* data = std::getenv("ACTLAB_DATA");
    return data != nullptr && fs::is_directory(fs::path(data) / dataset);
  }
};

TEST_F(RealDataClicks, MovieLensIsLearnedAndRecommended) {
  if (!at_hand("movielens-latest-small"))
    GTEST_SKIP() << "ACTLAB_DATA names no folder with movielens-latest-small";
  const auto model = (folder_ / "model.actlab").string();
  const auto trained = run({"train", "--dataset", "movielens-latest-small", "--split", "random", "--model",
                            "mlp:width=32", "--epochs", "1", "--save", model, "--quiet"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto values = json::parse(run({"evaluate", "--load", model, "--format", "json"}).out);
  EXPECT_GT(values["auc"], 0.75);
  const auto items = json::parse(run({"recommend", "--load", model, "--user", "42", "--format", "json"}).out);
  ASSERT_EQ(items.size(), 10U);
  EXPECT_NE(items[0]["title"], items[0]["item"]);
  const auto ranked = run({"rank", "--load", model, "--users", "5", "--format", "json"});
  EXPECT_EQ(ranked.code, 0) << ranked.err;
}

TEST_F(RealDataClicks, CriteoIsComparedAndScored) {
  if (!at_hand("criteo-10k")) GTEST_SKIP() << "ACTLAB_DATA names no folder with criteo-10k";
  const auto result = run(small_grid(), {"--dataset", "criteo-10k", "--train-limit", "4000", "--epochs", "4",
                                         "--activations", "relu,tanh", "--seeds", "0", "--format", "json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto comparison = json::parse(result.out).at(0);
  EXPECT_EQ(comparison["counts"]["test"], 500);
  for (const auto& row : comparison["rows"]) EXPECT_GT(row["metric"]["mean"], 0.6) << row;

  const auto model = (folder_ / "model.actlab").string();
  run({"train", "--dataset", "criteo-10k", "--train-limit", "2000", "--model", small_model, "--save", model});
  const auto file = fs::path(std::getenv("ACTLAB_DATA")) / "criteo-10k" / "train_first10000.txt";
  const auto scores = run({"score", "--load", model, file.string(), "--format", "csv"});
  EXPECT_EQ(scores.code, 0) << scores.err;
  EXPECT_EQ(std::count(scores.out.begin(), scores.out.end(), '\n'), 10'001);
  EXPECT_EQ(run({"recommend", "--load", model, "--user", "1"}).code, 2) << "there are no users";
}

}  // namespace
}  // namespace actlab::test
