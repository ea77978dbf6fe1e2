#include "lib/training/trainer.h"

#include <cmath>
#include <limits>

#include "tests/lib/training/golden.h"

namespace actlab::test {
namespace {

using testing::HasSubstr;

Hyperparameters small(long epochs = 3) {
  Hyperparameters hyper;
  hyper.epochs = epochs;
  hyper.batch_size = 32;
  hyper.lr = 0.01;
  return hyper;
}

struct Trained {
  std::shared_ptr<Tiny> network;
  TrainingResult result;
};

Trained train_tiny(const std::string& activation, const Hyperparameters& hyper,
                   const TrainingOptions& options = {}, bool noisy = false,
                   const Objective& objective = classification()) {
  auto network = std::make_shared<Tiny>(activation, noisy);
  auto result = train(*network, blobs(200), blobs(50, 1), objective, hyper, options);
  return {network, std::move(result)};
}

/// Metrics that say what a script says: one value a pass over the validation set, and one log loss where
/// given.
Objective scripted(std::vector<double> script, std::vector<double> log_losses = {}) {
  struct Scripted : Metrics {
    explicit Scripted(MetricValues given) : given_values(std::move(given)) {}
    void add(const at::Tensor&, const at::Tensor&) override {}
    MetricValues values() const override { return given_values; }
    MetricValues given_values;
  };
  auto objective = classification();
  const auto next = std::make_shared<size_t>(0);
  objective.metrics = [script = std::move(script), log_losses = std::move(log_losses), next] {
    const size_t pass = (*next)++;
    MetricValues values = {{"accuracy", script.at(pass)}};
    if (!log_losses.empty()) values["log_loss"] = log_losses.at(pass);
    return std::make_unique<Scripted>(values);
  };
  return objective;
}

TrainingOptions without_probes() {
  TrainingOptions options;
  options.probes = false;
  return options;
}

TEST(Trainer, LearnsAndReports) {
  long calls = 0;
  TrainingOptions options;
  options.on_epoch = [&](const EpochResult& epoch) { EXPECT_EQ(epoch.epoch, ++calls); };
  const auto hyper = small(30);
  const auto [network, result] = train_tiny("relu", hyper, options);
  EXPECT_FALSE(result.diverged);
  EXPECT_EQ(result.error, "");
  ASSERT_EQ(result.history.size(), 30U);
  EXPECT_EQ(calls, 30);
  EXPECT_LT(result.history.back().train_loss, 0.5 * result.history.front().train_loss);
  EXPECT_GT(result.history.back().validation.at("accuracy"), 0.8);
  EXPECT_DOUBLE_EQ(result.history.back().lr, hyper.lr);
  double seconds = 0;
  for (const auto& epoch : result.history) seconds += epoch.seconds;
  EXPECT_GT(seconds, 0);
  EXPECT_NEAR(result.train_seconds, seconds, 1e-9);
  EXPECT_NEAR(result.samples_per_second, 30 * 200 / seconds, 1);
  ASSERT_EQ(result.probes.size(), 31U);  // one site, before training and after each epoch
  for (size_t i = 0; i < result.probes.size(); ++i) EXPECT_EQ(result.probes[i].epoch, static_cast<long>(i));
  EXPECT_FALSE(network->is_training());
}

TEST(Trainer, TakesTheSameStepsAsPython) {
  const Golden golden;
  Hyperparameters hyper;
  hyper.epochs = 10;
  hyper.batch_size = 16;
  hyper.lr = 0.5;
  hyper.optimizer = "sgd";
  hyper.schedule = "cosine";
  hyper.warmup = 2;
  hyper.clip = 0.3;
  const auto network = golden.network();
  auto objective = scripted({1, 2, 3, 4, 5, 6, 7, 8, 9, 10});  // the last epoch is kept
  const auto result =
      train(*network, golden.examples(), golden.examples(), objective, hyper, without_probes());
  const std::vector<double> losses = golden.all.at("scheduled").at("losses");
  ASSERT_EQ(result.history.size(), losses.size());
  for (size_t i = 0; i < losses.size(); ++i) EXPECT_NEAR(result.history[i].train_loss, losses[i], 1e-5) << i;
  Golden::expect_weights(*network, golden.all.at("scheduled").at("weights"));
}

TEST(Trainer, RepeatsBitForBit) {
  set_threads(1);
  for (const auto* activation : {"relu", "rrelu", "prelu"}) {
    const auto first = train_tiny(activation, small(), {}, true),
               second = train_tiny(activation, small(), {}, true);
    EXPECT_TRUE(same(state(*first.network), state(*second.network))) << activation;
    for (size_t i = 0; i < first.result.history.size(); ++i) {
      EXPECT_EQ(first.result.history[i].train_loss, second.result.history[i].train_loss);
      EXPECT_EQ(first.result.history[i].validation, second.result.history[i].validation);
      EXPECT_EQ(first.result.probes[i].gradient_norm, second.result.probes[i].gradient_norm);
    }
    TrainingOptions other_seed;
    other_seed.seed = 1;
    EXPECT_FALSE(
        same(state(*first.network), state(*train_tiny(activation, small(), other_seed, true).network)));
  }
}

TEST(Trainer, ProbesDisturbNothing) {
  const auto with = train_tiny("rrelu", small(), {}, true);
  const auto without = train_tiny("rrelu", small(), without_probes(), true);
  EXPECT_TRUE(without.result.probes.empty());
  EXPECT_TRUE(same(state(*with.network), state(*without.network)));
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(with.result.history[i].train_loss, without.result.history[i].train_loss);
    EXPECT_EQ(with.result.history[i].validation, without.result.history[i].validation);
  }
}

TEST(Trainer, DataOrderIsTheSameForEveryActivation) {
  const auto seen = train_tiny("relu", small()).network->seen;
  for (const auto* other : {"rrelu", "sigmoid", "prelu"}) {
    EXPECT_TRUE(same(seen, train_tiny(other, small(), {}, true).network->seen)) << other;
  }
  ASSERT_EQ(seen.size(), 3U * 7);
  EXPECT_EQ(seen[6].numel(), 200 - 6 * 32);  // the short last batch
  const auto column = std::get<0>(blobs(200).inputs[0].select(1, 0).sort());
  std::vector<at::Tensor> epochs;
  for (size_t epoch = 0; epoch < 3; ++epoch) {
    epochs.push_back(torch::cat(std::vector<at::Tensor>(seen.begin() + 7 * static_cast<long>(epoch),
                                                        seen.begin() + 7 * static_cast<long>(epoch + 1))));
    EXPECT_TRUE(std::get<0>(epochs.back().sort()).equal(column)) << "every row once";
  }
  EXPECT_FALSE(epochs[0].equal(epochs[1]));
  TrainingOptions other_seed;
  other_seed.seed = 1;
  EXPECT_FALSE(same(seen, train_tiny("relu", small(), other_seed).network->seen));
}

Examples with_sizes(Examples examples) {
  examples.sizes = (examples.inputs[0].select(1, 0) * 10).to(torch::kLong) + 50;
  return examples;
}

TEST(Trainer, BatchesHoldExamplesOfSimilarSizeForEveryActivation) {
  const auto examples = with_sizes(blobs(1000));
  const auto batches = [&](const std::string& activation) {
    Tiny network(activation, true);
    train(network, examples, blobs(50, 1), classification(), small(2), without_probes());
    return network.seen;
  };
  const auto seen = batches("relu");
  EXPECT_TRUE(same(seen, batches("rrelu")));
  ASSERT_EQ(seen.size(), 2U * 32);
  const auto column = std::get<0>(examples.inputs[0].select(1, 0).sort());
  for (const long first : {0, 32}) {
    const std::vector<at::Tensor> epoch(seen.begin() + first, seen.begin() + first + 32);
    EXPECT_TRUE(std::get<0>(torch::cat(epoch).sort()).equal(column)) << "every row once";
  }
  double spread = 0;
  for (const auto& batch : seen) spread += (batch.max() - batch.min()).item<double>() / 64;
  EXPECT_LT(spread, 0.5) << "random batches of 32 span 4 standard deviations";
}

TEST(Trainer, ReadsBlocksOneAfterTheOtherForEveryActivation) {
  auto examples = blobs(1000);
  examples.block = 64;
  examples.inputs[0].select(1, 0).copy_(torch::arange(1000));
  const auto batches = [&](const std::string& activation) {
    Tiny network(activation, true);
    auto hyper = small(2);
    hyper.lr = 1e-6;
    train(network, examples, blobs(50, 1), classification(), hyper, without_probes());
    return network.seen;
  };
  const auto seen = batches("relu");
  EXPECT_TRUE(same(seen, batches("rrelu")));
  ASSERT_EQ(seen.size(), 2U * 32);
  std::vector<at::Tensor> epochs;
  for (const long first : {0, 32}) {
    const std::vector<at::Tensor> epoch(seen.begin() + first, seen.begin() + first + 32);
    epochs.push_back(torch::cat(epoch));
    EXPECT_TRUE(std::get<0>(epochs.back().sort()).equal(torch::arange(1000, torch::kFloat)));
    const auto changes = epochs.back().div(64, "floor").diff().ne(0).sum().item<long>();
    EXPECT_EQ(changes, 15) << "16 blocks";
  }
  EXPECT_FALSE(epochs[0].equal(epochs[1]));
}

TEST(Trainer, RecordsALossThatDiverges) {
  auto hyper = small();
  hyper.optimizer = "sgd";
  hyper.lr = 1e30;
  const auto [network, result] = train_tiny("relu", hyper);
  EXPECT_TRUE(result.diverged);
  EXPECT_THAT(result.error, testing::AllOf(HasSubstr("epoch 1"), HasSubstr("training loss")));
  EXPECT_EQ(result.best_epoch, 0);
  EXPECT_TRUE(result.history.empty());
}

TEST(Trainer, RecordsAGradientThatIsNotFinite) {
  auto objective = classification();
  objective.loss = [](const at::Tensor& outputs, const at::Tensor&) { return (outputs * 0).sum().sqrt(); };
  auto hyper = small();
  hyper.batch_size = 200;  // one step: the loss never sees the weights that it broke
  const auto [network, result] = train_tiny("relu", hyper, {}, false, objective);
  EXPECT_TRUE(result.diverged);
  EXPECT_THAT(result.error, testing::AllOf(HasSubstr("epoch 1"), HasSubstr("gradient")));
}

TEST(Trainer, RecordsAMetricThatIsNoNumberAndKeepsTheBestEpoch) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto [network, result] = train_tiny("relu", small(), without_probes(), false, scripted({0.5, nan}));
  EXPECT_TRUE(result.diverged);
  EXPECT_THAT(result.error, testing::AllOf(HasSubstr("epoch 2"), HasSubstr("accuracy")));
  EXPECT_EQ(result.best_epoch, 1);
  EXPECT_EQ(result.history.size(), 1U);
  const auto one_epoch = train_tiny("relu", small(1), without_probes());
  EXPECT_TRUE(same(state(*network), state(*one_epoch.network)));
}

