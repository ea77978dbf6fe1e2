#include "lib/statistics/verdict.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "lib/statistics/moments.h"
#include "lib/statistics/t_test.h"
#include "tests/lib/statistics/golden.h"

namespace actlab {
namespace {

const VerdictRule rule{0.01, 1e-4};

Verdict verdict_of(const PairedRuns& runs, const VerdictRule& by = rule) {
  return judge({runs}, by)[0].verdict;
}

TEST(Verdict, HasFourValues) {
  EXPECT_EQ(verdict_of({{0.020, 0.021, 0.019}}), Verdict::better);
  EXPECT_EQ(verdict_of({{-0.020, -0.021, -0.019}}), Verdict::worse);
  EXPECT_EQ(verdict_of({{0.001, -0.001, 0.0005}}), Verdict::no_practical_difference);
  EXPECT_EQ(verdict_of({{0.05, -0.04, 0.01}}), Verdict::not_enough_runs);
  EXPECT_STREQ(to_string(Verdict::no_practical_difference), "no practical difference");
}

TEST(Verdict, AsksForTheThresholdToo) {
  EXPECT_EQ(verdict_of({{0.0099, 0.0100, 0.0098}}),
            Verdict::not_enough_runs);  // real, perhaps too small to matter
  EXPECT_EQ(verdict_of({{0.0080, 0.0081, 0.0079}}), Verdict::no_practical_difference);  // real and too small
  EXPECT_EQ(verdict_of({{0.0101, 0.0102, 0.0100}}), Verdict::better);
}

TEST(Verdict, CorrectsForTheOtherRows) {
  const PairedRuns shift{{0.03, 0.02, 0.05, 0.04}}, noise{{0.05, -0.04, 0.03, -0.05}};
  EXPECT_EQ(verdict_of(shift), Verdict::better);
  const auto table = judge({shift, noise, noise, noise, noise}, rule);
  EXPECT_EQ(table[0].verdict, Verdict::not_enough_runs);
  EXPECT_NEAR(table[0].p_difference, 5 * t_test(moments(shift.differences)), 1e-15);
  EXPECT_TRUE(judge({}, rule).empty());
}

TEST(Verdict, NeedsThreeRuns) {
  EXPECT_EQ(verdict_of({}), Verdict::not_enough_runs);
  EXPECT_EQ(verdict_of({{0.9}}), Verdict::not_enough_runs);
  EXPECT_EQ(verdict_of({{0, 0}}), Verdict::not_enough_runs);
  const auto two = judge({{{0.500, 0.501}}}, rule)[0];
  EXPECT_EQ(two.verdict, Verdict::not_enough_runs);
  EXPECT_TRUE(std::isnan(two.p_difference) && std::isnan(two.p_equivalence));
  // A row that could not be tested costs the others nothing.
  EXPECT_EQ(judge({{{0.9}}, {{0.03, 0.02, 0.05, 0.04}}}, rule)[1].verdict, Verdict::better);
}

TEST(Verdict, OfEqualDifferencesRestsOnTheResolution) {
  EXPECT_EQ(verdict_of({{0, 0, 0}}), Verdict::no_practical_difference);
  EXPECT_EQ(verdict_of({{0.02, 0.02, 0.02}}), Verdict::better);
  const VerdictRule coarse{0.01,
                           0.01};  // 100 test examples: one more right in each of three runs proves nothing
  EXPECT_EQ(verdict_of({{0.01, 0.01, 0.01}}, coarse), Verdict::not_enough_runs);
  EXPECT_EQ(verdict_of({{0, 0, 0}}, {0.005, 0.01}), Verdict::not_enough_runs);
}

TEST(Verdict, CountsDivergedRuns) {
  EXPECT_EQ(verdict_of({{}, 3, 0}), Verdict::worse);
  EXPECT_EQ(verdict_of({{}, 0, 3}), Verdict::better);
  EXPECT_EQ(verdict_of({{}, 2, 0}), Verdict::not_enough_runs);
  EXPECT_EQ(verdict_of({{0.02, 0.02}, 8, 0}), Verdict::worse);
  EXPECT_EQ(verdict_of({{0, 0, 0, 0, 0}, 1, 0}), Verdict::not_enough_runs);              // equal but for one
  EXPECT_EQ(verdict_of({{0.020, 0.021, 0.019, 0.02}, 1, 0}), Verdict::not_enough_runs);  // better but for one
  EXPECT_EQ(verdict_of({{-0.020, -0.021, -0.019, -0.02}, 1, 0}), Verdict::worse);
  EXPECT_EQ(verdict_of({{-0.001, -0.0011, -0.0009, -0.001}, 1, 0}),
            Verdict::not_enough_runs);  // by too little
  EXPECT_EQ(verdict_of({{0.020, 0.021, 0.019, 0.02}, 0, 1}), Verdict::better);
  EXPECT_EQ(verdict_of({{-0.020, -0.021, -0.019, -0.02}, 0, 1}), Verdict::not_enough_runs);
  EXPECT_EQ(verdict_of({{0.020, 0.021, 0.019, 0.02}, 1, 1}), Verdict::not_enough_runs);
}

TEST(Verdict, LeavesOutSeedsOnWhichBothDiverge) {
  EXPECT_EQ(verdict_of({{}, 0, 0, 9}), Verdict::not_enough_runs);
  EXPECT_EQ(verdict_of({{0.020, 0.021, 0.019}, 0, 0, 4}), Verdict::better);
  EXPECT_EQ(verdict_of({{}, 3, 0, 4}), Verdict::not_enough_runs);  // three of seven
}

/// 2 (1/4)³ is the largest chance that one of two equals loses all three seeds.
TEST(Verdict, CorrectsDivergenceLikeAnyOtherTest) {
  EXPECT_NEAR(judge({{{}, 3, 0}}, rule)[0].p_difference, 2.0 / 64, 1e-15);
  const auto table = judge({{{}, 3, 0}, {{0.05, -0.04, 0.03}}}, rule);
  EXPECT_EQ(table[0].verdict, Verdict::not_enough_runs);
  EXPECT_NEAR(table[0].p_difference, 4.0 / 64, 1e-15);
  EXPECT_EQ(judge({{{}, 1, 1, 1}}, rule)[0].p_difference, 1);
}

TEST(Verdict, RejectsWhatItCannotJudge) {
  EXPECT_THROW(verdict_of({{0.1, NAN, 0.2}}), std::invalid_argument);
  EXPECT_THROW(verdict_of({{0.1, INFINITY, 0.2}}), std::invalid_argument);
  EXPECT_THROW(verdict_of({{0.1}, 0, 0, -1}), std::invalid_argument);
  for (const VerdictRule& bad : {VerdictRule{0, 1e-4}, VerdictRule{0.01, 0}, VerdictRule{NAN, 1e-4},
                                 VerdictRule{0.01, 1e-4, 0}, VerdictRule{0.01, 1e-4, 1}})
    EXPECT_THROW(judge({}, bad), std::invalid_argument);
}

/// Without a threshold to speak of, a verdict is the t test's: its power by the noncentral t distribution.
TEST(VerdictProbability, IsThePowerOfTheTTest) {
  for (const auto& entry : test::golden("power")) {
    const VerdictRule sharp{1e-9, 1e-9, entry["alpha"]};
    EXPECT_NEAR(verdict_probability(entry["effect_size"], 1, entry["pairs"], sharp, 1), entry["power"], 1e-7);
  }
  EXPECT_EQ(verdict_probability(0.02, 0.01, 5, rule, 10),
            verdict_probability(0.02, 0.01, 5, {0.01, 1e-4, 0.005}, 1));
  EXPECT_THROW(verdict_probability(0.02, 0.01, 2, rule, 1), std::invalid_argument);
  EXPECT_THROW(verdict_probability(NAN, 0.01, 5, rule, 1), std::invalid_argument);
}

TEST(PairsNeeded, AreTheFewestWithTheirChance) {
  for (const double mean : {0.0, 0.004, 0.007, 0.013, 0.02, -0.05}) {
    const std::vector<double> differences = {mean - 0.01, mean, mean + 0.01};
    long fewest = 4;
    while (verdict_probability(mean, moments(differences).spread, fewest, rule, 7) < 0.8) ++fewest;
    EXPECT_EQ(pairs_needed(differences, rule, 7), fewest) << mean;
  }
}

TEST(PairsNeeded, MayBeUnknown) {
  EXPECT_EQ(pairs_needed({0.02}, rule, 1), std::nullopt);
  EXPECT_EQ(pairs_needed({0.00, 0.01, 0.02}, rule, 1), std::nullopt);  // the mean is the threshold itself
  EXPECT_EQ(pairs_needed({0.05, -0.02, 0.03}, rule, 1, 4), std::nullopt);
  EXPECT_EQ(pairs_needed({0.0, 0.0, 0.0}, rule, 7), 4);
}

}  // namespace
}  // namespace actlab
