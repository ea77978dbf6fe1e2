#include "lib/report/ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lib/report/records.h"
#include "tests/lib/report/xml.h"

namespace actlab {
namespace {

using test::xml_problem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// One comparison a block; relu is best, then gelu, then tanh.
std::vector<RunRecord> blocks(long count) {
  std::vector<RunRecord> records;
  for (long block = 0; block < count; ++block) {
    for (const auto& [name, accuracy] : {std::pair{"relu", 0.9}, {"gelu", 0.8}, {"tanh", 0.7}}) {
      records.push_back(make_record(name, 0, accuracy));
      records.back().dataset["name"] = "data " + std::to_string(block);
    }
  }
  return records;
}

Ranking ranking_of(const std::vector<RunRecord>& records, const Yardstick& yardstick = by_accuracy) {
  return rank(compare(records, "relu", yardstick));
}

TEST(Ranking, IsFriedmansOverComparisons) {
  const auto ranking = ranking_of(blocks(4));
  ASSERT_TRUE(ranking.is_enough());
  EXPECT_THAT(ranking.activations, ElementsAre("relu", "gelu", "tanh"));
  EXPECT_THAT(ranking.friedman.mean_ranks, ElementsAre(1, 2, 3));
  EXPECT_DOUBLE_EQ(ranking.critical_difference, nemenyi_critical_difference(3, 4));
  EXPECT_NEAR(ranking.critical_difference, 1.657, 0.001) << "2.343 √(3·4 / 6·4), Demšar's table 5";
  EXPECT_THAT(ranking.groups, ElementsAre(ElementsAre(0, 1), ElementsAre(1, 2)));
}

TEST(Ranking, KnowsWhereLowIsGood) {
  EXPECT_THAT(ranking_of(blocks(4), by_log_loss).friedman.mean_ranks, ElementsAre(1, 2, 3))
      << "the losses of these records are 1 − accuracy";
}

TEST(Ranking, AsksForAsManyComparisonsAsCouldTellAnything) {
  EXPECT_EQ(ranking_of(blocks(2)).blocks_needed, 3);
  EXPECT_FALSE(ranking_of(blocks(2)).is_enough());
  EXPECT_TRUE(ranking_of(blocks(3)).is_enough());
  for (const long needed : {ranking_of(blocks(2)).blocks_needed}) {
    EXPECT_LT(nemenyi_critical_difference(3, needed), 2);
    EXPECT_GE(nemenyi_critical_difference(3, needed - 1), 2);
  }
  EXPECT_FALSE(ranking_of({}).is_enough());
}

TEST(Ranking, AnActivationThatOneComparisonLacksIsLeftOut) {
  auto records = blocks(4);
  records.pop_back();
  const auto ranking = ranking_of(records);
  EXPECT_THAT(ranking.activations, ElementsAre("relu", "gelu"));
  EXPECT_THAT(ranking.left_out, ElementsAre("tanh"));
}

TEST(Ranking, DivergedEverywhereIsLastAndFailedEverywhereSaysNothing) {
  auto records = blocks(4);
  records[0] = make_broken_record("relu", 0, RunStatus::diverged);
  records[0].dataset["name"] = "data 0";
  const auto diverged = ranking_of(records);
  EXPECT_TRUE(diverged.has_diverged);
  EXPECT_THAT(diverged.friedman.mean_ranks, testing::UnorderedElementsAre(1.5, 1.75, 2.75));
  records[0].status = RunStatus::failed;
  EXPECT_THAT(ranking_of(records).left_out, ElementsAre("relu"));
}

TEST(Ranking, AComparisonOfOneActivationCountsForNothing) {
  auto records = blocks(4);
  records.push_back(make_record("relu", 0, 0.5));
  const auto ranking = ranking_of(records);
  EXPECT_EQ(ranking.scores.size(), 4u);
  EXPECT_THAT(ranking.left_out, IsEmpty());
}

TEST(RankDiagram, NamesEveryActivationWithItsRank) {
  const auto svg = rank_diagram(ranking_of(blocks(4)));
  EXPECT_EQ(xml_problem(svg), "");
  EXPECT_THAT(svg, AllOf(HasSubstr("1.00 · relu"), HasSubstr("2.00 · gelu"), HasSubstr("3.00 · tanh"),
                         HasSubstr("critical difference 1.66")));
  size_t bars = 0;
  for (size_t place = 0; (place = svg.find("stroke-width=\"4\"", place)) != std::string::npos; ++place)
    ++bars;
  EXPECT_EQ(bars, 2u);
}

}  // namespace
}  // namespace actlab
