// Models beside their formulas, written down as plainly as the papers do, in float64.

#include <gtest/gtest.h>

#include "models/recommendation/field_products.h"
#include "models/recommendation/parts.h"
#include "tests/models/recommendation/helpers.h"

namespace actlab {
namespace {

constexpr long rows = 12;

/// A parameter in float64, without its gradient.
at::Tensor exact(const Network& network, const std::string& name) {
  return network.named_parameters()[name].detach().to(torch::kDouble);
}

/// Mean vector of the tokens other than padding of columns first..first + count - 1.
at::Tensor mean_vector(const at::Tensor& table, const at::Tensor& tokens, const FieldShape& field) {
  auto sum = torch::zeros({table.size(1)}, torch::kDouble);
  long found = 0;
  for (long i = field.first; i < field.first + field.count; ++i) {
    const long token = tokens[i].item<long>();
    if (token == 0) continue;
    sum += table[token];
    ++found;
  }
  return found == 0 ? sum : sum / found;
}

/// Of one example, the vector of each categorical field.
std::vector<at::Tensor> field_means(const at::Tensor& table, const at::Tensor& tokens) {
  std::vector<at::Tensor> vectors;
  for (const auto& field : small_shape().fields) vectors.push_back(mean_vector(table, tokens, field));
  return vectors;
}

double first_order(const Network& network, const at::Tensor& tokens, const at::Tensor& numbers) {
  double sum = exact(network, "first_order.bias")[0].item<double>();
  for (const auto& weight : field_means(exact(network, "first_order.tokens.weight"), tokens))
    sum += weight[0].item<double>();
  return sum + (exact(network, "first_order.numbers").squeeze(1) * numbers).sum().item<double>();
}

/// The double sum over all pairs.
double naive_products(const Network& network, const at::Tensor& tokens, const at::Tensor& numbers) {
  auto vectors = field_means(exact(network, "embedding.weight"), tokens);
  const auto of_numbers = exact(network, "products.numbers.weight");
  for (long j = 0; j < numbers.numel(); ++j) vectors.push_back(of_numbers[j + 1] * numbers[j]);
  double sum = 0;
  for (size_t i = 0; i < vectors.size(); ++i) {
    for (size_t j = i + 1; j < vectors.size(); ++j) sum += (vectors[i] * vectors[j]).sum().item<double>();
  }
  return sum;
}

at::Tensor tower_of(const Network& network, const at::Tensor& inputs, const std::string& name = "tower") {
  const auto tower = std::dynamic_pointer_cast<Tower>(network.named_modules("", false)[name]);
  return tower->forward(inputs.to(torch::kFloat)).to(torch::kDouble);
}

/// Vectors and numbers of every example side by side: [rows, inputs].
at::Tensor inputs_of(const Network& network, const std::vector<at::Tensor>& batch) {
  std::vector<at::Tensor> examples;
  for (long n = 0; n < rows; ++n) {
    auto parts = field_means(exact(network, "embedding.weight"), batch[0][n]);
    parts.push_back(batch[1][n].to(torch::kDouble));
    examples.push_back(torch::cat(parts));
  }
  return torch::stack(examples);
}

template <typename Formula>
void expect_formula(const std::string& model, const std::string& activation, const Formula& formula) {
  const torch::NoGradGuard no_grad;
  const auto network = ready_model(model, activation);
  network->eval();
  const auto batch = clicks(rows);
  const auto found = network->forward(batch).to(torch::kDouble), expected = formula(*network, batch);
  EXPECT_GT(expected.std().template item<double>(), 0.05) << model << ": says nothing";
  EXPECT_TRUE(found.allclose(expected, 1e-5, 1e-5)) << model << "\n" << found << "\n" << expected;
}

/// [rows] from what each example gives.
template <typename Example>
at::Tensor each(const std::vector<at::Tensor>& batch, const Example& example) {
  std::vector<double> values;
  for (long n = 0; n < rows; ++n) values.push_back(example(batch[0][n], batch[1][n].to(torch::kDouble)));
  return torch::tensor(values, torch::kDouble);
}

TEST(Formulas, LogisticRegression) {
  expect_formula("lr", "relu", [](const Network& network, const auto& batch) {
    return each(batch, [&](auto tokens, auto numbers) { return first_order(network, tokens, numbers); });
  });
}

TEST(Formulas, FactorisationMachineIsTheDoubleSumOverPairs) {
  for (const std::string model : {"fm", "fm:embedding=1", "fm:embedding=7"}) {
    expect_formula(model, "relu", [](const Network& network, const auto& batch) {
      return each(batch, [&](auto tokens, auto numbers) {
        return first_order(network, tokens, numbers) + naive_products(network, tokens, numbers);
      });
    });
  }
}

/// The kernels beside LibTorch's operators, which take float64.
TEST(Formulas, FieldProductsHaveTheGradientOfTheirFormula) {
  for (const auto& [width, goes_on] : {std::pair{1L, true}, {16L, true}, {16L, false}, {13L, true}}) {
    FieldProducts products(small_shape(), width, 0), exact_products(small_shape(), width, 0);
    torch::manual_seed(2);
    const auto table = torch::randn({4, width}), inputs = torch::randn({rows, 5 * width + 3}),
               numbers = torch::randn({rows, 3});
    const auto result = [&](FieldProducts& module, at::ScalarType type) {
      auto& weight = dynamic_cast<Embedding&>(*module.children().front()).weight;
      weight.set_data(table.to(type));
      const auto leaf = inputs.to(type).clone().requires_grad_();
      const auto [value, same] = module.forward(leaf, numbers.to(type));
      EXPECT_TRUE(same.equal(leaf));
      auto score = (value * torch::linspace(-1, 2, rows, type).unsqueeze(1)).sum();
      if (goes_on) score = score + same.pow(3).sum();
      score.backward();
      return std::vector<at::Tensor>{value, leaf.grad(), weight.grad()};
    };
    const auto found = result(products, torch::kFloat), exact = result(exact_products, torch::kDouble);
    for (size_t i = 0; i < found.size(); ++i)
      EXPECT_TRUE(found[i].to(torch::kDouble).allclose(exact[i], 1e-5, 1e-5)) << width << " " << i;
  }
}

TEST(Formulas, DeepFmIsTheMachineAndATower) {
  expect_formula("deepfm:width=30-20", "tanh", [](const Network& network, const auto& batch) {
    return each(batch,
                [&](auto tokens, auto numbers) {
                  return first_order(network, tokens, numbers) + naive_products(network, tokens, numbers);
                }) +
           tower_of(network, inputs_of(network, batch)).squeeze(1);
  });
}

TEST(Formulas, CrossLayersMultiplyByTheInput) {
  for (const std::string structure : {"stacked", "parallel"}) {
    for (const std::string rank : {"0", "5"}) {
      const auto model = "dcn:layers=3,width=30,structure=" + structure + ",rank=" + rank;
      expect_formula(model, "tanh", [&](const Network& network, const auto& batch) {
        const auto x0 = inputs_of(network, batch);
        auto x = x0;
        for (const std::string layer : {"cross.0.", "cross.1.", "cross.2."}) {
          auto weight = exact(network, layer + "weight.weight");
          if (rank != "0") weight = weight.mm(exact(network, layer + "narrow.weight"));
          x = x0 * (x.mm(weight.t()) + exact(network, layer + "weight.bias")) + x;
        }
        if (structure == "stacked") return tower_of(network, x).squeeze(1);
        return (x.mm(exact(network, "cross_output.weight").t()) + tower_of(network, x0)).squeeze(1);
      });
    }
  }
}

/// Σ over the history of a(v_u, v_a)·v_u, one item after the other.
at::Tensor interest(const Network& network, const at::Tensor& table, const at::Tensor& tokens) {
  const auto field = small_shape().fields[3];
  const auto candidate = table[tokens[1].item<long>()];
  auto sum = torch::zeros_like(candidate);
  for (long i = field.first; i < field.first + field.count; ++i) {
    const long token = tokens[i].item<long>();
    if (token == 0) continue;
    const auto item = table[token];
    const auto pair = torch::cat({item, candidate, item - candidate, item * candidate}).unsqueeze(0);
    sum += tower_of(network, pair, "units.0")[0] * item;
  }
  return sum;
}

TEST(Formulas, DeepInterestWeighsOneItemAfterTheOther) {
  for (const std::string activation : {"dice", "prelu", "sigmoid"}) {
    expect_formula("din:attention=12-6,width=20", activation, [](const Network& network, const auto& batch) {
      const auto table = exact(network, "embedding.weight");
      std::vector<at::Tensor> examples;
      for (long n = 0; n < rows; ++n) {
        auto parts = field_means(table, batch[0][n]);
        parts[3] = interest(network, table, batch[0][n]);
        parts.push_back(batch[1][n].to(torch::kDouble));
        examples.push_back(torch::cat(parts));
      }
      return tower_of(network, torch::stack(examples)).squeeze(1);
    });
  }
}

TEST(DeepInterest, BatchStatisticsOfDiceCountTheItemsAndNoPadding) {
  const auto network = ready_model("din:attention=12,width=20", "dice");
  const auto batch = clicks(rows);
  network->forward(batch);
  const auto table = exact(*network, "embedding.weight");
  std::vector<at::Tensor> pairs;
  for (long n = 0; n < rows; ++n) {
    for (long i = 5; i < 9; ++i) {
      const auto item = table[batch[0][n][i].item<long>()], candidate = table[batch[0][n][1].item<long>()];
      if (batch[0][n][i].item<long>() != 0)
        pairs.push_back(torch::cat({item, candidate, item - candidate, item * candidate}));
    }
  }
  ASSERT_LT(pairs.size(), 4U * rows);
  const auto sums = torch::stack(pairs).mm(exact(*network, "units.0.hidden.0.linear.weight").t()) +
                    exact(*network, "units.0.hidden.0.linear.bias");
  const auto buffers = network->named_buffers();
  constexpr double momentum = 0.01;
  EXPECT_TRUE(buffers["units.0.hidden.0.activation.running_mean"]
                  .to(torch::kDouble)
                  .allclose(sums.mean(0) * momentum, 1e-4, 1e-6));
  EXPECT_TRUE(buffers["units.0.hidden.0.activation.running_variance"]
                  .to(torch::kDouble)
                  .allclose(1 - momentum + sums.var(0) * momentum, 1e-4, 1e-6));
}

TEST(DeepInterest, ABatchWithoutAnyHistoryHasNoInterest) {
  for (const std::string activation : {"dice", "relu"}) {
    const auto network = ready_model("din:norm=batch", activation);
    auto batch = clicks(rows);
    batch[0].slice(1, 5, 9).zero_();
    const auto logits = network->forward(batch);
    EXPECT_TRUE(logits.isfinite().all().item<bool>());
    logits.sum().backward();
    EXPECT_FALSE(network->named_parameters()["units.0.output.weight"].grad().defined());
    EXPECT_TRUE(network->named_parameters()["embedding.weight"].grad().defined());
  }
}

TEST(DeepInterest, EveryHistoryHasAUnitOfItsOwn) {
  auto shape = small_shape();
  shape.fields.push_back({"users before", FieldKind::history, 10, 2, 0});
  const auto network = ready_model("din", "relu", shape);
  const auto batch = clicks(rows);
  torch::manual_seed(9);
  const auto users = torch::randint(0, 10, {rows, 2}, torch::kInt);
  network->eval();
  const auto with = network->forward({torch::cat({batch[0], users}, 1), batch[1]});
  const auto without = network->forward({torch::cat({batch[0], users * 0}, 1), batch[1]});
  EXPECT_FALSE(with.allclose(without, 1e-4, 1e-4));
  EXPECT_TRUE(network->named_parameters().contains("units.1.output.weight"));
}

}  // namespace
}  // namespace actlab
