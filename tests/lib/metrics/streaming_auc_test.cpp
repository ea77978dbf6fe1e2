#include "lib/metrics/streaming_auc.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "lib/metrics/auc.h"

namespace actlab {
namespace {

template <typename Curve>
Curve measured(const at::Tensor& scores, const at::Tensor& positive) {
  Curve curve;
  const auto parts = scores.split(997), labels = positive.split(997);
  for (size_t i = 0; i < parts.size(); ++i) curve.add(parts[i], labels[i]);
  return curve;
}

/// Scores of three kinds: as a model gives them, tied, and so large that many share a bin.
TEST(StreamingAuc, IsWithinItsBoundOfTheExactArea) {
  const auto generator = at::detail::createCPUGenerator(3);
  const auto positive = torch::rand({20'000}, generator) < 0.3;
  const auto usual = torch::randn({20'000}, generator) + 0.8 * positive;
  double loosest = 0;
  for (const auto& scores : {usual, (4 * usual).round() / 4, 3e4 * usual + 1e6, 1e9 * usual, usual - 12}) {
    const auto streaming = measured<StreamingAuc>(scores, positive);
    const double exact = measured<Auc>(scores, positive).value();
    EXPECT_LE(std::abs(streaming.value() - exact), streaming.error_bound() + 1e-12);
    loosest = std::max(loosest, streaming.error_bound());
  }
  EXPECT_LT(measured<StreamingAuc>(usual, positive).error_bound(), 1e-5) << "what a threshold of 0.001 needs";
  EXPECT_GT(loosest, 0.01) << "the bound tells where bins are too coarse";
}

TEST(StreamingAuc, TiesCountHalf) {
  const auto positive = torch::tensor({1, 0, 0, 1}).to(torch::kBool);
  const auto curve = measured<StreamingAuc>(torch::tensor({0.5, 0.5, 0.1, 0.9}), positive);
  EXPECT_DOUBLE_EQ(curve.value(), (0.5 + 1 + 2) / 4);
  EXPECT_DOUBLE_EQ(curve.error_bound(), 0.5 / 4);
}

TEST(StreamingAuc, KeepsTheOrderOfInfiniteScores) {
  const auto scores = torch::tensor({INFINITY, -INFINITY, 3.0F, -3.0F});
  const auto positive = torch::tensor({1, 0, 1, 0}).to(torch::kBool);
  EXPECT_EQ(measured<StreamingAuc>(scores, positive).value(), 1);
  EXPECT_EQ(measured<StreamingAuc>(scores, ~positive).value(), 0);
}

TEST(StreamingAuc, IsNoNumberWhereNothingCanBeRanked) {
  const auto yes = torch::tensor({1, 1}).to(torch::kBool), both = torch::tensor({1, 0}).to(torch::kBool);
  EXPECT_TRUE(std::isnan(StreamingAuc().value()));
  EXPECT_TRUE(std::isnan(measured<StreamingAuc>(torch::tensor({0.1, 0.2}), yes).value()));
  const auto curve = measured<StreamingAuc>(torch::tensor({0.1F, NAN}), both);
  EXPECT_TRUE(std::isnan(curve.value()));
  EXPECT_TRUE(std::isnan(curve.error_bound()));
}

}  // namespace
}  // namespace actlab
