#include "lib/metrics/auc.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

namespace actlab {
namespace {

double area(const at::Tensor& scores, const at::Tensor& positive) {
  Auc auc;
  auc.add(scores, positive);
  return auc.value();
}

TEST(Auc, CountsPairsInOrderAndHalfOfThoseThatTie) {
  const auto generator = at::detail::createCPUGenerator(7);
  const auto scores = torch::randint(0, 20, {300}, generator).to(torch::kFloat);
  const auto positive = torch::rand({300}, generator) < 0.3;
  const auto above = scores.masked_select(positive).unsqueeze(1), below = scores.masked_select(~positive);
  const auto wins = above.gt(below).to(torch::kDouble) + above.eq(below).to(torch::kDouble) / 2;
  EXPECT_DOUBLE_EQ(area(scores, positive), wins.mean().item<double>());
  EXPECT_DOUBLE_EQ(area(-scores, positive), 1 - wins.mean().item<double>());
}

TEST(Auc, DoesNotDependOnTheBatches) {
  const auto scores = torch::tensor({0.5, 0.1, 0.5, 0.9, -0.0, 0.0});
  const auto positive = torch::tensor({1, 0, 0, 1, 1, 0}).to(torch::kBool);
  Auc auc;
  for (long i = 0; i < 6; ++i) auc.add(scores.slice(0, i, i + 1), positive.slice(0, i, i + 1));
  EXPECT_EQ(auc.value(), area(scores, positive));
  EXPECT_DOUBLE_EQ(auc.value(), (2 + 0.5 + 3 + 0.5) / 9);
}

TEST(Auc, IsNoNumberWhereNothingCanBeRanked) {
  const auto yes = torch::tensor({1, 1}).to(torch::kBool), both = torch::tensor({1, 0}).to(torch::kBool);
  const auto scores = torch::tensor({0.1, 0.2});
  EXPECT_TRUE(std::isnan(Auc().value()));
  EXPECT_TRUE(std::isnan(area(scores, yes)));
  EXPECT_TRUE(std::isnan(area(scores, ~yes)));
  EXPECT_TRUE(std::isnan(area(torch::tensor({0.1F, NAN}), both)));
  EXPECT_EQ(area(torch::tensor({INFINITY, -INFINITY}), both), 1);
}

}  // namespace
}  // namespace actlab
