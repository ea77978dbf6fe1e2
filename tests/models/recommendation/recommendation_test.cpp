#include "models/recommendation/recommendation.h"

#include <gmock/gmock.h>

#include "lib/core/compat.h"
#include "tests/errors.h"
#include "tests/models/recommendation/helpers.h"

namespace actlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

long parameter_count(const std::string& model, const std::string& activation = "relu") {
  long count = 0;
  for (const auto& parameter : model_of(model, activation)->parameters()) count += parameter.numel();
  return count;
}

std::vector<std::string> sites(const std::string& model) {
  std::vector<std::string> names;
  const auto network = model_of(model, "relu");
  for (const auto& module : network->named_modules("", false)) {
    if (dynamic_cast<Activation*>(module.value().get()) != nullptr) names.push_back(module.key());
  }
  return names;
}

std::string message_of(const std::string& model, const ClickShape& shape = small_shape()) {
  return test::message_of(ExitCode::usage, [&] { model_of(model, "relu", shape); });
}

at::Tensor columns(const at::Tensor& tokens, const std::vector<int64_t>& order) {
  return tokens.index_select(1, torch::tensor(order, torch::kLong));
}

class EveryForm : public testing::TestWithParam<std::string> {};

TEST_P(EveryForm, GivesALogitAnExample) {
  for (const std::string activation : {"relu", "prelu", "dice"}) {
    const auto logits = ready_model(GetParam(), activation)->forward(clicks(7));
    EXPECT_EQ(logits.sizes(), at::IntArrayRef({7}));
    EXPECT_TRUE(logits.isfinite().all().item<bool>());
  }
}

/// In training too: no statistic of a batch and no draw knows of padding.
TEST_P(EveryForm, DoesNotSeePadding) {
  const auto narrow = clicks(12);
  const auto tokens = narrow[0];
  const auto zeros = [](long count) { return torch::zeros({12, count}, torch::kInt); };
  const std::vector<at::Tensor> wide{
      torch::cat({tokens.slice(1, 0, 5), zeros(3), tokens.slice(1, 5, 9), zeros(5), tokens.slice(1, 9)}, 1),
      narrow[1]};
  for (const std::string activation : {"relu", "dice", "rrelu", "abrelu"}) {
    const auto network = ready_model(GetParam(), activation);
    const auto twin = ready_model(GetParam(), activation, small_shape(6, 9));
    EXPECT_TRUE(torch::equal(network->forward(narrow), twin->forward(wide))) << activation;
    network->eval();
    twin->eval();
    EXPECT_TRUE(torch::equal(network->forward(narrow), twin->forward(wide))) << activation;
  }
}

TEST_P(EveryForm, DoesNotSeeOtherExamplesInEvaluation) {
  const torch::NoGradGuard no_grad;
  const auto batch = clicks(10);
  for (const std::string activation : {"relu", "swish", "prelu", "abrelu", "dice"}) {
    const auto network = ready_model(GetParam(), activation);
    network->eval();
    const auto together = network->forward(batch);
    for (long i = 0; i < 10; ++i) {
      const auto alone = network->forward({batch[0].narrow(0, i, 1), batch[1].narrow(0, i, 1)});
      EXPECT_TRUE(alone.allclose(together.narrow(0, i, 1), 1e-4, 1e-5)) << activation << i;
    }
  }
}

TEST_P(EveryForm, DoesNotSeeTheOrderInsideABagOrAHistory) {
  const torch::NoGradGuard no_grad;
  const auto network = ready_model(GetParam(), "tanh");
  network->eval();
  const auto batch = clicks(10);
  const auto shuffled = columns(batch[0], {0, 1, 4, 2, 3, 8, 6, 5, 7, 9});
  EXPECT_TRUE(network->forward(batch).allclose(network->forward({shuffled, batch[1]}), 1e-4, 1e-5));
}

TEST_P(EveryForm, DoesNotSeeWhereTheColumnsOfAFieldStand) {
  const torch::NoGradGuard no_grad;
  const auto batch = clicks(10);
  auto moved = small_shape();  // city, genres, earlier, item, user
  const std::vector<long> first{9, 8, 1, 4, 0};
  for (size_t i = 0; i < first.size(); ++i) moved.fields[i].first = first[i];
  const auto network = ready_model(GetParam(), "relu"), twin = ready_model(GetParam(), "relu", moved);
  network->eval();
  twin->eval();
  const auto tokens = columns(batch[0], {9, 2, 3, 4, 5, 6, 7, 8, 1, 0});
  EXPECT_TRUE(torch::equal(network->forward(batch), twin->forward({tokens, batch[1]})));
}

