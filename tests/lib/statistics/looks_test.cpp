#include <gmock/gmock.h>

#include <stdexcept>

#include "lib/statistics/verdict.h"

namespace actlab {
namespace looks {  // several files are compiled as one
namespace {

using Looks = std::vector<PairedRuns>;

constexpr VerdictRule rule{0.01, 1e-6};

/// Runs that differ by `mean`, give or take `spread` by turns.
PairedRuns runs_of(long seeds, double mean, double spread) {
  PairedRuns runs;
  for (long seed = 0; seed < seeds; ++seed)
    runs.differences.push_back(mean + (seed % 2 == 0 ? spread : -spread));
  return runs;
}

/// The first so many looks of runs that do not change.
Looks looks_of(long count, double mean, double spread) {
  Looks looks;
  for (long look = 1; look <= count; ++look) looks.push_back(runs_of(seeds_at_look(look), mean, spread));
  return looks;
}

TEST(Looks, AreHalfAsManySeedsMoreEachTime) {
  std::vector<long> seeds;
  for (long look = 1; look <= 9; ++look) seeds.push_back(seeds_at_look(look));
  EXPECT_THAT(seeds, testing::ElementsAre(4, 6, 9, 13, 19, 28, 42, 63, 94));
  EXPECT_THROW(seeds_at_look(0), std::invalid_argument);
}

TEST(Looks, SpendTheWholeLevelAndNoMore) {
  double sum = 0;
  EXPECT_DOUBLE_EQ(share_of_look(1), 0.25);
  for (long look = 1; look <= 100000; ++look) sum += share_of_look(look);
  EXPECT_LT(sum, 1);
  EXPECT_NEAR(sum, 1, 1e-4);
  EXPECT_THROW(share_of_look(0), std::invalid_argument);
}

TEST(Looks, OneLookIsAJudgementAtItsShare) {
  const auto runs = runs_of(4, 0.03, 0.01);
  const auto once = judge({runs}, rule).front();
  const auto looked = judge_looks({{runs}}, rule).front();
  EXPECT_DOUBLE_EQ(looked.p_difference, once.p_difference / share_of_look(1));
  EXPECT_EQ(once.verdict, Verdict::better);
  EXPECT_EQ(looked.verdict, Verdict::not_enough_runs) << "p = 0.01, and the first look may spend 0.0125";
}

TEST(Looks, MoreOfTheSameDecides) {
  EXPECT_EQ(judge_looks({looks_of(3, 0.03, 0.01)}, rule).front().verdict, Verdict::better);
  EXPECT_EQ(judge_looks({looks_of(3, -0.03, 0.01)}, rule).front().verdict, Verdict::worse);
  EXPECT_EQ(judge_looks({looks_of(3, 0.001, 0.003)}, rule).front().verdict, Verdict::no_practical_difference);
}

TEST(Looks, HolmCountsEveryComparisonAlsoWithoutALook) {
  const auto alone = judge_looks({looks_of(2, 0.03, 0.01)}, rule).front();
  const auto beside = judge_looks({looks_of(2, 0.03, 0.01), {}, {}}, rule);
  EXPECT_DOUBLE_EQ(beside[0].p_difference, std::min(1.0, 3 * alone.p_difference));
  EXPECT_EQ(beside[1].verdict, Verdict::not_enough_runs);
}

TEST(Looks, AnEarlyLookThatPointedTheOtherWayDoesNotCount) {
  auto looks = looks_of(2, -0.05, 0.001);
  EXPECT_EQ(judge_looks({looks}, rule).front().verdict, Verdict::worse);
  auto turned = runs_of(9, 0.05, 0.5);
  looks.push_back(turned);
  const auto judgement = judge_looks({looks}, rule).front();
  EXPECT_EQ(judgement.verdict, Verdict::not_enough_runs);
  EXPECT_GT(judgement.p_difference, 0.5);
}

TEST(Looks, LostSeedsEndAnEquality) {
  auto looks = looks_of(4, 0, 0.001);
  EXPECT_EQ(judge_looks({looks}, rule).front().verdict, Verdict::no_practical_difference);
  looks.back().differences.pop_back();
  looks.back().lost = 1;
  EXPECT_EQ(judge_looks({looks}, rule).front().verdict, Verdict::not_enough_runs);
}

TEST(Looks, AllSeedsLostIsWorse) {
  Looks looks;
  for (long look = 1; look <= 3; ++look) {
    looks.emplace_back();
    looks.back().lost = seeds_at_look(look);
  }
  EXPECT_EQ(judge_looks({looks}, rule).front().verdict, Verdict::worse);
}

}  // namespace
}  // namespace looks
}  // namespace actlab
