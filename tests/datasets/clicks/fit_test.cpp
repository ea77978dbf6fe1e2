#include "datasets/clicks/fit.h"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>

#include "datasets/clicks/best_possible.h"

namespace actlab::test {
namespace {

/// Against scikit-learn; see tests/golden/click_scales.py.
TEST(NumberScales, AgreeWithScikitLearn) {
  std::ifstream file(std::string(ACTLAB_GOLDEN) + "/click_scales.json");
  const auto golden = nlohmann::json::parse(file);
  const std::vector<std::pair<std::string, Transform>> transforms{
      {"none", Transform::none}, {"log", Transform::log}, {"quantile", Transform::quantile}};
  for (const auto& [name, transform] : transforms) {
    NumberStatistics statistics(transform, 1);
    for (const double number : golden.at("numbers")) statistics.add(number);
    statistics.add(std::nan(""));
    const NumberScale scale = statistics.scale();
    EXPECT_FLOAT_EQ(scale.apply(std::nan("")), 0);
    const auto &probes = golden.at("probes"), &expected = golden.at(name);
    for (size_t i = 0; i < probes.size(); ++i)
      EXPECT_NEAR(scale.apply(probes[i]), expected[i].get<double>(), 1e-5) << name << " of " << probes[i];
  }
}

TEST(NumberScales, OfAConstantAreZero) {
  NumberStatistics statistics(Transform::none, 1);
  for (int i = 0; i < 10; ++i) statistics.add(3.7e6);
  EXPECT_EQ(statistics.scale().apply(3.7e6), 0);
  EXPECT_TRUE(std::isfinite(statistics.scale().apply(4e6)));
  EXPECT_EQ(NumberStatistics(Transform::quantile, 1).scale().apply(5), 0);  // nothing was seen
}

TEST(NumberScales, TakeQuantilesOfMoreNumbersThanTheyKeep) {
  NumberStatistics statistics(Transform::quantile, 1);
  constexpr int count = 400'000;
  for (int i = 0; i < count; ++i) statistics.add(i);
  const NumberScale scale = statistics.scale();
  // Uniform ranks have the deviation 1 / √12; a sample of 100,000 is off by about 0.002 of the range.
  for (const double part : {0.1, 0.5, 0.9})
    EXPECT_NEAR(scale.apply(part * count), (part - 0.5) * std::sqrt(12), 0.02);
}

TEST(ValueCounts, KeepFrequentValuesInOrder) {
  ValueCounts counts;
  for (const char* value : {"b", "a", "c", "a", "b", "d", "b"}) counts.add(value);
  const ValueMap kept = counts.frequent(2);
  ASSERT_EQ(kept.size(), 2);
  EXPECT_EQ(kept.value(0), "b");
  EXPECT_EQ(kept.value(1), "a");
  EXPECT_EQ(counts.frequent(1).value(2), "c");
  EXPECT_EQ(counts.undercounted(), 0);
}

TEST(ValueCounts, StayBoundedAndKeepWhatIsFrequent) {
  ValueCounts counts;
  for (int i = 0; i < 1'500'000; ++i) {
    counts.add(std::to_string(i));
    if (i % 10 == 0) counts.add("often" + std::to_string(i / 10 % 50));
  }
  EXPECT_GT(counts.undercounted(), 0);
  EXPECT_LT(counts.undercounted(), 10);
  EXPECT_EQ(counts.frequent(1000).size(), 50);
  EXPECT_LE(counts.frequent(1).size(), 1'000'000);
}

/// By the definition: over all pairs.
TEST(BestPossible, IsExpectedOverLabels) {
  const std::vector<double> p{0.1, 0.7, 0.3, 0.3, 0.95, 0.5, 0.1, 0.1};
  double ordered = 0, pairs = 0, loss = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    loss -= (p[i] * std::log(p[i]) + (1 - p[i]) * std::log(1 - p[i])) / static_cast<double>(p.size());
    for (size_t j = 0; j < p.size(); ++j) {
      if (i == j) continue;
      const double chance = p[i] * (1 - p[j]);
      pairs += chance;
      ordered += chance * (p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0);
    }
  }
  const auto best = best_possible(p);
  EXPECT_NEAR(best.at("auc"), ordered / pairs, 1e-12);
  EXPECT_NEAR(best.at("log_loss"), loss, 1e-12);
}

}  // namespace
}  // namespace actlab::test
