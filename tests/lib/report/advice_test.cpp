#include "lib/report/advice.h"

#include <gmock/gmock.h>

#include "tests/lib/report/records.h"

namespace actlab {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const Yardstick in_looks = {"accuracy", true, 0.005, Method::in_looks_on_validation};
constexpr long many = 100000;

/// Runs of an activation over so many seeds: relu's luck, a shift, and a little noise of its own.
std::vector<RunRecord> runs(const std::string& activation, long seeds, double shift, double noise = 0.0005) {
  std::vector<RunRecord> records;
  for (long seed = 0; seed < seeds; ++seed) {
    const double luck = 0.002 * static_cast<double>(seed % 3);
    records.push_back(make_record(activation, seed, 0.88 + luck + shift + (seed % 2 == 0 ? noise : -noise)));
  }
  return records;
}

Comparison compared(const std::vector<std::vector<RunRecord>>& groups) {
  auto records = runs("relu", 9, 0, 0);
  for (const auto& group : groups) records.insert(records.end(), group.begin(), group.end());
  for (auto& run : records) run.dataset["validation"] = run.dataset["test"] = 10000;
  return compare(records, "relu", in_looks).at(0);
}

TEST(Advice, TakesTheBestOfThoseThatAreBetter) {
  const auto advice =
      advise(compared({runs("gelu", 9, 0.02), runs("mish", 9, 0.03), runs("tanh", 9, -0.02)}), many);
  EXPECT_EQ(advice.activation, "mish");
  EXPECT_TRUE(advice.change && advice.decided);
  EXPECT_THAT(advice.text,
              AllOf(StartsWith("Use mish in place of relu: validation accuracy changes by +3.0"),
                    HasSubstr("percentage points [+"), HasSubstr("] over 9 seeds"),
                    HasSubstr("where 0.5 percentage points matter. Better than relu too: gelu")));
  EXPECT_THAT(advice.caveats, IsEmpty());
}

TEST(Advice, StaysWithTheBaselineWhereNothingIsBetter) {
  const auto advice = advise(compared({runs("gelu", 9, 0), runs("tanh", 9, -0.02)}), many);
  EXPECT_EQ(advice.activation, "relu");
  EXPECT_TRUE(!advice.change && advice.decided);
  EXPECT_THAT(
      advice.text,
      StartsWith("Stay with relu: neither of the two others is better than it by 0.5 percentage points"));
}

TEST(Advice, LeavesThingsAsTheyAreWhileUndecided) {
  const auto advice = advise(compared({runs("gelu", 9, 0.02, 0.1), runs("tanh", 3, 0.05)}), many);
  EXPECT_EQ(advice.activation, "relu");
  EXPECT_TRUE(!advice.change && !advice.decided);
  EXPECT_THAT(advice.text,
              AllOf(StartsWith("Stay with relu for now: nothing is proven better. It is not known yet"),
                    HasSubstr("tanh and gelu make a difference")));
}

TEST(Advice, LeavesARivalThatIsUndecidedAside) {
  const auto advice = advise(compared({runs("gelu", 9, 0.02), runs("tanh", 3, 0.05)}), many);
  EXPECT_EQ(advice.activation, "gelu");
  EXPECT_TRUE(advice.change && !advice.decided);
  EXPECT_THAT(advice.text, HasSubstr("It is not known yet whether tanh makes a difference"));
}

TEST(Advice, ABaselineThatDivergesIsLeft) {
  std::vector<RunRecord> records = runs("gelu", 9, 0);
  for (long seed = 0; seed < 9; ++seed)
    records.push_back(make_broken_record("relu", seed, RunStatus::diverged));
  const auto advice = advise(compare(records, "relu", in_looks).at(0), many);
  EXPECT_EQ(advice.activation, "gelu");
  EXPECT_THAT(advice.text, StartsWith("Use gelu in place of relu, of which too many runs diverge."));
}

TEST(Advice, ThereIsNoneWhereNothingTrains) {
  std::vector<RunRecord> records;
  for (long seed = 0; seed < 4; ++seed) {
    for (const auto* name : {"relu", "gelu"})
      records.push_back(make_broken_record(name, seed, RunStatus::diverged));
  }
  const auto advice = advise(compare(records, "relu", in_looks).at(0), many);
  EXPECT_EQ(advice.activation, "");
  EXPECT_THAT(advice.text, StartsWith("No advice: no run of relu trained to the end."));
}

TEST(Advice, SaysWhenTheDataAreTooFew) {
  auto records = runs("relu", 4, 0, 0);
  for (auto& run : runs("gelu", 4, 0)) records.push_back(run);
  for (auto& run : records) run.dataset["validation"] = run.dataset["test"] = 50;
  const auto caveats = advise(compare(records, "relu", in_looks).at(0), 450).caveats;
  EXPECT_THAT(caveats,
              ElementsAre(AllOf(HasSubstr("one of 50 validation examples is 2 percentage points of accuracy"),
                                HasSubstr("seeds for a verdict")),
                          AllOf(HasSubstr("known to ± 1.6 percentage points only from 450 examples"),
                                HasSubstr("the threshold of 0.5")),
                          "there are only 50 validation examples", "there are only 50 test examples"));
}

TEST(InLooks, VerdictsAreOfValidationDataAndTestFiguresStandBeside) {
  auto records = runs("relu", 9, 0, 0);
  for (auto run : runs("gelu", 9, 0.02)) {
    run.test["accuracy"] = 0.5;
    records.push_back(run);
  }
  const auto comparison = compare(records, "relu", in_looks).at(0);
  const auto& gelu = row_of(comparison, "gelu");
  EXPECT_EQ(gelu.finding.judgement.verdict, Verdict::better);
  EXPECT_EQ(gelu.finding.looks, 3);
  EXPECT_NEAR(gelu.metric.mean, 0.88 + 0.002 + 0.02 - 0.01, 1e-3);
  EXPECT_DOUBLE_EQ(gelu.test.mean, 0.5);
}

TEST(InLooks, SeedsBetweenTwoLooksAreNotJudged) {
  const auto at = [](long seeds) { return row_of(compared({runs("gelu", seeds, 0.02)}), "gelu"); };
  EXPECT_EQ(at(3).finding.looks, 0);
  EXPECT_EQ(at(3).finding.judgement.verdict, Verdict::not_enough_runs);
  EXPECT_EQ(at(5).finding.looks, 1);
  EXPECT_EQ(at(5).difference.count, 4);
  EXPECT_EQ(at(5).metric.count, 5);
  EXPECT_EQ(at(5).finding.judgement.p_difference, at(4).finding.judgement.p_difference);
}

TEST(InLooks, IntervalsAreAsWideAsTheLookAsksFor) {
  const auto comparison = compared({runs("gelu", 9, 0.02)});
  const auto& row = row_of(comparison, "gelu");
  std::vector<double> differences;
  for (long seed = 0; seed < 9; ++seed) differences.push_back(0.02 + (seed % 2 == 0 ? 0.0005 : -0.0005));
  EXPECT_NEAR(row.difference.high, t_interval(differences, 1 - 0.05 * share_of_look(3)).high, 1e-9);
}

}  // namespace
}  // namespace actlab
