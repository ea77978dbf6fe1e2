#include <set>

#include "tests/apps/click_recommendation/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

using CompareClicks = ClickProgram;

TEST_F(CompareClicks, TrainsAGridWhoseTableEndsWithTheBestPossible) {
  const auto result = run(small_grid());
  EXPECT_EQ(result.code, 0) << result.err;
  const auto records = records_in(output());
  ASSERT_EQ(records.size(), 4U);
  const auto record = json::parse(slurp(records[0]));
  const double best = record["dataset"]["ceiling"]["auc"];
  for (const auto* metric : {"auc", "gauc", "log_loss", "rig", "calibration", "ece"})
    EXPECT_TRUE(record["metrics"]["test"].contains(metric)) << metric;
  EXPECT_LT(record["metrics"]["test"]["auc"], best);
  EXPECT_THAT(result.out, AllOf(HasSubstr("0.001 of auc"), ContainsRegex("\nbest possible +0\\.[0-9]+ *\n")));
  const auto report = json::parse(run({"report", output(), "--format", "json"}).out);
  EXPECT_EQ(report[0]["best_possible"], best);
  EXPECT_THAT(run({"report", output(), "--metric", "log_loss"}).out, HasSubstr("best possible"));
  EXPECT_THAT(run({"report", output(), "--metric", "gauc"}).out, Not(HasSubstr("best possible")));
  EXPECT_THAT(run(small_grid()).err, HasSubstr("0 of them new"));
}

TEST_F(CompareClicks, OneJobAndTwoGiveTheSameRecords) {
  expect_same_records_of_one_job_and_two(small_grid());
}

/// Two names of one function see the same split, order and weights, so that their runs are one.
TEST_F(CompareClicks, SeedsArePaired) {
  run(small_grid(), {"--activations", "relu,leaky_relu:slope=0", "--model", "deepfm:embedding=4,width=8"});
  expect_paired_seeds(1e-5);
}

/// What only the data side reads changes the experiment, and so the run.
TEST_F(CompareClicks, DataFlagsReachTheData) {
  const std::vector<std::string> list = {"compare", "--dry-run", "--activations", "relu",          "--seeds",
                                         "0",       "--model",   small_model,     "--train-limit", "2000"};
  std::set<std::string> runs;
  for (const std::vector<std::string>& more : {std::vector<std::string>{},
                                               {"--split", "random"},
                                               {"--split", "user"},
                                               {"--min-count", "40"},
                                               {"--hash-buckets", "50"},
                                               {"--history", "1"}})
    EXPECT_TRUE(runs.insert(run(list, more).out.substr(0, 16)).second) << testing::PrintToString(more);
  EXPECT_EQ(runs.count(""), 0U);
}

}  // namespace
}  // namespace actlab::test
