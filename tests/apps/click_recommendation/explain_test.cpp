#include "apps/click_recommendation/explain.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "lib/layers/initialise.h"
#include "models/recommendation/parts.h"

namespace actlab {
namespace {

/// An item with its kinds (a bag) and the user's earlier items; two numbers.
ClickShape shape() {
  ClickShape shape;
  shape.tokens = 20;
  shape.fields = {{"item", FieldKind::single, 0, 1, -1},
                  {"kinds", FieldKind::bag, 1, 2, -1},
                  {"earlier", FieldKind::history, 3, 3, 0}};
  shape.numbers = 2;
  return shape;
}

const std::vector<std::string> numbers = {"price", "age"};

/// Two rows; an earlier item is the candidate itself, and one bag is empty.
ClickRows rows() {
  return {torch::tensor({{5, 9, 10, 5, 6, 0}, {6, 0, 0, 7, 0, 0}}, torch::kInt),
          torch::tensor({{0.5, -1.5}, {0.0, 2.0}}, torch::kDouble),
          {}};
}

std::shared_ptr<Network> make_network(const std::string& model, const std::string& activation) {
  const auto choice = resolve_activation(parse_spec(activation));
  auto network = build_recommendation_model(parse_spec(model), choice, shape());
  initialise(*network, "matched", choice, 3);
  network->to(torch::kDouble);
  const torch::NoGradGuard no_grad;
  torch::manual_seed(1);
  for (auto& parameter : network->parameters()) parameter.add_(0.2 * torch::randn_like(parameter));
  for (const auto& module : network->modules()) {
    if (auto* table = dynamic_cast<FieldVectors*>(module.get())) table->weight[0].zero_();
  }
  network->eval();
  return network;
}

TEST(ExplainClicks, OfALinearModelSumsToTheDifferenceFromNothing) {
  const auto network = make_network("lr", "relu");
  const auto found = explain(*network, shape(), numbers, rows());
  EXPECT_EQ(found.names, (std::vector<std::string>{"item", "kinds", "earlier", "price", "age"}));
  const auto nothing =
      network->forward({torch::zeros({1, 6}, torch::kInt), torch::zeros({1, 2}, torch::kDouble)});
  EXPECT_TRUE(found.values.sum(1).allclose(found.logits - nothing, 1e-12, 1e-12));
  EXPECT_TRUE(found.logits.equal(network->forward({rows().tokens, rows().numbers})))
      << "the model's own answer";
  EXPECT_EQ(found.values[1][1].item<double>(), 0) << "an empty bag";
  EXPECT_EQ(found.values[1][3].item<double>(), 0) << "a number at its mean";
}

/// The logit of the first row with its number `place` times a factor.
double with_number(Network& network, long place, double factor) {
  const auto moved = rows();
  moved.numbers.select(1, place).mul_(factor);
  return network.forward({moved.tokens, moved.numbers})[0].item<double>();
}

/// The same with the vectors of its kinds times a factor: tokens 9 and 10, which stand in no other field.
double with_kinds(Network& network, double factor) {
  const torch::NoGradGuard no_grad;
  std::vector<std::pair<at::Tensor, at::Tensor>> kept;
  for (const auto& module : network.modules()) {
    auto* table = dynamic_cast<FieldVectors*>(module.get());
    if (table == nullptr) continue;
    kept.emplace_back(table->weight, table->weight.clone());
    table->weight.slice(0, 9, 11).mul_(factor);
  }
  const double logit = network.forward({rows().tokens, rows().numbers})[0].item<double>();
  for (auto& [weight, values] : kept) weight.copy_(values);
  return logit;
}

/// How a logit grows with a factor at 1, by central differences.
template <typename Logit>
double slope(Logit logit) {
  constexpr double step = 1e-5;
  return (logit(1 + step) - logit(1 - step)) / (2 * step);
}

TEST(ExplainClicks, AgreesWithDifferences) {
  for (const auto* model :
       {"fm", "mlp:width=6-5", "deepfm:width=6", "dcn:width=6", "din:attention=5,width=6"}) {
    const auto network = make_network(model, "softplus");
    const auto found = explain(*network, shape(), numbers, rows()).values[0];
    for (const long place : {0L, 1L}) {
      EXPECT_NEAR(found[3 + place].item<double>(),
                  slope([&](double factor) { return with_number(*network, place, factor); }), 1e-7)
          << model;
    }
    EXPECT_NEAR(found[1].item<double>(), slope([&](double factor) { return with_kinds(*network, factor); }),
                1e-7)
        << model;
  }
}

TEST(ExplainClicks, LeavesTheNetworkAsItWas) {
  const auto network = make_network("deepfm:width=6", "relu");
  const auto before = network->forward({rows().tokens, rows().numbers});
  const torch::NoGradGuard no_grad;
  explain(*network, shape(), numbers, rows());
  EXPECT_TRUE(before.equal(network->forward({rows().tokens, rows().numbers})));
  for (const auto& parameter : network->parameters()) EXPECT_FALSE(parameter.grad().defined());
}

}  // namespace
}  // namespace actlab
