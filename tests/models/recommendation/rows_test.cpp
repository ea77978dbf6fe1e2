// Every activation of the catalogue in every recommendation model, trained as the suite trains.

#include <gtest/gtest.h>

#include "lib/training/optimisers.h"
#include "tests/models/recommendation/helpers.h"

namespace actlab {
namespace {

struct Trained {
  std::shared_ptr<Network> network;
  std::vector<double> losses;  // before each step
};

Trained train_on_one_batch(const std::string& model, const std::string& activation, int steps,
                           const std::string& optimizer = "adam", double lr = 0.01) {
  Trained trained{ready_model(model, activation), {}};
  Hyperparameters hyper;
  hyper.optimizer = optimizer;
  hyper.lr = lr;
  const auto optimiser = make_optimiser(*trained.network, hyper);
  const auto batch = clicks(16);
  for (int step = 0; step < steps; ++step) {
    optimiser->zero_grad();
    const auto loss = click_loss(*trained.network, batch, labels_of(16));
    trained.losses.push_back(loss.item<double>());
    loss.backward();
    optimiser->step();
  }
  return trained;
}

class EveryRow : public testing::TestWithParam<std::string> {};

TEST_P(EveryRow, TakesAStep) {
  for (const auto& row : catalogue()) {
    const auto losses = train_on_one_batch(GetParam(), row.name, 2).losses;
    EXPECT_TRUE(std::isfinite(losses[1])) << row.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, EveryRow,
                         testing::Values("mlp:width=24,depth=2", "wide_deep:width=24", "deepfm:width=24",
                                         "dcn:width=24", "din:attention=12,width=24"));

class Overfit : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Overfit, MemorisesSixteenExamples) {
  const auto& [model, activation] = GetParam();
  const auto losses = train_on_one_batch(model, activation, 120).losses;
  EXPECT_GT(losses.front(), 0.4);
  EXPECT_LT(losses.back(), 0.2 * losses.front()) << losses.front() << " to " << losses.back();
}

INSTANTIATE_TEST_SUITE_P(
    Models, Overfit,
    testing::Combine(testing::Values("mlp:width=32,depth=2", "mlp:width=32,depth=4,norm=batch",
                                     "wide_deep:width=32", "deepfm:width=32-16", "dcn:width=32",
                                     "dcn:structure=parallel,rank=4,width=32", "din:attention=12,width=32"),
                     testing::Values("sigmoid", "relu", "prelu", "dice", "swish", "rrelu", "swiglu", "maxout",
                                     "crelu")));
INSTANTIATE_TEST_SUITE_P(WithoutActivation, Overfit,
                         testing::Combine(testing::Values("lr", "fm"), testing::Values("relu")));

TEST(Training, RowWiseAdagradMemorisesToo) {
  const auto losses = train_on_one_batch("deepfm:width=32", "relu", 150, "adagrad", 0.1).losses;
  EXPECT_LT(losses.back(), 0.2 * losses.front()) << losses.front() << " to " << losses.back();
}

TEST(Training, RepeatsBitForBit) {
  for (const std::string model :
       {"deepfm:width=32,dropout=0.2", "din:attention=12,width=24", "dcn:width=24"}) {
    const auto first = train_on_one_batch(model, "rrelu", 5), second = train_on_one_batch(model, "rrelu", 5);
    EXPECT_EQ(first.losses, second.losses) << model;
    const auto others = second.network->named_parameters();
    for (const auto& item : first.network->named_parameters())
      EXPECT_TRUE(torch::equal(item.value(), others[item.key()])) << model << item.key();
  }
}

TEST(Training, ModelsWithoutAnActivationAreTheSameForEveryOne) {
  for (const std::string model : {"lr", "fm"}) {
    EXPECT_EQ(train_on_one_batch(model, "relu", 5).losses, train_on_one_batch(model, "dice", 5).losses);
  }
}

/// Rows that no batch touched stay as they are, bit for bit.
TEST(Training, TouchesTheRowsOfTheBatchAlone) {
  for (const std::string optimizer : {"adam", "adagrad"}) {
    const auto start = ready_model("deepfm:width=32", "relu");
    const auto end = train_on_one_batch("deepfm:width=32", "relu", 3, optimizer).network;
    const auto touched = torch::zeros({60}, torch::kBool);
    touched.index_fill_(0, clicks(16)[0].flatten().to(torch::kLong), true)[0] = false;
    for (const auto* table : {"embedding.weight", "first_order.tokens.weight"}) {
      const auto changed = start->named_parameters()[table].ne(end->named_parameters()[table]).any(1);
      EXPECT_TRUE(changed.equal(touched)) << optimizer << table;
    }
  }
}

}  // namespace
}  // namespace actlab
