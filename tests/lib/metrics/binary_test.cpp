#include "lib/metrics/binary.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <cmath>

#include "tests/errors.h"
#include "tests/lib/metrics/golden.h"

namespace actlab {
namespace {

using test::message_of;
using testing::HasSubstr;

const std::vector<std::string> click_metrics = {"auc", "gauc", "log_loss", "rig", "calibration", "ece"};

struct ClickCase {
  at::Tensor logits, targets;
  nlohmann::json expected;
};

std::vector<ClickCase> golden_clicks() {
  std::vector<ClickCase> cases;
  const auto all = golden("click_metrics");
  for (const auto& item : all.at("clicks")) {
    const auto labels = torch::tensor(item.at("labels").get<std::vector<int>>(), torch::kInt);
    const auto groups = torch::tensor(item.at("groups").get<std::vector<int>>(), torch::kInt);
    cases.push_back({torch::tensor(item.at("logits").get<std::vector<double>>(), torch::kFloat),
                     torch::stack({labels, groups}, 1), item});
  }
  return cases;
}

MetricValues measured(const ClickCase& item, long batch,
                      long exact_rows = BinaryMetrics::default_exact_rows) {
  BinaryMetrics metrics(exact_rows);
  const auto logits = item.logits.split(batch), targets = item.targets.split(batch);
  for (size_t i = 0; i < logits.size(); ++i) metrics.add(logits[i], targets[i]);
  return metrics.values();
}

TEST(BinaryMetrics, AgreesWithScikitLearnInBatchesOfAnySize) {
  const auto cases = golden_clicks();
  ASSERT_EQ(cases.size(), 9U);
  for (const auto& item : cases) {
    for (const long batch : {1000, 7}) {
      const auto values = measured(item, batch);
      expect_metrics(values, item.expected, click_metrics);
      EXPECT_EQ(values.count("auc_error"), 0U);
    }
  }
}

/// The histogram takes over in the middle of the rows.
TEST(BinaryMetrics, BeyondTheLimitTheAreaIsAsNearAsItsError) {
  for (const auto& item : golden_clicks()) {
    const auto values = measured(item, 13, 100);
    expect_metrics(values, item.expected, {"log_loss", "rig", "calibration", "ece"});
    EXPECT_EQ(values.count("gauc"), 0U);
    if (item.expected["auc"].is_null()) continue;
    const double distance = std::abs(values.at("auc") - item.expected["auc"].get<double>());
    EXPECT_LE(distance, values.at("auc_error") + 1e-12) << item.expected["name"];
  }
}

TEST(BinaryMetrics, TheShareOfClicksAloneGainsNothing) {
  BinaryMetrics metrics;
  metrics.add(torch::full({4}, std::log(1.0 / 3)), torch::tensor({{1, -1}, {0, -1}, {0, -1}, {0, -1}}));
  const auto values = metrics.values();
  EXPECT_NEAR(values.at("rig"), 0, 1e-7);
  EXPECT_NEAR(values.at("calibration"), 1, 1e-7);
  EXPECT_EQ(values.at("auc"), 0.5);
  EXPECT_EQ(values.count("gauc"), 0U);
}

TEST(BinaryMetrics, ShowsLogOddsThatAreNoNumbers) {
  BinaryMetrics metrics;
  metrics.add(torch::tensor({0.5F, NAN}), torch::tensor({{1, 0}, {0, 0}}));
  for (const auto* name : {"auc", "log_loss", "rig", "calibration", "ece"})
    EXPECT_TRUE(std::isnan(metrics.values().at(name))) << name;
}

TEST(BinaryMetrics, InfiniteLogOddsOfTheRightSignCostNothing) {
  BinaryMetrics metrics;
  metrics.add(torch::tensor({INFINITY, -INFINITY}), torch::tensor({{1, 0}, {0, 0}}));
  EXPECT_EQ(metrics.values().at("log_loss"), 0);
  metrics.add(torch::tensor({-INFINITY}), torch::tensor({{1, 0}}));
  EXPECT_EQ(metrics.values().at("log_loss"), INFINITY);
}

TEST(BinaryMetrics, RefusesWhatItCannotMeasure) {
  BinaryMetrics metrics;
  EXPECT_THAT(message_of(ExitCode::data, [&] { metrics.values(); }), HasSubstr("nothing to measure"));
  const struct {
    at::Tensor outputs, targets;
    const char* what;
  } cases[] = {{torch::zeros({2}), torch::tensor({{1, 0}, {2, 0}}), "2"},
               {torch::zeros({2}), torch::tensor({{1, 0}, {-1, 0}}), "-1"},
               {torch::zeros({2}), torch::tensor({1, 0}), "targets 2"},
               {torch::zeros({2, 1}), torch::tensor({{1, 0}, {0, 0}}), "outputs 2×1"},
               {torch::zeros({3}), torch::tensor({{1, 0}, {0, 0}}), "outputs 3"}};
  for (const auto& item : cases)
    EXPECT_THAT(message_of(ExitCode::data, [&] { metrics.add(item.outputs, item.targets); }),
                HasSubstr(item.what));
  metrics.add(torch::zeros({0}), torch::zeros({0, 2}, torch::kInt));
  EXPECT_THAT(message_of(ExitCode::data, [&] { metrics.values(); }), HasSubstr("nothing to measure"));
}

}  // namespace
}  // namespace actlab
