#include "lib/metrics/ranking.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <cmath>

#include "tests/errors.h"
#include "tests/lib/metrics/golden.h"

namespace actlab {
namespace {

using test::message_of;
using testing::HasSubstr;

const std::vector<long> cutoffs = {1, 5, 10, 100};

MetricValues ranked(const nlohmann::json& item, bool reversed = false) {
  RankingMetrics metrics(cutoffs);
  for (size_t user = 0; user < item.at("scores").size(); ++user) {
    auto scores = torch::tensor(item["scores"][user].get<std::vector<double>>(), torch::kDouble);
    auto relevant = torch::tensor(item["relevant"][user].get<std::vector<long>>()).to(torch::kBool);
    metrics.add(reversed ? scores.flip(0) : scores, reversed ? relevant.flip(0) : relevant);
  }
  return metrics.values();
}

TEST(RankingMetrics, AgreesWithScikitLearn) {
  const auto items = golden("click_metrics").at("rankings");
  ASSERT_EQ(items.size(), 3U);
  size_t compared = 0;
  for (const auto& item : items) {
    const auto values = ranked(item);
    for (const auto& [name, wanted] : item.items()) {
      if (name.find('@') == std::string::npos) continue;
      EXPECT_NEAR(values.at(name), wanted, 1e-12) << item["name"] << " " << name;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 3 * cutoffs.size() + cutoffs.size());
}

TEST(RankingMetrics, DoNotDependOnTheOrderOfCandidates) {
  const auto all = golden("click_metrics");
  for (const auto& item : all.at("rankings")) {
    const auto forwards = ranked(item), backwards = ranked(item, true);
    for (const auto& [name, value] : forwards) EXPECT_NEAR(backwards.at(name), value, 1e-12) << name;
  }
}

/// Of 8 equal candidates with 2 relevant ones, chance puts k/8 of them among the first k.
TEST(RankingMetrics, EqualScoresCountAsChance) {
  RankingMetrics metrics({2, 8, 20});
  metrics.add(torch::zeros({8}), torch::tensor({1, 0, 0, 0, 0, 0, 0, 1}).to(torch::kBool));
  EXPECT_DOUBLE_EQ(metrics.values().at("recall@2"), 0.25);
  EXPECT_DOUBLE_EQ(metrics.values().at("recall@8"), 1);
  EXPECT_DOUBLE_EQ(metrics.values().at("recall@20"), 1);
  EXPECT_DOUBLE_EQ(metrics.values().at("ndcg@2"), 0.25);
}

TEST(RankingMetrics, CountsUsersWithoutARelevantItemApart) {
  RankingMetrics metrics({1});
  const auto none = torch::zeros({3}, torch::kBool);
  metrics.add(torch::rand({3}), none);
  EXPECT_THAT(message_of(ExitCode::data, [&] { metrics.values(); }), HasSubstr("1 users without"));
  metrics.add(torch::tensor({3.0, 1.0, 2.0}), torch::tensor({1, 0, 0}).to(torch::kBool));
  EXPECT_EQ(metrics.values().at("recall@1"), 1);
  EXPECT_EQ(metrics.users(), 1);
  EXPECT_EQ(metrics.unranked(), 1);
  metrics.add(torch::tensor({1.0F, NAN}), torch::tensor({1, 0}).to(torch::kBool));
  EXPECT_TRUE(std::isnan(metrics.values().at("ndcg@1")));
}

TEST(GroupedAuc, LeavesOutGroupsOfOneClassAndRowsOfNone) {
  const auto scores = torch::tensor({1.0, 2.0, 5.0, 6.0, 0.0, 9.0});
  const auto positive = torch::tensor({1, 0, 1, 1, 0, 1}).to(torch::kBool);
  const auto groups = torch::tensor({7, 7, 3, 3, -1, -1}, torch::kInt);
  const auto found = grouped_auc(scores, positive, groups);
  EXPECT_EQ(found.value, 0) << "user 7 alone counts, and was ranked the wrong way round";
  EXPECT_EQ(found.groups, 1);
  EXPECT_EQ(found.one_sided, 1);
  const auto nothing = grouped_auc(scores, positive, torch::full({6}, -1, torch::kInt));
  EXPECT_TRUE(std::isnan(nothing.value));
  EXPECT_EQ(nothing.groups, 0);
}

}  // namespace
}  // namespace actlab
