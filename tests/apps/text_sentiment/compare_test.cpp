#include "tests/apps/text_sentiment/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

using CompareTexts = TextProgram;

TEST_F(CompareTexts, TrainsAGridWhoseTableTellsOfUnknownWords) {
  const auto result = run(small_grid());
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(records_in(output()).size(), 4U);
  EXPECT_THAT(result.out, AllOf(HasSubstr("reviews"), HasSubstr("% of the test words are unknown")));
  EXPECT_THAT(run({"report", output(), "--metric", "auc"}).out, HasSubstr("auc"));
  EXPECT_THAT(run(small_grid()).err, HasSubstr("0 of them new"));
}

TEST_F(CompareTexts, OneJobAndTwoGiveTheSameRecords) {
  run(small_grid(), {"--jobs", "1"});
  const auto one = contents(records_in(output()));
  EXPECT_EQ(one.size(), 4U);
  run(small_grid(), {"--jobs", "2", "--fresh"});
  EXPECT_EQ(one, contents(records_in(output())));
}

/// Two names of one function see the same split, order, weights and masks, so that their runs are one.
TEST_F(CompareTexts, SeedsArePaired) {
  run(small_grid(),
      {"--activations", "relu,leaky_relu:slope=0", "--model", "text_cnn:filters=4,embedding=8"});
  std::map<long, std::vector<double>> losses;
  for (const auto& file : records_in(output())) {
    const auto record = json::parse(slurp(file));
    losses[record["seed"]].push_back(record["history"].back()["train_loss"]);
  }
  ASSERT_EQ(losses.size(), 2U);
  for (const auto& [seed, pair] : losses) {
    ASSERT_EQ(pair.size(), 2U);
    EXPECT_NEAR(pair[0], pair[1], 1e-5) << "seed " << seed;
  }
  EXPECT_GT(std::abs(losses[0][0] - losses[1][0]), 1e-4) << "seeds differ";
}

}  // namespace
}  // namespace actlab::test