TEST(Trainer, RestoresTheFirstOfTheBestEpochs) {
  const auto two_epochs = train_tiny("relu", small(2), without_probes(), true, scripted({0, 1}));
  const auto more = train_tiny("relu", small(5), without_probes(), true, scripted({0.3, 0.9, 0.9, 0.2, 0.9}));
  EXPECT_EQ(more.result.best_epoch, 2);
  EXPECT_EQ(more.result.history.size(), 5U);
  EXPECT_TRUE(same(state(*two_epochs.network), state(*more.network)));

  auto losses = scripted({0.3, 0.1, 0.2, 0.9, 0.1});
  losses.larger_is_better = false;
  EXPECT_EQ(train_tiny("relu", small(5), without_probes(), true, losses).result.best_epoch, 2);
}

TEST(Trainer, RestoresTheSurestOfEquallyAccurateEpochs) {
  const auto objective = scripted({0.5, 1, 1, 1, 0.9}, {0.1, 0.3, 0.2, 0.2, 0});
  EXPECT_EQ(train_tiny("relu", small(5), without_probes(), true, objective).result.best_epoch, 3);
}

TEST(Trainer, StopsWhenPatienceEnds) {
  auto hyper = small(8);
  hyper.patience = 2;
  const auto objective = scripted({0.1, 0.2, 0.15, 0.3, 0.25, 0.3, 0.9, 0.9});
  const auto result = train_tiny("relu", hyper, without_probes(), false, objective).result;
  EXPECT_EQ(result.history.size(), 6U);
  EXPECT_EQ(result.best_epoch, 4);
}