TEST_P(EveryForm, DrawsTheSameNoiseForTheSameSeedAndNoneInEvaluation) {
  const auto batch = clicks(12);
  const auto network = ready_model(GetParam(), "rrelu"), twin = ready_model(GetParam(), "rrelu");
  EXPECT_TRUE(torch::equal(network->forward(batch), twin->forward(batch)));
  network->eval();
  EXPECT_TRUE(torch::equal(network->forward(batch), network->forward(batch)));
}

TEST_P(EveryForm, StartsFromTheSameDrawsWhateverTheActivation) {
  for (const auto& policy : initialisation_policies()) {
    if (policy == "matched") continue;  // scales them by the activation's gain
    const auto of = [&](const std::string& activation) {
      auto network = model_of(GetParam(), activation);
      initialise(*network, policy, choice_of(activation), 1);
      return network;
    };
    const auto relu = of("relu"), tanh = of("tanh");
    const auto others = tanh->named_parameters();
    for (const auto& item : relu->named_parameters())
      EXPECT_TRUE(torch::equal(item.value(), others[item.key()])) << policy << item.key();
  }
}

TEST_P(EveryForm, LearnsFromEveryParameter) {
  const auto network = ready_model(GetParam(), "tanh");
  click_loss(*network, clicks(12), labels_of(12)).backward();
  for (const auto& item : network->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().max().item<float>(), 0) << item.key();
  }
}

TEST_P(EveryForm, HasSparseGradientsThatEqualDenseOnesOverTheTokensOfTheBatch) {
  const auto batch = clicks(12);
  const auto gradients = [&](bool sparse) {
    auto network = ready_model(GetParam(), "relu");
    for (const auto& module : network->modules(false)) {
      if (auto* table = dynamic_cast<Embedding*>(module.get())) table->use_sparse_gradients(sparse);
    }
    click_loss(*network, batch, labels_of(12)).backward();
    return network;
  };
  const auto sparse = gradients(true), dense = gradients(false);
  const auto others = dense->named_parameters();
  const long seen = std::get<0>(at::_unique(batch[0])).numel() - 1;  // without padding
  for (const auto& item : sparse->named_parameters()) {
    const auto& gradient = item.value().grad();
    EXPECT_TRUE(gradient.to_dense().allclose(others[item.key()].grad(), 1e-5, 1e-7)) << item.key();
    if (item.value().size(0) != small_shape().tokens) continue;
    ASSERT_TRUE(gradient.is_sparse()) << item.key();
    EXPECT_EQ(gradient.coalesce()._indices().numel(), seen) << item.key();
  }
}

INSTANTIATE_TEST_SUITE_P(Models, EveryForm,
                         testing::Values("lr", "fm", "fm:embedding=5", "mlp", "mlp:depth=6,width=32",
                                         "mlp:norm=batch,dropout=0.2", "wide_deep:width=30-20,norm=layer",
                                         "deepfm:width=40,depth=2", "dcn:width=40",
                                         "dcn:structure=parallel,width=40,layers=2",
                                         "dcn:rank=4,width=40,norm=batch", "din",
                                         "din:embedding=6,attention=12,width=20-10,norm=batch,dropout=0.3"));

TEST(Recommendation, ModelsHaveTheirTextbookParameterCounts) {
  const long tokens = 60, fields = 5, numbers = 3, k = 16, inputs = fields * k + numbers;
  const long first_order = tokens + numbers + 1, table = tokens * k;
  const auto tower = [](const std::vector<long>& widths) {
    long count = widths.back() + 1;
    for (size_t i = 0; i + 1 < widths.size(); ++i) count += (widths[i] + 1) * widths[i + 1];
    return count;
  };
  const long products = (numbers + 1) * k;  // with a row of padding, never learned
  EXPECT_EQ(parameter_count("lr"), first_order);
  EXPECT_EQ(parameter_count("fm"), first_order + table + products);
  EXPECT_EQ(parameter_count("mlp"), table + tower({inputs, 256, 256}));
  EXPECT_EQ(parameter_count("mlp:depth=6,width=50"), table + tower({inputs, 50, 50, 50, 50, 50, 50}));
  EXPECT_EQ(parameter_count("wide_deep"), first_order + table + tower({inputs, 400, 400, 400}));
  EXPECT_EQ(parameter_count("deepfm"), first_order + table + products + tower({inputs, 400, 400, 400}));
  const long cross = 3 * (inputs + 1) * inputs;
  EXPECT_EQ(parameter_count("dcn"), table + cross + tower({inputs, 400, 400, 400}));
  EXPECT_EQ(parameter_count("dcn:structure=parallel"),
            table + cross + inputs + tower({inputs, 400, 400, 400}));
  EXPECT_EQ(parameter_count("dcn:rank=7"), table + 3 * (2 * 7 + 1) * inputs + tower({inputs, 400, 400, 400}));
  EXPECT_EQ(parameter_count("din"), table + tower({4 * k, 80, 40}) + tower({inputs, 200, 80}));
}

