#include "tests/apps/process.h"

namespace actlab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A row that a program adds is in no way second to those of the library.
class OwnRow : public CommandLine {
 protected:
  OwnRow() : CommandLine(ACTLAB_OWN_ROW) {}
};

TEST_F(OwnRow, StandsInTheList) {
  const auto list = run({"activations", "list", "all", "--format", "csv"});
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(HasSubstr("slow_tanh:beta=0.7"), HasSubstr("relu")));
}

TEST_F(OwnRow, IsCheckedAsTheOthersAre) {
  const auto check = run({"activations", "check", "slow_tanh"});
  EXPECT_EQ(check.code, 0) << check.out << check.err;
  EXPECT_THAT(check.out, AllOf(HasSubstr("slow_tanh:beta=0.7"), HasSubstr("ok"), Not(HasSubstr("FAILED"))));
}

TEST_F(OwnRow, IsComparedInWorkerProcessesToo) {
  const auto compare = run({"compare", "--activations", "relu,slow_tanh:beta=0.4", "--seeds", "0", "--jobs",
                            "2", "--model", "mlp:depth=1,width=16", "--train-limit", "200", "--test-limit",
                            "50", "--epochs", "1", "--output", (folder_ / "output").string()});
  EXPECT_EQ(compare.code, 0) << compare.err;
  EXPECT_THAT(compare.out, AllOf(HasSubstr("slow_tanh:beta=0.4"), HasSubstr("relu")));
  EXPECT_THAT(compare.err, HasSubstr("2 of 2 runs"));
}

}  // namespace
}  // namespace actlab::test