TEST(Trainer, ClipsTheGlobalNorm) {
  auto hyper = small(1);
  hyper.batch_size = 200;
  hyper.optimizer = "sgd";
  hyper.momentum = 0;
  hyper.lr = 1;
  const auto step_length = [&](double clip) {
    hyper.clip = clip;
    const auto start = state(Tiny("relu")), end = state(*train_tiny("relu", hyper).network);
    double squares = 0;
    for (size_t i = 0; i < start.size(); ++i) squares += (end[i] - start[i]).square().sum().item<double>();
    return std::sqrt(squares);
  };
  const double free = step_length(0);
  EXPECT_GT(free, 0.1);
  EXPECT_NEAR(step_length(0.01), 0.01, 1e-5);
  EXPECT_EQ(step_length(1e6), free);
}

TEST(Trainer, TrainsInBfloat16WithFloat32Weights) {
  auto hyper = small(20);
  const auto exact = train_tiny("relu", hyper);
  hyper.dtype = "bfloat16";
  const auto rough = train_tiny("relu", hyper);
  for (const auto& parameter : rough.network->parameters()) EXPECT_EQ(parameter.scalar_type(), torch::kFloat);
  const double exact_loss = exact.result.history.back().train_loss;
  const double rough_loss = rough.result.history.back().train_loss;
  EXPECT_NE(rough_loss, exact_loss);
  EXPECT_NEAR(rough_loss, exact_loss, 0.05);
  EXPECT_EQ(rough.network->forward(blobs(2).inputs).scalar_type(), torch::kFloat)
      << "the region was not left";
}

