#include "lib/report/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "lib/activations/catalogue.h"
#include "lib/core/error.h"
#include "lib/report/writers.h"
#include "tests/lib/report/records.h"

namespace actlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> order(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const auto& row : comparison.rows) names.push_back(row.name);
  return names;
}

TEST(Compare, OrdersByMeanWithRowsWithoutRunsLast) {
  const auto comparison = compare_one(make_records());
  EXPECT_THAT(order(comparison), ElementsAre("gelu", "leaky_relu", "relu", "elu", "sigmoid", "tanh"));
  EXPECT_TRUE(comparison.rows[0].best);
  for (size_t i = 1; i < comparison.rows.size(); ++i) EXPECT_FALSE(comparison.rows[i].best);
  EXPECT_THAT(comparison.seeds, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(comparison.runs, 30);
}

TEST(Compare, SmallIsBestWhereLowerIsBetter) {
  const auto comparison = compare(make_records(), "relu", by_log_loss).at(0);
  EXPECT_THAT(order(comparison), ElementsAre("gelu", "leaky_relu", "relu", "elu", "sigmoid", "tanh"));
  EXPECT_TRUE(comparison.rows[0].best);
  EXPECT_LT(comparison.rows[0].difference.mean, 0);
  EXPECT_EQ(verdict_of(comparison, "gelu"), Verdict::better);
  EXPECT_EQ(verdict_of(comparison, "sigmoid"), Verdict::worse);
}

TEST(Compare, EveryRowWithTheBestMeanIsBest) {
  const auto comparison = compare_one(
      {make_record("relu", 0, 0.5), make_record("gelu", 0, 0.5), make_record("elu:alpha=1", 0, 0.4)});
  EXPECT_TRUE(row_of(comparison, "relu").best);
  EXPECT_TRUE(row_of(comparison, "gelu").best);
  EXPECT_FALSE(row_of(comparison, "elu").best);
}

TEST(Compare, OnlyCommonSeedsEnterTheDifference) {
  const auto comparison =
      compare_one({make_record("relu", 0, 0.5), make_record("relu", 1, 0.6), make_record("relu", 2, 0.9),
                   make_record("gelu", 3, 0.1), make_record("gelu", 1, 0.63), make_record("gelu", 0, 0.51)});
  const auto row = row_of(comparison, "gelu");
  EXPECT_EQ(row.difference.count, 2);
  EXPECT_NEAR(row.difference.mean, 0.02, 1e-12);
  EXPECT_EQ(row.metric.count, 3);
  EXPECT_EQ(verdict_of(comparison, "gelu"), Verdict::not_enough_runs);
  EXPECT_TRUE(std::isnan(row.finding.judgement.p_difference)) << "two pairs are never tested";
  EXPECT_GE(row.finding.pairs_needed.value(), 3);
  EXPECT_EQ(row_of(comparison, "relu").difference.count, 0);
}

TEST(Compare, BrokenRunsAreCountedButDoNotEnterTheMean) {
  auto records = make_records();
  for (auto& run : records) {
    if (run.status == RunStatus::diverged) run.test = {{"accuracy", 0.0}};
  }
  const auto comparison = compare_one(records);
  const auto elu = row_of(comparison, "elu");
  EXPECT_EQ(elu.ok, 3);
  EXPECT_EQ(elu.diverged, 2);
  EXPECT_NEAR(elu.metric.mean, 0.87 + 0.001 / 3, 1e-12);
  const auto tanh = row_of(comparison, "tanh");
  EXPECT_EQ(tanh.failed, 1);
  EXPECT_EQ(tanh.diverged, 4);
  EXPECT_TRUE(std::isnan(tanh.metric.mean));
  EXPECT_EQ(tanh.difference.count, 0);
  EXPECT_EQ(tanh.parameters, 235146);
  EXPECT_DOUBLE_EQ(tanh.initial_gradient.ratio, 0.004);  // of the diverged runs, as there are no others
}

TEST(Compare, NothingWorked) {
  const auto comparison = compare_one(
      {make_broken_record("relu", 0, RunStatus::failed), make_broken_record("gelu", 0, RunStatus::failed)});
  EXPECT_THAT(order(comparison), ElementsAre("gelu", "relu"));
  for (const auto& row : comparison.rows) {
    EXPECT_FALSE(row.best);
    EXPECT_EQ(row.finding.judgement.verdict, Verdict::not_enough_runs);
    EXPECT_TRUE(std::isnan(row.dead) && std::isnan(row.samples_per_second) && std::isnan(row.best_epoch));
  }
}

TEST(Compare, OneSeedHasNoInterval) {
  const auto comparison = compare_one({make_record("relu", 0, 0.5), make_record("gelu", 0, 0.6)});
  const auto row = row_of(comparison, "gelu");
  EXPECT_DOUBLE_EQ(row.metric.mean, 0.6);
  EXPECT_TRUE(std::isnan(row.metric.low) && std::isnan(row.difference.low));
  EXPECT_EQ(verdict_of(comparison, "gelu"), Verdict::not_enough_runs);
  EXPECT_FALSE(row.finding.pairs_needed) << "one pair has no spread";
}

TEST(Compare, FiguresComeFromTheProbes) {
  const auto comparison = compare_one(make_records());
  const auto row = row_of(comparison, "relu");
  EXPECT_DOUBLE_EQ(row.initial_gradient.first, 0.002);
  EXPECT_DOUBLE_EQ(row.initial_gradient.last, 0.5);
  EXPECT_DOUBLE_EQ(row.initial_gradient.ratio, 0.004);
  EXPECT_DOUBLE_EQ(row.final_gradient.ratio, 3);
  EXPECT_DOUBLE_EQ(row.dead, 0.3);
  EXPECT_DOUBLE_EQ(row.saturated, 0.2);
  EXPECT_DOUBLE_EQ(row.best_epoch, 2);
  EXPECT_DOUBLE_EQ(row.samples_per_second, 12345);
  EXPECT_NEAR(row_of(comparison, "sigmoid").initial_gradient.ratio, 3.2e-9, 1e-20);
}

TEST(Compare, OneSiteHasNoGradientRatio) {
  auto run = make_record("relu", 0, 0.5);
  run.probes = {{"only", 0, 0.5, 0, 0, 0, 0, 1}};
  const auto row = compare_one({run}).rows.at(0);
  EXPECT_DOUBLE_EQ(row.initial_gradient.first, 0.5);
  EXPECT_TRUE(std::isnan(row.initial_gradient.ratio));
  EXPECT_TRUE(std::isnan(row.final_gradient.first));  // never trained for an epoch
  EXPECT_TRUE(std::isnan(row.dead));
}

TEST(Compare, BaselineByNameByTextAndMissing) {
  const auto records = make_records();
  EXPECT_EQ(compare_one(records, "leaky_relu").baseline, "leaky_relu:slope=0.01");
  EXPECT_EQ(compare_one(records, "leaky_relu:slope=0.01").baseline, "leaky_relu:slope=0.01");
  EXPECT_EQ(
      compare_one({make_record("swish:beta=1,frozen=true", 0, 0.5), make_record("swish:beta=1", 0, 0.6)},
                  "swish")
          .baseline,
      "swish:beta=1");
  EXPECT_EQ(compare_one(records, "").baseline, "relu");
  EXPECT_EQ(compare_one(records, "").requested_baseline, "");
  EXPECT_EQ(compare_one(records, "mish").baseline, "relu");
  EXPECT_EQ(compare_one(records, "mish").requested_baseline, "mish");
  EXPECT_EQ(compare_one({make_record("tanh", 0, 0.5), make_record("gelu", 0, 0.5)}, "").baseline, "tanh");
}

TEST(Compare, ABaselineThatNeverWorkedGivesNoDifferences) {
  const auto comparison =
      compare_one({make_broken_record("relu", 0, RunStatus::diverged), make_record("gelu", 0, 0.5)});
  EXPECT_TRUE(row_of(comparison, "relu").is_baseline);
  EXPECT_EQ(row_of(comparison, "gelu").difference.count, 0);
  EXPECT_EQ(verdict_of(comparison, "gelu"), Verdict::not_enough_runs);
}

TEST(Compare, WhatWasNotHeldEqualIsAnotherSetting) {
  const auto run = make_record("relu", 0, 0.5);
  auto task = run, data = run, model = run, hyper = run, device = run;
  task.task = "text_sentiment";
  data.dataset["fingerprint"] = "fedcba9876543210";
  model.model["arguments"] = {{"depth", "16"}};
  hyper.hyperparameters["lr"] = 0.1;
  EXPECT_EQ(compare({run, task, data, model, hyper}, "", by_accuracy).size(), 5u);
  device.environment["device"] = "cuda:0";
  device.seed = 1;
  device.model["parameters"] = 5;
  const auto comparison = compare_one({run, device});
  EXPECT_EQ(comparison.rows.at(0).ok, 2);
  EXPECT_EQ(comparison.environments.size(), 2u);
}

TEST(Compare, RunsOfSeveralEnvironmentsAreSaidAboveTheTable) {
  auto records = make_records();
  EXPECT_THAT(write(compare(records, "relu", by_accuracy), "table"), Not(HasSubstr("the runs differ in")));
  records[0].environment["commit"] = "0123456789ab";
  EXPECT_THAT(write(compare(records, "relu", by_accuracy), "table"), Not(HasSubstr("the runs differ in")))
      << "another build of the same";
  records[0].environment["kernels"] = "fused";
  records[1].environment["threads"] = 2;
  for (const auto* format : {"table", "markdown", "html"}) {
    const auto text =
        std::regex_replace(write(compare(records, "relu", by_accuracy), format), std::regex("\\s+"), " ");
    EXPECT_THAT(text, HasSubstr("the runs differ in kernels: fused, not stated; threads: 1, 2")) << format;
  }
}

TEST(Compare, OfTwoRecordsForOneSeedTheBetterStatusCounts) {
  const auto good = make_record("relu", 0, 0.5), bad = make_broken_record("relu", 0, RunStatus::failed);
  for (const auto& records : {std::vector<RunRecord>{good, bad}, std::vector<RunRecord>{bad, good}}) {
    const auto comparison = compare_one(records);
    EXPECT_EQ(comparison.rows.at(0).ok, 1);
    EXPECT_EQ(comparison.rows.at(0).failed, 0);
    EXPECT_EQ(comparison.dataset_counts.at("validation"), 600);
    EXPECT_EQ(comparison.runs, 1);
  }
}

TEST(Compare, AnUnknownMetricIsAnErrorWithTheNearest) {
  try {
    compare(make_records(), "relu", {"acuracy", true, 0.005});
    FAIL() << "no error";
  } catch (const Error& problem) {
    EXPECT_EQ(problem.code(), ExitCode::usage);
    EXPECT_THAT(problem.what(), HasSubstr("did you mean 'accuracy'"));
  }
}

TEST(Compare, AMetricThatOneRunLacksIsAnErrorWithTheRun) {
  auto records = make_records();
  records[1].test.erase("log_loss");
  records[1].run_id = "0123456789abcdef";
  EXPECT_EQ(compare(records, "relu", by_accuracy).size(), 1u) << "nobody asked for it";
  try {
    compare(records, "relu", by_log_loss);
    FAIL() << "no error";
  } catch (const Error& problem) {
    EXPECT_EQ(problem.code(), ExitCode::data);
    EXPECT_THAT(problem.what(), testing::AllOf(HasSubstr("0123456789abcdef"), HasSubstr("log_loss")));
  }
}

TEST(Compare, NoRecordsNoComparison) { EXPECT_TRUE(compare({}, "relu", by_accuracy).empty()); }

/// Two rows of the catalogue that are one function and learn nothing; empty texts when it has none.
std::pair<std::string, std::string> twins() {
  for (const auto& first : catalogue()) {
    for (const auto& second : catalogue()) {
      if (&first == &second || first.twin.empty() || first.twin != second.twin) continue;
      const auto one = resolve_activation({first.name, {}}), other = resolve_activation({second.name, {}});
      if (!one.learns() && !other.learns()) return {one.text(), other.text()};
    }
  }
  return {};
}

TEST(Compare, TwinsGiveTheNoiseFloor) {
  const auto [first, second] = twins();
  ASSERT_FALSE(first.empty()) << "the catalogue has no twins";
  std::vector<RunRecord> records;
  for (long seed = 0; seed < 3; ++seed) {
    const double luck = 0.001 * static_cast<double>(seed);
    records.push_back(make_record(second, seed, 0.5));
    records.push_back(make_record(first, seed, 0.51 + luck));
  }
  const auto comparison = compare_one(records);
  ASSERT_EQ(comparison.noise_floors.size(), 1u);
  EXPECT_EQ(comparison.noise_floors[0].first, first);
  EXPECT_EQ(comparison.noise_floors[0].second, second);
  EXPECT_NEAR(comparison.noise_floors[0].difference.mean, 0.011, 1e-12);
  EXPECT_EQ(comparison.noise_floors[0].finding.judgement.verdict,
            judge({{{0.010, 0.011, 0.012}}}, {0.005, 0.001}).at(0).verdict);
  EXPECT_TRUE(compare_one(make_records()).noise_floors.empty());
}

TEST(Compare, WhatLearnsIsATwinNoLonger) {
  const auto swish = resolve_activation(parse_spec("swish")).text();
  const auto constant = resolve_activation(parse_spec("swish:frozen=true")).text();
  const auto silu = make_record("silu", 0, 0.5);
  EXPECT_TRUE(compare_one({silu, make_record(swish, 0, 0.5)}).noise_floors.empty());
  EXPECT_EQ(compare_one({silu, make_record(constant, 0, 0.5)}).noise_floors.size(), 1u);
}

TEST(Compare, OtherArgumentsMakeNoTwin) {
  const auto [first, second] = twins();
  ASSERT_FALSE(first.empty()) << "the catalogue has no twins";
  auto other = make_record(first, 0, 0.5);
  other.activation["text"] = first.substr(0, first.find(':')) + ":made_up=7";
  EXPECT_TRUE(compare_one({other, make_record(second, 0, 0.5)}).noise_floors.empty());
}

}  // namespace
}  // namespace actlab
