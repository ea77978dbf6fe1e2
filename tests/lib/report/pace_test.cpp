#include "lib/report/pace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/report/page.h"
#include "tests/lib/report/records.h"

namespace actlab {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A run whose validation accuracy after each epoch is given; every epoch takes `seconds`.
RunRecord make_course(const std::string& activation, long seed, const std::vector<double>& accuracies,
                      double seconds) {
  auto run = make_record(activation, seed, 0.8);
  run.history = {};
  for (const double accuracy : accuracies)
    run.history.add({{"epoch", static_cast<double>(run.history.size() + 1)},
                     {"validation_accuracy", accuracy},
                     {"seconds", seconds}});
  return run;
}

/// The best mean of best epochs is relu's, (0.8 + 0.6) / 2 = 0.7, so the goal is 0.63.
std::vector<RunRecord> courses() {
  return {make_course("relu", 0, {0.5, 0.64, 0.8}, 1), make_course("relu", 1, {0.55, 0.6, 0.5}, 1),
          make_course("tanh", 0, {0.7, 0.2}, 4),       make_course("tanh", 1, {0.62}, 2),
          make_course("sigmoid", 0, {0.1, 0.2}, 1),    make_course("sigmoid", 1, {0.1, 0.1}, 1)};
}

TEST(Pace, CountsEpochsAndSecondsUntilTheGoal) {
  const auto comparison = compare_one(courses());
  EXPECT_DOUBLE_EQ(comparison.pace_goal, 0.63);
  const auto& relu = row_of(comparison, "relu").pace;
  EXPECT_EQ(relu.reached, 1);  // with seed 0, in its second epoch
  EXPECT_DOUBLE_EQ(relu.epochs.mean, 2);
  EXPECT_DOUBLE_EQ(relu.seconds.mean, 2);
  EXPECT_EQ(relu.speedup.count, 0);
  const auto& tanh = row_of(comparison, "tanh").pace;
  EXPECT_EQ(tanh.reached, 1);
  EXPECT_DOUBLE_EQ(tanh.speedup.mean, 0.5);  // 2 seconds of relu over 4 of tanh, seed 0 alone
  EXPECT_EQ(row_of(comparison, "sigmoid").pace.reached, 0);
  EXPECT_EQ(row_of(comparison, "sigmoid").pace.epochs.count, 0);
}

TEST(Pace, SpeedupIsTheGeometricMeanOfPairedRatios) {
  const auto comparison =
      compare_one({make_course("relu", 0, {0.5, 0.8}, 1), make_course("relu", 1, {0.8}, 9),
                   make_course("tanh", 0, {0.8}, 1), make_course("tanh", 1, {0.8}, 2)});
  const auto& speedup = row_of(comparison, "tanh").pace.speedup;
  EXPECT_EQ(speedup.count, 2);
  EXPECT_DOUBLE_EQ(speedup.mean, 3);  // √(2/1 · 9/2)
  // Student's t for one degree of freedom at 97.5 % is 12.7062; the logarithms are ln 3 ± ln 1.5.
  EXPECT_NEAR(speedup.high, std::exp(std::log(3) + 12.7062 * std::log(1.5)), 0.02);
  EXPECT_NEAR(speedup.low * speedup.high, 9, 1e-9);
}

TEST(Pace, AMachineThatStoodStillChangesNothing) {
  auto runs = courses();
  runs[0].history = {};
  for (const auto& [accuracy, seconds] : {std::pair(0.5, 1000.0), {0.64, 1.0}, {0.8, 1.0}})
    runs[0].history.add({{"epoch", static_cast<double>(runs[0].history.size() + 1)},
                         {"validation_accuracy", accuracy},
                         {"seconds", seconds}});
  const auto comparison = compare_one(runs);
  EXPECT_DOUBLE_EQ(row_of(comparison, "relu").pace.seconds.mean, 2);
  EXPECT_DOUBLE_EQ(row_of(comparison, "tanh").pace.speedup.mean, 0.5);
}

TEST(Pace, StandsOnThePageWhereMoreIsBetter) {
  const auto page_by = [](const Yardstick& yardstick) {
    return results_page("Title", {{"Section", "command", compare(courses(), "relu", yardstick)}});
  };
  EXPECT_THAT(page_by(by_accuracy), HasSubstr("How soon accuracy reaches 63.00 % on validation data"));
  EXPECT_THAT(page_by(by_accuracy), HasSubstr("| **sigmoid** | **0/2** | **–** | **–** | **–** |"));
  EXPECT_THAT(page_by(by_log_loss), Not(HasSubstr("How soon")));
}

}  // namespace
}  // namespace actlab
