#include "tests/apps/text_sentiment/program_test.h"

namespace actlab::test {
namespace {

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

TEST_F(CompareTexts, OneJobAndTwoGiveTheSameRecords) { expect_same_records_of_one_job_and_two(small_grid()); }

/// Two names of one function see the same split, order, weights and masks, so that their runs are one.
TEST_F(CompareTexts, SeedsArePaired) {
  run(small_grid(),
      {"--activations", "relu,leaky_relu:slope=0", "--model", "text_cnn:filters=4,embedding=8"});
  expect_paired_seeds(1e-4);
}

}  // namespace
}  // namespace actlab::test
