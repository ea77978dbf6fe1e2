#include "lib/statistics/intervals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/lib/statistics/golden.h"

namespace actlab {
namespace {

const double nan = std::nan("");

/// SciPy 1.10 computes Student quantiles (Cephes' stdtrit) to about nine digits only.
void expect_interval(const Interval& interval, const nlohmann::json& expected) {
  const double tolerance = 1e-8 * interval.half_width();
  EXPECT_NEAR(interval.mean, expected["mean"], 1e-13);
  EXPECT_NEAR(interval.low, expected["low"], tolerance);
  EXPECT_NEAR(interval.high, expected["high"], tolerance);
}

TEST(Intervals, AgreeWithSciPy) {
  const auto pairs = test::golden("pairs");
  ASSERT_FALSE(pairs.empty());
  for (const auto& pair : pairs) {
    const std::vector<double> values = pair["values"], baseline = pair["baseline"];
    for (const auto& expected : pair["intervals"])
      expect_interval(t_interval(values, expected["level"]), expected);
    expect_interval(paired_interval(values, baseline), pair["difference"]);
    const double p_value = pair["p_value"];
    EXPECT_NEAR(paired_t_test(values, baseline), p_value, 1e-9 * p_value);
    EXPECT_EQ(paired_interval(values, baseline).count, static_cast<long>(values.size()));
  }
}

TEST(Intervals, OfOneValueIsNone) {
  const auto interval = t_interval({0.5});
  EXPECT_EQ(interval.mean, 0.5);
  EXPECT_TRUE(std::isnan(interval.low) && std::isnan(interval.high) && std::isnan(interval.half_width()));
  EXPECT_EQ(interval.count, 1);
  EXPECT_TRUE(std::isnan(paired_t_test({0.5}, {0.4})));
}

TEST(Intervals, OfNothingIsNothing) {
  const auto interval = t_interval({});
  EXPECT_TRUE(std::isnan(interval.mean));
  EXPECT_EQ(interval.count, 0);
  EXPECT_TRUE(std::isnan(paired_t_test({}, {})));
}

TEST(Intervals, OfEqualValuesHaveNoWidth) {
  const auto interval = t_interval({0.25, 0.25, 0.25});
  EXPECT_EQ(interval.low, 0.25);
  EXPECT_EQ(interval.high, 0.25);
  EXPECT_EQ(paired_t_test({1, 2, 3}, {1, 2, 3}), 1);
  EXPECT_EQ(paired_t_test({2, 3, 4}, {1, 2, 3}), 0);
}

TEST(Intervals, KeepNaNsInSight) {
  EXPECT_TRUE(std::isnan(t_interval({1, nan, 2}).mean));
  EXPECT_TRUE(std::isnan(paired_t_test({1, nan, 2}, {1, 1, 1})));
}

TEST(Intervals, RejectWrongLengthsAndLevels) {
  EXPECT_THROW(paired_interval({1, 2}, {1}), std::invalid_argument);
  EXPECT_THROW(paired_t_test({1}, {1, 2}), std::invalid_argument);
  for (const double level : {0.0, 1.0, -1.0, 2.0, nan})
    EXPECT_THROW(t_interval({1, 2}, level), std::invalid_argument);
}

TEST(Holm, FollowsItsDefinition) {
  for (const auto& family : test::golden("holm")) {
    const auto adjusted = holm(family["p_values"]);
    const std::vector<double> expected = family["adjusted"];
    ASSERT_EQ(adjusted.size(), expected.size());
    for (size_t i = 0; i < adjusted.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-15);
  }
}

TEST(Holm, DoesNotCountTestsThatWereNotMade) {
  const auto adjusted = holm({0.01, nan, 0.02});
  EXPECT_DOUBLE_EQ(adjusted[0], 0.02);
  EXPECT_TRUE(std::isnan(adjusted[1]));
  EXPECT_DOUBLE_EQ(adjusted[2], 0.02);
  EXPECT_TRUE(holm({}).empty());
}

TEST(Equivalence, AgreesWithTwoOneSidedTestsOfSciPy) {
  for (const auto& entry : test::golden("equivalence")) {
    const double p_value = entry["p_value"];
    EXPECT_NEAR(equivalence_test(moments(entry["sample"]), entry["threshold"]), p_value, 1e-9 * p_value);
  }
}

TEST(Equivalence, IsWhatTheIntervalSays) {
  const std::vector<double> sample = {0.1, -0.2, 0.4, 0.3, -0.1};
  const auto interval = t_interval(sample, 0.9);
  EXPECT_LT(equivalence_test(moments(sample), interval.high * 1.0001), 0.05);
  EXPECT_GT(equivalence_test(moments(sample), interval.high * 0.9999), 0.05);
}

TEST(Equivalence, WithoutSpreadOrSampleOrThreshold) {
  EXPECT_EQ(equivalence_test(moments({1, 1, 1}), 1.5), 0);
  EXPECT_EQ(equivalence_test(moments({1, 1, 1}), 1), 1);
  EXPECT_EQ(equivalence_test(moments({0, 0}), 0), 1);
  EXPECT_TRUE(std::isnan(equivalence_test(moments({1}), 2)));
  for (const double threshold : {-1.0, nan, HUGE_VAL})
    EXPECT_THROW(equivalence_test(moments({1, 2}), threshold), std::invalid_argument);
}

TEST(Median, OfOddEvenAndMissingValues) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_EQ(median({nan, 7, nan}), 7);
  EXPECT_TRUE(std::isnan(median({})));
  EXPECT_TRUE(std::isnan(median({nan})));
}

}  // namespace
}  // namespace actlab
