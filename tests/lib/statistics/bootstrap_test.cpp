#include "lib/statistics/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "lib/statistics/effect_size.h"
#include "tests/lib/statistics/golden.h"

namespace actlab {
namespace {

const Resampling many{0.95, 100000, 7};

/// Two bootstraps with different draws: their bounds agree to about one part in a hundred of the width.
void expect_close(const Interval& interval, const nlohmann::json& expected) {
  const double low = expected["low"], high = expected["high"];
  EXPECT_NEAR(interval.low, low, 0.01 * (high - low));
  EXPECT_NEAR(interval.high, high, 0.01 * (high - low));
}

TEST(Bootstrap, AgreesWithSciPy) {
  for (const auto& entry : test::golden("bootstrap")) {
    const std::vector<double> values = entry["values"];
    const auto mean = bootstrap_interval(values, many);
    expect_close(mean, entry["mean"]);
    EXPECT_EQ(mean.mean, moments(values).mean);
    EXPECT_EQ(mean.count, static_cast<long>(values.size()));
    const auto trimmed = bootstrap_interval(values, interquartile_mean, many);
    expect_close(trimmed, entry["trimmed"]);
    EXPECT_NEAR(trimmed.mean, entry["interquartile_mean"], 1e-14);
  }
}

TEST(Bootstrap, IsTheSameEveryTimeAndOtherWithAnotherSeed) {
  const std::vector<double> values = {1, 2, 4, 8, 16, 32};
  const auto first = bootstrap_interval(values, {0.9, 500, 3}),
             second = bootstrap_interval(values, {0.9, 500, 3});
  EXPECT_EQ(first.low, second.low);
  EXPECT_EQ(first.high, second.high);
  EXPECT_NE(first.high, bootstrap_interval(values, {0.9, 500, 4}).high);
}

TEST(Bootstrap, LeansTowardsTheLongTail) {
  const auto interval = bootstrap_interval({1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 9});
  EXPECT_GT(interval.high - interval.mean, 2 * (interval.mean - interval.low));
}

TEST(Bootstrap, OfLittleOrEqualOrBadValues) {
  EXPECT_TRUE(std::isnan(bootstrap_interval({}).mean));
  EXPECT_EQ(bootstrap_interval({3}).mean, 3);
  EXPECT_TRUE(std::isnan(bootstrap_interval({3}).low));
  EXPECT_EQ(bootstrap_interval({3, 3, 3}).low, 3);
  EXPECT_EQ(bootstrap_interval({3, 3, 3}).high, 3);
  EXPECT_THROW(bootstrap_interval({1, NAN}), std::invalid_argument);
  EXPECT_THROW(bootstrap_interval({1, 2}, {1.0, 1000, 1}), std::invalid_argument);
  EXPECT_THROW(bootstrap_interval({1, 2}, {0.95, 99, 1}), std::invalid_argument);
}

TEST(InterquartileMean, LeavesOutAQuarterAtEitherEnd) {
  EXPECT_EQ(interquartile_mean({100, 1, 2, -50}), 1.5);
  EXPECT_EQ(interquartile_mean({1, 2, 6}), 3);
  EXPECT_TRUE(std::isnan(interquartile_mean({})));
  EXPECT_THROW(interquartile_mean({1, INFINITY}), std::invalid_argument);
}

TEST(ProbabilityOfImprovement, AgreesWithAllPairs) {
  for (const auto& entry : test::golden("improvement")) {
    const Runs method = entry["method"], baseline = entry["baseline"];
    EXPECT_NEAR(probability_of_improvement(method, baseline), entry["probability"], 1e-15);
    EXPECT_NEAR(probability_of_improvement(method, baseline), entry["mann_whitney"], 1e-15);
    EXPECT_NEAR(probability_of_improvement(baseline, method), 1 - entry["probability"].get<double>(), 1e-15);
    const auto interval = improvement_interval(method, baseline, many);
    if (entry.contains("low")) expect_close(interval, entry);
    EXPECT_LT(interval.low, interval.mean);
    EXPECT_GT(interval.high, interval.mean);
  }
}

TEST(ProbabilityOfImprovement, AtItsLimits) {
  EXPECT_EQ(probability_of_improvement({{2, 3}}, {{0, 1}}), 1);
  EXPECT_EQ(probability_of_improvement({{1, 1}}, {{1}}), 0.5);
  EXPECT_TRUE(std::isnan(probability_of_improvement({}, {})));
  EXPECT_TRUE(std::isnan(improvement_interval({{1, 2}, {3}}, {{1, 2}, {1, 2}}).low));
  EXPECT_EQ(improvement_interval({{1, 2}, {3}}, {{1, 2}, {1, 2}}).count, 3);
  EXPECT_THROW(probability_of_improvement({{1}}, {}), std::invalid_argument);
  EXPECT_THROW(probability_of_improvement({{}}, {{1}}), std::invalid_argument);
  EXPECT_THROW(probability_of_improvement({{NAN}}, {{1}}), std::invalid_argument);
}

TEST(EffectSize, AgreesWithSciPy) {
  for (const auto& entry : test::golden("effect")) {
    const std::vector<double> sample = entry["sample"];
    EXPECT_NEAR(cohens_dz(moments(sample)), entry["dz"], 1e-13);
    EXPECT_NEAR(hedges_correction(static_cast<long>(sample.size()) - 1), entry["correction"], 1e-12);
  }
}

TEST(EffectSize, AtItsLimits) {
  EXPECT_EQ(hedges_correction(1), 0);
  EXPECT_NEAR(hedges_correction(2), 1 / std::sqrt(M_PI), 1e-14);
  EXPECT_NEAR(hedges_correction(3), std::sqrt(M_PI / 6), 1e-14);
  EXPECT_THROW(hedges_correction(0), std::invalid_argument);
  EXPECT_TRUE(std::isnan(cohens_dz(moments({1}))));
  EXPECT_EQ(cohens_dz(moments({1, 1})), INFINITY);
  EXPECT_TRUE(std::isnan(cohens_dz(moments({0, 0}))));
  EXPECT_EQ(cliffs_delta({2, 3}, {0, 1}), 1);
  EXPECT_EQ(cliffs_delta({0, 1}, {0, 1}), 0);
  EXPECT_DOUBLE_EQ(cliffs_delta({0, 0, 2}, {1}), -1.0 / 3);
  EXPECT_TRUE(std::isnan(cliffs_delta({}, {1})));
}

}  // namespace
}  // namespace actlab