TEST(Trainer, ZeroEpochsOnlyLook) {
  const auto [network, result] = train_tiny("relu", small(0));
  EXPECT_TRUE(same(state(*network), state(Tiny("relu"))));
  EXPECT_EQ(result.probes.size(), 1U);
  EXPECT_EQ(result.best_epoch, 0);
}

TEST(Trainer, RefusesSettingsThatMakeNoSense) {
  const auto refusal = [](auto change) {
    auto hyper = small();
    change(hyper);
    return message_of(ExitCode::usage, [&] { train_tiny("relu", hyper); });
  };
  EXPECT_THAT(refusal([](auto& h) { h.batch_size = 0; }), HasSubstr("batch size"));
  EXPECT_THAT(refusal([](auto& h) { h.epochs = -1; }), HasSubstr("epochs"));
  EXPECT_THAT(refusal([](auto& h) { h.lr = -1; }), HasSubstr("learning rate"));
  EXPECT_THAT(refusal([](auto& h) { h.lr = std::nan(""); }), HasSubstr("learning rate"));
  EXPECT_THAT(refusal([](auto& h) { h.clip = -1; }), HasSubstr("clipping"));
  EXPECT_THAT(refusal([](auto& h) { h.optimizer = "adm"; }), HasSubstr("did you mean 'adam'"));
  EXPECT_THAT(refusal([](auto& h) { h.schedule = "steps"; }), HasSubstr("did you mean 'step'"));
  EXPECT_THAT(refusal([](auto& h) { h.dtype = "float16"; }), HasSubstr("bfloat16"));
  auto objective = classification();
  objective.primary = "acuracy";
  EXPECT_THAT(message_of(ExitCode::usage, [&] { train_tiny("relu", small(), {}, false, objective); }),
              HasSubstr("did you mean 'accuracy'"));
}

TEST(Trainer, RefusesEmptyData) {
  Tiny network("relu");
  const auto none = blobs(3).slice(0, 0);
  const auto refusal = [&](const Examples& train_rows, const Examples& validation_rows) {
    return message_of(ExitCode::data,
                      [&] { train(network, train_rows, validation_rows, classification(), small(), {}); });
  };
  EXPECT_THAT(refusal(none, blobs(3)), HasSubstr("0 training"));
  EXPECT_THAT(refusal(blobs(3), none), HasSubstr("0 validation"));
  EXPECT_THAT(refusal({}, blobs(3)), HasSubstr("0 training"));
}

TEST(Evaluate, DoesNotDependOnTheBatchSize) {
  Tiny network("relu", true);
  network.train();
  const auto examples = blobs(103);
  const auto whole = evaluate(network, examples, classification(), torch::kCPU, 103);
  const auto parts = evaluate(network, examples, classification(), torch::kCPU, 10);
  EXPECT_FALSE(network.is_training());
  EXPECT_TRUE(network.seen.empty());
  EXPECT_EQ(whole.at("accuracy"), parts.at("accuracy"));
  EXPECT_NEAR(whole.at("log_loss"), parts.at("log_loss"), 1e-6);
  ClassificationMetrics by_hand(3);
  by_hand.add(network.forward(examples.inputs), examples.targets);
  EXPECT_EQ(by_hand.values(), whole);
}

