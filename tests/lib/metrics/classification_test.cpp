#include "lib/metrics/classification.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>

#include "tests/errors.h"
#include "tests/lib/metrics/golden.h"

namespace actlab {
namespace {

using nlohmann::json;

at::Tensor matrix(const json& rows, torch::Dtype type) {
  std::vector<double> numbers;
  for (const auto& row : rows) {
    for (const auto& value : row) numbers.push_back(value);
  }
  return torch::tensor(numbers, torch::kDouble).view({static_cast<long>(rows.size()), -1}).to(type);
}

struct Case {
  at::Tensor logits, targets;
  json expected;
};

std::vector<Case> golden_cases() {
  std::vector<Case> cases;
  for (const auto& item : golden("metrics")) {
    const std::vector<int64_t> targets = item.at("targets");
    cases.push_back({matrix(item.at("logits"), torch::kFloat), torch::tensor(targets), item});
  }
  return cases;
}

const std::vector<std::string> names = {"accuracy", "macro_f1", "log_loss", "ece", "auc"};

TEST(ClassificationMetrics, AgreesWithScikitLearn) {
  const auto cases = golden_cases();
  ASSERT_GE(cases.size(), 11U);
  for (const auto& item : cases) {
    ClassificationMetrics metrics(item.logits.size(1), /*with_auc=*/true);
    metrics.add(item.logits, item.targets);
    expect_metrics(metrics.values(), item.expected, names);
    EXPECT_TRUE(metrics.confusion().equal(matrix(item.expected.at("confusion"), torch::kLong)));
  }
}

TEST(ClassificationMetrics, DoesNotDependOnTheBatches) {
  for (const auto& item : golden_cases()) {
    ClassificationMetrics metrics(item.logits.size(1), /*with_auc=*/true);
    const auto logits = item.logits.split(7);
    const auto targets = item.targets.split(7);
    for (size_t i = 0; i < logits.size(); ++i) metrics.add(logits[i], targets[i]);
    expect_metrics(metrics.values(), item.expected, names);
  }
}

TEST(ClassificationMetrics, KnowsItsValuesAtAnyTime) {
  ClassificationMetrics metrics(2);
  metrics.add(torch::tensor({{2.0, 1.0}}), torch::tensor({0L}));
  EXPECT_EQ(metrics.values().at("accuracy"), 1);
  metrics.add(torch::tensor({{2.0, 1.0}}), torch::tensor({1L}));
  EXPECT_EQ(metrics.values().at("accuracy"), 0.5);
  metrics.add(torch::empty({0, 2}), torch::empty({0}, torch::kLong));
  EXPECT_EQ(metrics.values().at("accuracy"), 0.5);
}

TEST(ClassificationMetrics, MeasuresTheAreaUnderTheCurveOnDemandOnly) {
  ClassificationMetrics metrics(2);
  metrics.add(torch::tensor({{2.0, 1.0}, {1.0, 2.0}}), torch::tensor({0L, 1L}));
  EXPECT_EQ(metrics.values().count("auc"), 0U);
}

TEST(ClassificationMetrics, FirstOfEqualLogitsIsThePrediction) {
  ClassificationMetrics metrics(3);
  metrics.add(torch::zeros({3, 3}), torch::tensor({0L, 1L, 2L}));
  EXPECT_TRUE(metrics.confusion().select(1, 0).equal(torch::ones({3}, torch::kLong)));
}

TEST(ClassificationMetrics, ShowsLogitsThatAreNoNumbers) {
  ClassificationMetrics metrics(2, /*with_auc=*/true);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  metrics.add(torch::tensor({{1.0, 0.0}, {nan, 0.0}}), torch::tensor({0L, 1L}));
  EXPECT_TRUE(std::isnan(metrics.values().at("log_loss")));
  EXPECT_TRUE(std::isnan(metrics.values().at("ece")));
  EXPECT_EQ(metrics.values().count("auc"), 0U);
}

template <typename Action>
std::string data_message(Action action) {
  return test::message_of(ExitCode::data, action);
}

TEST(ClassificationMetrics, RefusesWhatItCannotMeasure) {
  ClassificationMetrics metrics(3);
  using testing::HasSubstr;
  EXPECT_THAT(data_message([&] { metrics.values(); }), HasSubstr("nothing to measure"));
  const auto logits = torch::zeros({2, 3});
  EXPECT_THAT(data_message([&] { metrics.add(logits, torch::tensor({0L, 3L})); }), HasSubstr("0 to 2"));
  EXPECT_THAT(data_message([&] { metrics.add(logits, torch::tensor({0L, -1L})); }), HasSubstr("-1"));
  EXPECT_THAT(data_message([&] { metrics.add(logits, torch::tensor({0L})); }), HasSubstr("labels 1"));
  EXPECT_THAT(data_message([&] {
                metrics.add(torch::zeros({2, 4}), torch::tensor({0L, 1L}));
              }),
              HasSubstr("2×4"));
  EXPECT_THAT(data_message([&] { metrics.values(); }), HasSubstr("nothing to measure"));
}

}  // namespace
}  // namespace actlab