TEST(Recommendation, DepthRepeatsOneWidth) {
  EXPECT_EQ(parameter_count("deepfm:depth=3"), parameter_count("deepfm"));
  EXPECT_EQ(parameter_count("din:depth=2"), parameter_count("din:width=200-200"));
  EXPECT_EQ(parameter_count("mlp:depth=3,width=20"), parameter_count("mlp:width=20-20-20"));
  EXPECT_THAT(message_of("mlp:depth=3,width=20-20"), HasSubstr("leave one"));
}

TEST(Recommendation, SitesAreNamedInTheOrderOfTheSignal) {
  EXPECT_THAT(sites("lr"), ElementsAre());
  EXPECT_THAT(sites("fm"), ElementsAre());
  EXPECT_THAT(sites("mlp"), ElementsAre("tower.hidden.0.activation", "tower.hidden.1.activation"));
  EXPECT_THAT(
      sites("din:width=200"),
      ElementsAre("units.0.hidden.0.activation", "units.0.hidden.1.activation", "tower.hidden.0.activation"));
}

/// Under `matched`, what sees vectors or numbers has gain 1, and what sees an activation that of the
/// activation.
TEST(Recommendation, MatchedTellsDataFromActivations) {
  const auto deviations = [](const std::string& model, const std::string& activation) {
    auto network = model_of(model, activation);
    initialise(*network, "matched", choice_of(activation), 1);
    std::map<std::string, double> scaled;
    for (const auto& item : network->named_parameters()) {
      if (item.key().find("weight") == std::string::npos || item.value().dim() != 2) continue;
      scaled[item.key()] =
          (item.value().detach().std() * std::sqrt(static_cast<double>(item.value().size(1)))).item<double>();
    }
    return scaled;
  };
  const auto dcn = deviations("dcn:structure=parallel", "sigmoid");
  const auto din = deviations("din", "sigmoid");
  for (const auto* name : {"cross.0.weight.weight", "cross.2.weight.weight", "tower.hidden.0.linear.weight"})
    EXPECT_NEAR(dcn.at(name), 1, 0.05) << name;
  EXPECT_NEAR(din.at("units.0.hidden.0.linear.weight"), 1, 0.05);
  EXPECT_NEAR(din.at("tower.hidden.0.linear.weight"), 1, 0.05);
  EXPECT_GT(dcn.at("tower.hidden.1.linear.weight"), 1.5) << "the gain of sigmoid is 1.8";
  EXPECT_GT(din.at("units.0.hidden.1.linear.weight"), 1.5);
}

TEST(Recommendation, TablesStartSmallAndFirstOrderWeightsAtZeroUnderEveryPolicy) {
  for (const auto& policy : initialisation_policies()) {
    auto network = model_of("deepfm", "relu");
    initialise(*network, policy, choice_of("relu"), 1);
    const auto parameters = network->named_parameters();
    for (const auto* name : {"first_order.tokens.weight", "first_order.numbers", "first_order.bias"})
      EXPECT_EQ(parameters[name].abs().max().item<float>(), 0) << name;
    for (const auto* name : {"embedding.weight", "products.numbers.weight"}) {
      EXPECT_LE(parameters[name].abs().max().item<float>(), 0.05F) << name;
      EXPECT_GT(parameters[name].abs().max().item<float>(), 0.04F) << name;
      EXPECT_EQ(parameters[name][0].abs().max().item<float>(), 0) << name << " padding";
    }
  }
}