TEST(Evaluate, DoesNotDependOnTheOrderThatSizesGive) {
  Tiny network("relu", true);
  const auto examples = blobs(103);
  const auto plain = evaluate(network, examples, classification(), torch::kCPU, 10);
  const auto sorted = evaluate(network, with_sizes(examples), classification(), torch::kCPU, 10);
  EXPECT_EQ(plain.at("accuracy"), sorted.at("accuracy"));
  EXPECT_NEAR(plain.at("log_loss"), sorted.at("log_loss"), 1e-6);
}

TEST(Evaluate, PutsExamplesOfSimilarSizeTogether) {
  struct Listening : Tiny {
    using Tiny::Tiny;
    at::Tensor forward(const std::vector<at::Tensor>& inputs) override {
      columns.push_back(inputs[0].select(1, 0));
      return Tiny::forward(inputs);
    }
    std::vector<at::Tensor> columns;
  };
  Listening network("relu");
  const auto examples = with_sizes(blobs(103));
  evaluate(network, examples, classification(), torch::kCPU, 10);
  const auto sizes = (torch::cat(network.columns) * 10).to(torch::kLong) + 50;
  EXPECT_TRUE(sizes.equal(std::get<0>(examples.sizes.sort())));
}

TEST(Examples, SelectAndSlice) {
  const Examples examples = {{torch::arange(12).view({4, 3}), torch::arange(4)}, torch::arange(4) * 10};
  const auto chosen = examples.select(torch::tensor({3L, 1L, 3L}));
  EXPECT_TRUE(chosen.inputs[0].select(1, 0).equal(torch::tensor({9L, 3L, 9L})));
  EXPECT_TRUE(chosen.inputs[1].equal(torch::tensor({3L, 1L, 3L})));
  EXPECT_TRUE(chosen.targets.equal(torch::tensor({30L, 10L, 30L})));
  const auto part = examples.slice(1, 3);
  EXPECT_EQ(part.count(), 2);
  EXPECT_EQ(part.inputs[0].data_ptr<int64_t>(), examples.inputs[0].data_ptr<int64_t>() + 3);  // no copy
  EXPECT_EQ(Examples().count(), 0);
  EXPECT_FALSE(part.sizes.defined() || chosen.sizes.defined() || examples.to(torch::kCPU).sizes.defined());
}

TEST(Examples, CarryTheirSizesAlong) {
  Examples examples = {{torch::arange(4)}, torch::arange(4)};
  examples.sizes = torch::arange(4) + 7;
  EXPECT_TRUE(examples.select(torch::tensor({3L, 1L})).sizes.equal(torch::tensor({10L, 8L})));
  EXPECT_TRUE(examples.slice(1, 3).sizes.equal(torch::tensor({8L, 9L})));
  EXPECT_TRUE(examples.to(torch::kCPU).sizes.equal(examples.sizes));
}

TEST(Examples, CarryTheirBlockAlongAndStayWhereTheyAre) {
  Examples examples = {{torch::arange(12).view({4, 3})}, torch::arange(4)};
  examples.block = 2;
  const auto there = examples.to(torch::kCPU);
  EXPECT_EQ(there.inputs[0].data_ptr(), examples.inputs[0].data_ptr());
  EXPECT_EQ(there.targets.data_ptr(), examples.targets.data_ptr());
  for (const auto& each : {there, examples.slice(1, 3), examples.select(torch::tensor({3L}))})
    EXPECT_EQ(each.block, 2);
}

TEST(Trainer, TrainsOnCuda) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "this LibTorch sees no CUDA device";
  TrainingOptions options;
  options.device = torch::kCUDA;
  auto hyper = small(20);
  hyper.clip = 1;
  const double exact = train_tiny("rrelu", hyper, {}, true).result.history.back().train_loss;
  EXPECT_NEAR(train_tiny("rrelu", hyper, options, true).result.history.back().train_loss, exact, 0.05);
  hyper.dtype = "bfloat16";
  EXPECT_NEAR(train_tiny("rrelu", hyper, options, true).result.history.back().train_loss, exact, 0.1);
}

}  // namespace
}  // namespace actlab::test
