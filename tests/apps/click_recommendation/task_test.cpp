#include "apps/click_recommendation/click_task.h"

#include <torch/torch.h>

#include "tests/apps/click_recommendation/program_test.h"
#include "tests/errors.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class TaskOfClicks : public ClickProgram {
 protected:
  json request(const json& more = json::object()) const {
    json base = {{"dataset", "clicks"},
                 {"data_directory", folder_.string()},
                 {"train_limit", 1000},
                 {"test_limit", 300}};
    base.update(more);
    return base;
  }

  const ClickTask task_;
};

TEST_F(TaskOfClicks, ShapesComeFromTheFactsAndFitTheExamples) {
  const auto data = task_.load(request());
  const auto shape = shape_of(data.facts);
  EXPECT_EQ(data.train.count(), 1000);
  EXPECT_EQ(shape.columns(), data.train.inputs[0].size(1));
  EXPECT_EQ(shape.numbers, data.train.inputs[1].size(1));
  EXPECT_LT(data.test.inputs[0].max().item<int>(), shape.tokens);
  for (const auto* metric : {"auc", "log_loss"}) EXPECT_EQ(data.ceiling.count(metric), 1U) << metric;
  const auto network =
      task_.build(parse_spec("din:width=8"), resolve_activation(parse_spec("dice")), data.facts);
  EXPECT_EQ(network->forward(data.test.inputs).sizes(), (std::vector<int64_t>{data.test.count()}));
}

TEST_F(TaskOfClicks, ATrainedModelsFactsTakeThePlaceOfNewOnes) {
  const auto trained = task_.load(request());
  const auto again = task_.load(request({{"facts", trained.facts}, {"min_count", 50}}));
  EXPECT_EQ(again.facts, trained.facts);
  EXPECT_TRUE(again.test.inputs[0].equal(trained.test.inputs[0]));
}

/// −ln p of the label, with smoothing a mean over both labels.
TEST_F(TaskOfClicks, TheLossIsCrossEntropyOfTheFirstColumn) {
  const auto logits = torch::tensor({2.0, -1.0}, torch::kDouble);
  const auto targets = torch::tensor({{1, 5}, {1, -1}}, torch::kInt);
  const double first = std::log1p(std::exp(-2.0)), second = std::log1p(std::exp(1.0));
  Hyperparameters hyper;
  EXPECT_NEAR(task_.objective({}, hyper).loss(logits, targets).item<double>(), (first + second) / 2, 1e-12);
  hyper.label_smoothing = 0.2;
  EXPECT_NEAR(task_.objective({}, hyper).loss(logits, targets).item<double>(),
              (0.9 * first + 0.1 * (first + 2) + 0.9 * second + 0.1 * (second - 1)) / 2, 1e-12);
}

TEST_F(TaskOfClicks, MetricsAndThresholdsGoTogether) {
  const auto metrics = task_.objective({}, {}).metrics();
  metrics->add(torch::tensor({0.5, -0.5}), torch::tensor({{0, 0}, {1, 0}}, torch::kInt));
  for (const auto& [name, value] : metrics->values()) {
    if (name == "calibration") continue;
    EXPECT_GT(task_.practical_threshold(name), 0) << name;
  }
  EXPECT_THAT(message_of(ExitCode::usage, [&] { task_.practical_threshold("calibration"); }),
              HasSubstr("ece"));
  EXPECT_THAT(message_of(ExitCode::usage, [&] { task_.practical_threshold("beauty"); }), HasSubstr("auc"));
}

}  // namespace
}  // namespace actlab::test
