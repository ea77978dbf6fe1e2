#include "apps/text_sentiment/explain.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "lib/layers/initialise.h"

namespace actlab {
namespace {

constexpr long classes = 3;

std::shared_ptr<TextNetwork> make_network(const std::string& model, const std::string& activation) {
  const auto choice = resolve_activation(parse_spec(activation));
  auto network = build_text_model(parse_spec(model), choice, {10, classes, 0});
  initialise(*network, "matched", choice, 3);
  network->to(torch::kDouble);
  network->eval();
  return network;
}

/// Two texts with repeated words, one of them shorter.
EncodedTexts texts() {
  const auto tokens = torch::tensor({{5, 3, 5, 9, 2}, {4, 4, 1, 0, 0}}, torch::kInt);
  return {tokens, tokens.ne(0).sum(1)};
}

/// What is explained of row `row`: the logit of `winner` less the mean of the others.
double lead(const at::Tensor& logits, long row, long winner) {
  const auto wins = logits[row][winner].item<double>();
  return wins - (logits[row].sum().item<double>() - wins) / (classes - 1);
}

TEST(Explain, OfALinearModelSumsToTheDifferenceFromTheEmptyText) {
  const auto network = make_network("dan:depth=1,width=6,embedding=4", "identity");
  const auto found = explain(*network, texts());
  const auto empty = network->forward({torch::zeros({1, 1}, torch::kInt), torch::ones({1}, torch::kLong)});
  for (const long row : {0L, 1L}) {
    const auto winner = found.logits[row].argmax().item<int64_t>();
    EXPECT_NEAR(found.contributions[row].sum().item<double>(),
                lead(found.logits, row, winner) - lead(empty, 0, winner), 1e-12);
  }
  EXPECT_TRUE(found.logits.equal(network->forward({texts().tokens, texts().lengths})))
      << "the model's own answer";
  EXPECT_EQ(found.contributions.slice(1, 3)[1].abs().sum().item<double>(), 0) << "padding";
}

/// The slope along a word's vector, by central differences, at each place on its own.
TEST(Explain, AgreesWithDifferencesAndTellsRepeatedWordsApart) {
  for (const auto* model :
       {"dan:depth=2,width=6,embedding=4", "text_cnn:windows=2,filters=5,embedding=4",
        "recurrent:hidden=4,embedding=4", "transformer:layers=1,heads=2,width=4,feed_forward=6"}) {
    const auto network = make_network(model, "softplus");
    const auto found = explain(*network, texts());
    const auto winner = found.logits[0].argmax().item<int64_t>();
    const auto text = texts().tokens.slice(0, 0, 1);
    auto& embedding = network->embedding();
    const auto vectors = embedding.weight.detach().index_select(0, text.flatten());
    const auto slope = [&](long place) {
      constexpr double step = 1e-5;
      double sides[2];
      for (const int side : {0, 1}) {
        auto moved = vectors.clone();
        moved[place] *= side == 0 ? 1 - step : 1 + step;
        embedding.set_table(torch::cat({torch::zeros({1, moved.size(1)}, torch::kDouble), moved}));
        const auto places = torch::arange(1, 6, torch::kInt).unsqueeze(0);
        sides[side] = lead(network->forward({places, texts().lengths.slice(0, 0, 1)}), 0, winner);
      }
      embedding.set_table({});
      return (sides[1] - sides[0]) / (2 * step);
    };
    for (long place = 0; place < 5; ++place)
      EXPECT_NEAR(found.contributions[0][place].item<double>(), slope(place), 1e-8) << model << " " << place;
    const double repeated = (found.contributions[0][0] - found.contributions[0][2]).abs().item<double>();
    if (std::string(model).rfind("dan", 0) == 0) {
      EXPECT_LT(repeated, 1e-12) << "a mean knows no order";
    } else {
      EXPECT_GT(repeated, 1e-6) << model;
    }
  }
}

TEST(Explain, LeavesTheNetworkAsItWas) {
  const auto network = make_network("text_cnn:filters=3,embedding=4", "relu");
  const auto before = network->forward({texts().tokens, texts().lengths});
  const torch::NoGradGuard no_grad;
  explain(*network, texts());
  EXPECT_TRUE(before.equal(network->forward({texts().tokens, texts().lengths})));
  for (const auto& parameter : network->parameters()) EXPECT_FALSE(parameter.grad().defined());
}

}  // namespace
}  // namespace actlab
