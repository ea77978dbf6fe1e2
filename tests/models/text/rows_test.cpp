// Every activation of the catalogue in every text model.

#include <gtest/gtest.h>

#include <algorithm>

#include "lib/core/error.h"
#include "tests/models/text/helpers.h"

namespace actlab {
namespace {

/// Losses on one small batch before each step of Adam.
std::vector<double> losses(const std::string& model, const std::string& activation, int steps) {
  const auto network = ready_model(model, activation);
  const auto batch = texts({5, 2, 6, 1, 4, 6, 3, 5});
  const auto labels = torch::tensor({2, 0, 1, 3, 3, 1, 0, 2}, torch::kLong);
  torch::optim::Adam optimiser(network->parameters(), 0.003);
  std::vector<double> found;
  for (int step = 0; step < steps; ++step) {
    const auto loss = torch::cross_entropy_loss(network->forward(batch), labels);
    found.push_back(loss.item<double>());
    optimiser.zero_grad();
    loss.backward();
    optimiser.step();
  }
  return found;
}

class EveryRow : public testing::TestWithParam<std::string> {};

TEST_P(EveryRow, TakesAStepOrIsRefused) {
  for (const auto& row : catalogue()) {
    const bool refused = GetParam() == "recurrent" && choice_of(row.name).width_factor() != 1;
    if (refused) {
      EXPECT_THROW(model_of(GetParam(), row.name), Error) << row.name;
      continue;
    }
    // f(c) of a c that f made: the ninth power of the step before.
    const bool diverges = GetParam() == "recurrent" && row.name == "cube";
    EXPECT_NE(std::isfinite(losses(GetParam(), row.name, 2)[1]), diverges) << row.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, EveryRow,
                         testing::Values("dan:width=32", "text_cnn:filters=20", "recurrent",
                                         "recurrent:cell=gru", "transformer:width=16,feed_forward=32"));

class Overfit : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Overfit, MemorisesEightTexts) {
  const auto& [model, activation] = GetParam();
  const auto found = losses(model, activation, 60);
  // Not the last one: products of a state with itself (swiglu in a recurrent cell) leap away again.
  const double smallest = *std::min_element(found.begin(), found.end());
  EXPECT_GT(found.front(), 0.5);
  EXPECT_LT(smallest, 0.2 * found.front()) << found.front() << " to " << smallest;
}

INSTANTIATE_TEST_SUITE_P(Models, Overfit,
                         testing::Combine(testing::Values("dan:word_dropout=0",
                                                          "dan:depth=4,norm=batch,word_dropout=0", "text_cnn",
                                                          "recurrent:cell=gru",
                                                          "transformer:width=64,feed_forward=128"),
                                          testing::Values("sigmoid", "relu", "prelu", "swish", "rrelu",
                                                          "swiglu", "maxout", "crelu")));
INSTANTIATE_TEST_SUITE_P(Lstm, Overfit,
                         testing::Combine(testing::Values("recurrent",
                                                          "recurrent:hidden=32,layers=2,bidirectional=true"),
                                          testing::Values("sigmoid", "relu", "tanh", "prelu")));

}  // namespace
}  // namespace actlab
