#include "lib/experiment/run_one.h"

#include <cmath>

#include "tests/lib/experiment/tiny_task.h"

namespace actlab::test {
namespace {

using testing::HasSubstr;

RunRecord run(const TinyTask& task, const RunSpec& spec) {
  set_threads(1);
  return run_one(task, task.load({}), spec);
}

TEST(RunOne, SaysEverythingThatHappened) {
  const TinyTask task;
  const auto record = run(task, tiny_spec("prelu"));
  EXPECT_EQ(record.status, RunStatus::ok) << record.error;
  EXPECT_EQ(record.history.size(), 3U);
  EXPECT_EQ(record.dataset["train"], 180);
  EXPECT_EQ(record.dataset["validation"], 20);
  EXPECT_EQ(record.model["parameters"], 5 * 7 + 7 + 2 * 7 + 7 + 7 * 3 + 3);
  EXPECT_EQ(record.test.count("accuracy"), 1U);
  EXPECT_EQ(record.learned.size(), 1U);
  EXPECT_NE(record.learned.begin().value()["mean"], 0.25) << "the slope was learned";
  EXPECT_EQ(record.probes.size(), 4U) << "one site, before training and after each of three epochs";
  EXPECT_GT(record.samples_per_second, 0);
  EXPECT_EQ(record.environment["threads"], 1);
}

TEST(RunOne, IsBitForBitTheSameWhenRepeatedOnOneThread) {
  const TinyTask task;
  for (const auto* activation : {"relu", "rrelu", "swish"}) {
    const auto first = without_clock(run(task, tiny_spec(activation, 3)));
    torch::manual_seed(12345);  // the global generator has no say
    EXPECT_EQ(first, without_clock(run(task, tiny_spec(activation, 3)))) << activation;
    EXPECT_NE(first, without_clock(run(task, tiny_spec(activation, 4)))) << "another seed is another run";
  }
}

/// Draws are made on the CPU whatever the device, so only rounding differs.
TEST(RunOne, CudaGivesTheSameRun) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  const TinyTask task;
  for (const auto* activation : {"relu", "rrelu", "prelu", "dice"}) {
    auto spec = tiny_spec(activation, 3);
    const auto expected = run(task, spec);
    const auto expected_order = task.last->seen;
    spec.device = "cuda:0";
    const auto found = run(task, spec);
    ASSERT_EQ(found.status, RunStatus::ok) << found.error;
    EXPECT_EQ(found.environment["device"], "cuda:0");
    ASSERT_EQ(task.last->seen.size(), expected_order.size());
    for (size_t i = 0; i < expected_order.size(); ++i)
      EXPECT_TRUE(task.last->seen[i].cpu().equal(expected_order[i])) << activation << " batch " << i;
    EXPECT_THAT(found.history.column("train_loss"),
                testing::Pointwise(testing::DoubleNear(1e-4), expected.history.column("train_loss")))
        << activation;
    ASSERT_EQ(found.probes.size(), expected.probes.size());
    EXPECT_NEAR(found.probes[0].gradient_norm, expected.probes[0].gradient_norm, 1e-4) << activation;
  }
}

TEST(RunOne, EveryActivationSeesTheSameDataInTheSameOrder) {
  const TinyTask task;
  run(task, tiny_spec("relu"));
  const auto expected = task.last->seen;
  EXPECT_EQ(expected.size(), 3U * 6U);
  for (const auto* activation : {"sigmoid", "rrelu", "prelu", "identity"}) {
    run(task, tiny_spec(activation));
    EXPECT_TRUE(same(expected, task.last->seen)) << activation;
  }
  run(task, tiny_spec("relu", 1));
  EXPECT_FALSE(same(expected, task.last->seen)) << "another seed has another order";
}

TEST(RunOne, AnActivationThatDrawsNumbersShiftsNobodyElses) {
  // rrelu with lower ≈ upper draws its slopes but computes leaky_relu, nearly: weights, order and dropout
  // must all agree.
  const TinyTask task;
  const auto drawn = run(task, tiny_spec("rrelu:lower=0.249999,upper=0.250001"));
  const auto fixed = run(task, tiny_spec("leaky_relu:slope=0.25"));
  EXPECT_EQ(drawn.history.size(), 3U);
  EXPECT_THAT(drawn.history.column("train_loss"),
              testing::Pointwise(testing::DoubleNear(1e-4), fixed.history.column("train_loss")));
}

TEST(RunOne, ValidationIsATenthThatDependsOnTheSeedAlone) {
  const auto data = TinyTask().load({});
  const auto [train, validation] = split_validation(data, 0);
  EXPECT_EQ(train.count(), 180);
  EXPECT_EQ(validation.count(), 20);
  const auto both = torch::cat({train.inputs[0], validation.inputs[0]}).select(1, 0);
  EXPECT_TRUE(torch::equal(std::get<0>(both.sort()), std::get<0>(data.train.inputs[0].select(1, 0).sort())))
      << "every example is on exactly one side";
  EXPECT_TRUE(torch::equal(validation.inputs[0], split_validation(data, 0).second.inputs[0]));
  EXPECT_FALSE(torch::equal(validation.inputs[0], split_validation(data, 1).second.inputs[0]));
}

TEST(RunOne, AGivenValidationPartIsKept) {
  auto data = TinyTask().load({});
  data.validation = blobs(30, 5);
  const auto [train, validation] = split_validation(data, 0);
  EXPECT_EQ(train.count(), 200);
  EXPECT_TRUE(torch::equal(validation.inputs[0], data.validation.inputs[0]));
}

TEST(RunOne, ADivergedRunIsARecordWithoutTestMetrics) {
  const TinyTask task;
  auto spec = tiny_spec("relu");
  spec.hyper.optimizer = "sgd";
  spec.hyper.lr = 1e38;
  const auto record = run(task, spec);
  EXPECT_EQ(record.status, RunStatus::diverged);
  EXPECT_THAT(record.error, HasSubstr("epoch"));
  EXPECT_TRUE(record.test.empty());
}

TEST(RunOne, ARunThatThrowsIsAFailedRecordWithTheReason) {
  const TinyTask task;
  auto spec = tiny_spec("relu");
  spec.model = {"broken", {}};
  const auto record = run(task, spec);
  EXPECT_EQ(record.status, RunStatus::failed);
  EXPECT_EQ(record.error, "out of memory, say");
  EXPECT_EQ(record.run_id, spec.run_id());
}

/// The network of a run without training, from these given values.
std::shared_ptr<Tiny> started_from(const std::map<std::string, at::Tensor>& initial) {
  const TinyTask task;
  auto data = task.load({});
  data.initial = initial;
  auto spec = tiny_spec("relu");
  spec.hyper.epochs = 0;
  const auto record = run_one(task, data, spec);
  EXPECT_EQ(record.status, RunStatus::ok) << record.error;
  return task.last;
}

TEST(RunOne, GivenValuesTakeThePlaceOfRandomOnesWhereTheyAreNumbers) {
  const auto random = started_from({})->first->weight.detach();
  auto given = torch::arange(35, torch::kDouble).view({7, 5});
  given[2][0] = std::nan("");
  given[6] = std::nan("");
  const auto network =
      started_from({{"first.weight", given}, {"second.bias", torch::tensor({1., std::nan(""), 3.})}});
  for (const long row : {0, 1, 3, 4, 5})
    EXPECT_TRUE(network->first->weight[row].equal(given[row].to(torch::kFloat)));
  for (const long row : {2, 6}) EXPECT_TRUE(network->first->weight[row].equal(random[row]));
  EXPECT_TRUE(network->second->bias.equal(torch::tensor({1.F, 0.F, 3.F})));
}

TEST(RunOne, GivenValuesForAnotherNetworkAreAnError) {
  const TinyTask task;
  const auto error = [&](const std::string& path, const at::Tensor& values) {
    auto data = task.load({});
    data.initial = {{path, values}};
    return run_one(task, data, tiny_spec("relu")).error;
  };
  EXPECT_THAT(error("first.weihgt", torch::zeros({7, 5})), HasSubstr("did you mean 'first.weight'"));
  EXPECT_THAT(error("first.weight", torch::zeros({7, 6})),
              testing::AllOf(HasSubstr("first.weight: 7×6"), HasSubstr("7×5")));
}

TEST(RunOne, TestDataDoesNotChangeTheTraining) {
  const TinyTask task;
  auto data = task.load({});
  const auto expected = run_one(task, data, tiny_spec("relu"));
  data.test = blobs(60, 9);
  const auto other = run_one(task, data, tiny_spec("relu"));
  EXPECT_EQ(without_clock(expected)["history"], without_clock(other)["history"]);
}

/// One example has no area under the curve.
class RankingTask : public TinyTask {
 public:
  std::string primary_metric() const override { return "auc"; }
  Objective objective(const nlohmann::json& facts, const Hyperparameters& hyper) const override {
    auto objective = TinyTask::objective(facts, hyper);
    objective.metrics = [] { return std::make_unique<ClassificationMetrics>(3, /*with_auc=*/true); };
    objective.primary = "auc";
    return objective;
  }
};

TEST(Estimate, NeedsNoMetricOfAFewExamples) {
  const RankingTask task;
  EXPECT_GT(estimate_seconds(task, task.load({}), tiny_spec("relu")), 0);
}

}  // namespace
}  // namespace actlab::test