TEST(Recommendation, WorksWithNumbersAloneAndWithFieldsAlone) {
  ClickShape numbers, fields = small_shape();
  numbers.numbers = 3;
  fields.numbers = 0;
  const auto batch = clicks(6);
  for (const auto& model : recommendation_models()) {
    const auto without = ready_model(model.name, "relu", fields);
    EXPECT_EQ(without->forward({batch[0], torch::empty({6, 0})}).sizes(), at::IntArrayRef({6})) << model.name;
    if (model.name == "din") continue;
    const auto alone = ready_model(model.name, "relu", numbers);
    click_loss(*alone, {torch::empty({6, 0}, torch::kInt), batch[1]}, labels_of(6)).backward();
    EXPECT_EQ(alone->parameters().back().grad().isfinite().all().item<bool>(), true) << model.name;
  }
}

TEST(Recommendation, ModelsWorkInBfloat16) {
  const auto batch = clicks(12);
  for (const auto& model : recommendation_models()) {
    const auto network = ready_model(model.name, "relu");
    network->eval();
    const auto exact = network->forward(batch);
    at::Tensor rounded;
    {
      const compat::Bfloat16Region region(at::kCPU, true);
      rounded = network->forward(batch);
    }
    rounded.sum().backward();
    EXPECT_TRUE(exact.allclose(rounded.to(torch::kFloat), 0.1, 0.1)) << model.name;
  }
}

TEST(Recommendation, SaysWhatIsWrong) {
  EXPECT_THAT(message_of("deepfn"), HasSubstr("deepfm"));
  EXPECT_THAT(message_of("lr:embedding=3"), HasSubstr("embedding"));
  EXPECT_THAT(message_of("mlp:dept=2"), HasSubstr("depth"));
  EXPECT_THAT(message_of("dcn:structure=parralel"), HasSubstr("parallel"));
  for (const auto* model : {"mlp:depth=0", "mlp:width=0", "mlp:width=20-", "fm:embedding=0", "dcn:layers=0",
                            "dcn:rank=-1", "din:attention=0", "deepfm:norm=bach", "deepfm:dropout=1"}) {
    EXPECT_NE(message_of(model), "") << model;
  }
  auto no_history = small_shape();
  no_history.fields.erase(no_history.fields.begin() + 3);
  EXPECT_THAT(message_of("din", no_history), testing::AllOf(HasSubstr("history"), HasSubstr("deepfm")));
}

TEST(Recommendation, RefusesAShapeThatDoesNotFitTogether) {
  const auto refusal = [](auto change) {
    auto shape = small_shape();
    change(shape);
    return message_of("fm", shape);
  };
  EXPECT_THAT(refusal([](auto& s) { s.tokens = 1; }), HasSubstr("1 tokens"));
  EXPECT_THAT(refusal([](auto& s) { s.numbers = -1; }), HasSubstr("-1 numerical"));
  EXPECT_THAT(refusal([](auto& s) { s.fields.clear(), s.numbers = 0; }), HasSubstr("0 categorical"));
  EXPECT_THAT(refusal([](auto& s) { s.fields[0].count = 2; }), HasSubstr("'user'"));
  EXPECT_THAT(refusal([](auto& s) { s.fields[1].first = -1; }), HasSubstr("'item'"));
  EXPECT_THAT(refusal([](auto& s) { s.fields[2].count = 0; }), HasSubstr("'genres'"));
  EXPECT_THAT(refusal([](auto& s) { s.fields[3].candidate = 2; }), HasSubstr("'earlier'"));
  EXPECT_THAT(refusal([](auto& s) { s.fields[3].candidate = 5; }), HasSubstr("'earlier'"));
}

TEST(Recommendation, RefusesExamplesOfAnotherShape) {
  const auto network = ready_model("fm", "relu");
  const auto batch = clicks(3);
  const auto refusal = [&](const at::Tensor& tokens, const at::Tensor& numbers) {
    return test::message_of(ExitCode::data, [&] { network->forward({tokens, numbers}); });
  };
  EXPECT_THAT(refusal(batch[0].slice(1, 1), batch[1]), HasSubstr("9 columns"));
  EXPECT_THAT(refusal(batch[0], batch[1].slice(1, 1)), HasSubstr("2 numbers"));
  EXPECT_THAT(refusal(batch[0] + 20, batch[1]), HasSubstr("row"));
}

TEST(Recommendation, KindsOfFieldsHaveNames) {
  EXPECT_EQ(field_kind("single"), FieldKind::single);
  EXPECT_EQ(field_kind("bag"), FieldKind::bag);
  EXPECT_EQ(field_kind("history"), FieldKind::history);
  EXPECT_THAT(test::message_of(ExitCode::usage, [] { field_kind("histories"); }), HasSubstr("history"));
}

}  // namespace
}  // namespace actlab
