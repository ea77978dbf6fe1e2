// What a comparison says about differences, and about learning rates that were tuned.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lib/report/records.h"

namespace actlab {
namespace {

TEST(Compare, EveryRowButTheBaselineIsJudged) {
  const auto comparison = compare_one(make_records());
  EXPECT_EQ(verdict_of(comparison, "gelu"), Verdict::better);
  EXPECT_EQ(verdict_of(comparison, "sigmoid"), Verdict::worse);
  EXPECT_EQ(verdict_of(comparison, "leaky_relu"), Verdict::not_enough_runs) << "of five rows, and noisy";
  EXPECT_EQ(verdict_of(comparison, "elu"), Verdict::not_enough_runs) << "three pairs, and two seeds lost";
  EXPECT_EQ(verdict_of(comparison, "tanh"), Verdict::worse) << "four seeds lost of four";
  EXPECT_GT(row_of(comparison, "leaky_relu").finding.pairs_needed.value(), 5);
  EXPECT_FALSE(row_of(comparison, "elu").finding.pairs_needed)
      << "no number of pairs makes up for lost seeds";
}

TEST(Compare, VerdictsAreThoseOfTheOneRule) {
  const auto comparison = compare_one(make_records());
  const std::vector<double> gelu = {0.011, 0.009, 0.011, 0.009, 0.011},
                            leaky = {-0.002, 0.004, -0.002, 0.004, -0.002}, elu = {-0.009, -0.013, -0.013},
                            sigmoid = {-0.777, -0.785, -0.781, -0.789, -0.785};
  const auto expected = judge({{gelu}, {leaky}, {elu, 2}, {sigmoid}, {{}, 4}}, {0.005, 0.001});
  const char* names[] = {"gelu", "leaky_relu", "elu", "sigmoid", "tanh"};
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto& judgement = row_of(comparison, names[i]).finding.judgement;
    EXPECT_EQ(judgement.verdict, expected[i].verdict) << names[i];
    EXPECT_NEAR(judgement.p_difference, expected[i].p_difference, 1e-9) << names[i];
    EXPECT_NEAR(judgement.p_equivalence, expected[i].p_equivalence, 1e-9) << names[i];
  }
}

TEST(Compare, TheThresholdDecidesWhatMatters) {
  const auto verdict = [](double threshold) {
    return verdict_of(compare(make_records(), "relu", {"accuracy", true, threshold}).at(0), "gelu");
  };
  EXPECT_EQ(verdict(0.005), Verdict::better);
  EXPECT_EQ(verdict(0.011), Verdict::not_enough_runs);
  EXPECT_EQ(verdict(0.05), Verdict::no_practical_difference);
}

TEST(Compare, AFewExamplesCannotShowEquality) {
  std::vector<RunRecord> records;
  for (long seed = 0; seed < 3; ++seed) {
    for (const auto* name : {"relu", "gelu"}) records.push_back(make_record(name, seed, 0.9));
  }
  EXPECT_EQ(verdict_of(compare_one(records), "gelu"), Verdict::no_practical_difference);
  for (auto& run : records) run.dataset["test"] = 50;
  EXPECT_EQ(verdict_of(compare_one(records), "gelu"), Verdict::not_enough_runs)
      << "one of 50 examples is 2 %";
}

TEST(Compare, DivergenceCountsForTheVerdictAndFailuresDoNot) {
  const auto verdict = [](RunStatus status, const std::string& broken) {
    std::vector<RunRecord> records;
    for (long seed = 0; seed < 5; ++seed) {
      for (const std::string name : {"relu", "gelu"}) {
        records.push_back(name == broken ? make_broken_record(name, seed, status)
                                         : make_record(name, seed, 0.9));
      }
    }
    return verdict_of(compare_one(records), "gelu");
  };
  EXPECT_EQ(verdict(RunStatus::diverged, "gelu"), Verdict::worse);
  EXPECT_EQ(verdict(RunStatus::diverged, "relu"), Verdict::better);
  EXPECT_EQ(verdict(RunStatus::failed, "gelu"), Verdict::not_enough_runs);
}

TEST(Compare, ARunWhoseMetricIsNotFiniteCountsAsDiverged) {
  auto broken = make_record("gelu", 0, 0.5);
  broken.test["accuracy"] = std::nan("");
  const auto row =
      row_of(compare_one({make_record("relu", 0, 0.5), broken, make_record("gelu", 1, 0.6)}), "gelu");
  EXPECT_EQ(row.ok, 1);
  EXPECT_EQ(row.diverged, 1);
  EXPECT_DOUBLE_EQ(row.metric.mean, 0.6);
}

/// A run at a rate that was tuned over three.
RunRecord make_tuned(const std::string& activation, long seed, double accuracy, double lr) {
  auto run = make_record(activation, seed, accuracy);
  run.hyperparameters["lr"] = lr;
  run.tuning = {{"rates", {0.001, 0.01, 0.1}}, {"seeds", {0}}};
  return run;
}

TEST(Compare, TunedRatesAreOneSettingBesideTheUntunedOne) {
  const auto comparisons =
      compare({make_tuned("relu", 0, 0.5, 0.01), make_record("relu", 0, 0.4), make_record("gelu", 0, 0.5),
               make_tuned("gelu", 0, 0.6, 0.1), make_tuned("relu", 1, 0.5, 0.01)},
              "relu", by_accuracy);
  ASSERT_EQ(comparisons.size(), 2u);
  const auto& tuned = comparisons[0];
  EXPECT_FALSE(tuned.hyperparameters.contains("lr"));
  EXPECT_EQ(tuned.tuning["rates"].size(), 3u);
  EXPECT_EQ(row_of(tuned, "relu").lr, 0.01);
  EXPECT_FALSE(row_of(tuned, "relu").lr_at_end);
  EXPECT_EQ(row_of(tuned, "relu").ok, 2);
  EXPECT_EQ(row_of(tuned, "gelu").lr, 0.1);
  EXPECT_TRUE(row_of(tuned, "gelu").lr_at_end);
  EXPECT_NEAR(row_of(tuned, "gelu").difference.mean, 0.1, 1e-12);
  EXPECT_EQ(comparisons[1].hyperparameters["lr"], 0.001);
  EXPECT_FALSE(row_of(comparisons[1], "gelu").lr_at_end);
}

TEST(Compare, TwoRatesOfOneActivationAreTwoRows) {
  const auto comparison = compare_one(
      {make_tuned("relu", 0, 0.5, 0.01), make_tuned("gelu", 0, 0.6, 0.1), make_tuned("gelu", 1, 0.7, 0.01)});
  ASSERT_EQ(comparison.rows.size(), 3u);
  EXPECT_EQ(comparison.rows[0].name, comparison.rows[1].name);
}

TEST(Compare, TrialsOfRatesHaveNoPart) {
  auto trial = make_record("gelu", 0, 0.99);
  trial.tuning = {{"trial", true}};
  EXPECT_EQ(compare_one({trial, make_record("relu", 0, 0.5)}).rows.size(), 1u);
  EXPECT_TRUE(compare({trial}, "relu", by_accuracy).empty());
}

}  // namespace
}  // namespace actlab
