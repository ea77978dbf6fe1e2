// Every activation of the catalogue in every speech model.

#include <gtest/gtest.h>

#include "tests/models/speech/helpers.h"

namespace actlab {
namespace {

/// Losses on one small batch before each step of Adam.
std::vector<double> losses(const std::string& model, const std::string& activation, int steps) {
  const auto shape = clips(12, 20, 4);
  const auto network = ready_model(model, activation, shape);
  const auto batch = noise(shape, 8);
  const auto labels = torch::tensor({2, 0, 1, 3, 3, 1, 0, 2}, torch::kLong);
  torch::optim::Adam optimiser(network->parameters(), 0.003);
  std::vector<double> found;
  for (int step = 0; step < steps; ++step) {
    const auto loss = torch::cross_entropy_loss(network->forward({batch}), labels);
    found.push_back(loss.item<double>());
    optimiser.zero_grad();
    loss.backward();
    optimiser.step();
  }
  return found;
}

const std::string small_cnn = "cnn:maps=16-16,first=5-4,second=4-2,linear=32,hidden=64",
                  small_crnn = "crnn:kernel=5-4,maps=16,recurrent=32,hidden=32";

class EveryRow : public testing::TestWithParam<std::string> {};

TEST_P(EveryRow, TakesAStep) {
  for (const auto& row : catalogue()) {
    // Powers of the state before, step after step, leave the range of float32.
    const bool power = row.name == "cube" || row.name == "squared_relu";
    const bool diverges = GetParam() == small_crnn && power;
    EXPECT_NE(std::isfinite(losses(GetParam(), row.name, 2)[1]), diverges) << row.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, EveryRow,
                         testing::Values("dnn:width=16", small_cnn, "ds_cnn", small_crnn, "res:maps=8"));

class Overfit : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Overfit, MemorisesEightClips) {
  const auto& [model, activation] = GetParam();
  const auto found = losses(model, activation, model == small_crnn ? 150 : 40);
  EXPECT_GT(found.front(), 0.5);
  EXPECT_LT(found.back(), 0.2 * found.front()) << found.front() << " to " << found.back();
}

INSTANTIATE_TEST_SUITE_P(Models, Overfit,
                         testing::Combine(testing::Values("dnn:depth=2", "dnn:depth=4,norm=batch",
                                                          small_cnn + ",norm=batch", "ds_cnn", "res:maps=16"),
                                          testing::Values("sigmoid", "relu", "prelu", "swish", "rrelu",
                                                          "maxout", "crelu")));
INSTANTIATE_TEST_SUITE_P(Deep, Overfit,
                         testing::Combine(testing::Values("res:depth=15,maps=8"),
                                          testing::Values("sigmoid", "relu", "maxout")));
INSTANTIATE_TEST_SUITE_P(Recurrent, Overfit,
                         testing::Combine(testing::Values(small_crnn),
                                          testing::Values("sigmoid", "relu", "tanh", "rrelu", "swiglu")));
// Gates without a bound need a norm over each sample, as in the vision models.
INSTANTIATE_TEST_SUITE_P(Gates, Overfit,
                         testing::Combine(testing::Values("dnn", small_cnn, "ds_cnn:norm=layer"),
                                          testing::Values("swiglu", "bilinear")));

}  // namespace
}  // namespace actlab
