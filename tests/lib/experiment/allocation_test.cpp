#include "lib/experiment/allocation.h"

#include <gmock/gmock.h>

namespace actlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const Contender relu{4, 0, std::nullopt, 1};  // the baseline: 4 seeds, a second each

TEST(Allocation, AllInReachGetRuns) {
  const std::vector<Contender> contenders = {{4, 6, 9, 1}, {4, 6, 6, 1}};
  // Seeds 4 to 8 of the baseline and the first, 4 and 5 of the second.
  EXPECT_THAT(worth_their_time(contenders, relu, 12), UnorderedElementsAre(0, 1));
  EXPECT_DOUBLE_EQ(price(contenders, relu, true), 12);
}

TEST(Allocation, TheCheapestDecisionsComeFirst) {
  const std::vector<Contender> contenders = {{4, 6, 28, 1}, {4, 6, 6, 1}, {4, 6, 9, 1}};
  EXPECT_THAT(worth_their_time(contenders, relu, 12), ElementsAre(1, 2));
  EXPECT_THAT(worth_their_time(contenders, relu, 5), ElementsAre(1));
}

TEST(Allocation, SlowRunsAreDear) {
  const std::vector<Contender> contenders = {{4, 6, 6, 10}, {4, 6, 9, 1}};
  EXPECT_THAT(worth_their_time(contenders, relu, 15), ElementsAre(1));
}

TEST(Allocation, WithNoDecisionInReachTheNextLooksAreTaken) {
  const std::vector<Contender> contenders = {{4, 6, std::nullopt, 1}, {4, 6, 94, 1}};
  EXPECT_THAT(worth_their_time(contenders, relu, 5), ElementsAre(1));
  EXPECT_THAT(worth_their_time(contenders, relu, 6), ElementsAre(1, 0));
}

TEST(Allocation, NothingWithoutTimeForALook) {
  EXPECT_THAT(worth_their_time({{4, 6, 6, 1}}, relu, 3.9), IsEmpty());
  EXPECT_THAT(worth_their_time({{4, 6, 6, 1}}, relu, -1), IsEmpty());
  EXPECT_THAT(worth_their_time({}, relu, 100), IsEmpty());
}

TEST(Allocation, RunsOfTheBaselineThatAreThereCostNothing) {
  const Contender ahead{9, 0, std::nullopt, 1};
  EXPECT_THAT(worth_their_time({{4, 6, 6, 1}}, ahead, 2), ElementsAre(0));
  EXPECT_DOUBLE_EQ(price({{4, 6, std::nullopt, 1}}, ahead, true), 2) << "at least its next look";
}

}  // namespace
}  // namespace actlab
