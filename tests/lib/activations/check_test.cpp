// Every check on every row: with default arguments, with the other ones that have reference values, and with
// what is learned frozen, or learned on request.

#include "lib/activations/check.h"

#include <gmock/gmock.h>

#include <set>

#include "lib/activations/gain.h"
#include "lib/activations/reference.h"

#include "tests/lib/activations/helpers.h"

namespace actlab {
namespace {

std::vector<std::string> checked_specs() {
  std::vector<std::string> specs;
  std::set<std::string> seen;
  const auto add = [&](const ActivationChoice& choice) {
    if (seen.insert(choice.text()).second) specs.push_back(choice.text());
  };
  for (const auto* table : {&catalogue(), &output_functions()}) {
    for (const auto& row : *table) {
      auto choice = choose(row.name);
      add(choice);
      if (choice.learned().empty()) continue;
      choice.frozen = !choice.frozen;
      add(choice);
    }
  }
  for (const auto& spec : referenced_specs()) add(choose(spec));
  return specs;
}

std::vector<std::string> check_names() {
  std::vector<std::string> names;
  for (const auto& check : checks()) names.push_back(check.name);
  return names;
}

using Case = std::tuple<std::string, std::string>;

class EveryRow : public testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryRow,
                         testing::Combine(testing::ValuesIn(checked_specs()),
                                          testing::ValuesIn(check_names())),
                         [](const testing::TestParamInfo<Case>& tested) {
                           return plain(std::get<0>(tested.param)) + "_" + std::get<1>(tested.param);
                         });

TEST_P(EveryRow, Passes) {
  const auto& [spec, check] = GetParam();
  const auto finding = run_check(check, choose(spec));
  EXPECT_NE(finding.result, CheckFinding::Result::failed) << spec << ", " << check << ": " << finding.detail;
  EXPECT_FALSE(finding.detail.empty()) << "a finding says what was found";
}

TEST(Reference, EveryFunctionOfOneVariableHasValues) {
  for (const auto& row : catalogue()) {
    if (row.kind != Kind::element_wise) continue;
    const auto result = run_check("float64", choose(row.name)).result;
    EXPECT_NE(result, CheckFinding::Result::not_applicable) << row.name;
  }
}

TEST(Reference, EveryRowHasAGain) {
  for (const auto& row : catalogue()) EXPECT_NE(find_reference(choose(row.name)), nullptr) << row.name;
}

TEST(Reference, EveryRowWithArgumentsHasValuesForOthersToo) {
  const auto& specs = referenced_specs();
  for (const auto& row : catalogue()) {
    if (row.arguments.empty()) continue;
    const auto other = [&](const std::string& spec) {
      const auto choice = choose(spec);
      return choice.row == &row && choice.numbers != choose(row.name).numbers;
    };
    EXPECT_TRUE(std::any_of(specs.begin(), specs.end(), other)) << row.name;
  }
}

TEST(Checks, SaySomethingOfEachOther) {
  std::set<std::string> names;
  for (const auto& check : checks()) {
    EXPECT_TRUE(names.insert(check.name).second) << check.name;
    EXPECT_EQ(check.meaning.back(), '.') << check.name;
  }
}

TEST(Checks, RunInsideNoGradScopesAndForFormulas) {
  const torch::NoGradGuard no_gradients;
  const auto choice = choose("expr:x * sigmoid(beta * x);beta=1.5");
  for (const auto& check : checks()) {
    const auto finding = check.run(choice, at::kCPU);
    EXPECT_NE(finding.result, CheckFinding::Result::failed) << check.name << ": " << finding.detail;
  }
}

/// Pairs of rows that are one function at default arguments without saying so.
std::vector<std::string> undeclared_twins(const std::vector<Row>& rows) {
  struct Curve {
    const Row* row;
    at::Tensor value;
  };
  std::vector<Curve> curves;
  std::vector<std::string> pairs;
  const auto x =
      3 * torch::empty({40, 12, 3, 3}, torch::kDouble).normal_(0, 1, make_generator(1, Stream::noise, "x"));
  for (const auto& row : rows) {
    ActivationChoice choice{&row, {}, false, true};
    for (const auto& argument : row.arguments) choice.numbers.push_back(argument.fallback);
    Activation site(choice, static_cast<long>(12 / choice.width_factor()));
    site.to(torch::kDouble);
    site.eval();
    const auto value = site.forward(x);
    for (const auto& [other, known] : curves) {
      const bool declared = !row.twin.empty() && row.twin == other->twin;
      if (!declared && known.sizes() == value.sizes() && at::allclose(known, value, 1e-12, 1e-12))
        pairs.push_back(other->name + " = " + row.name);
    }
    curves.push_back({&row, value});
  }
  return pairs;
}

TEST(Twins, NoTwoUndeclaredRowsAreTheSameFunction) {
  // SMU starts at μ = 10⁶, where it is a leaky ReLU but for the tiniest numbers; training may leave that
  // shape.
  EXPECT_THAT(undeclared_twins(catalogue()), testing::ElementsAre("prelu = smu"));
}

TEST(Twins, UndeclaredOnesWouldBeFound) {
  auto rows = catalogue();
  Row copy = *choose("mish").row;
  copy.name = "mish2";
  rows.push_back(copy);
  EXPECT_THAT(undeclared_twins(rows), testing::Contains("mish = mish2"));
}

TEST(Twins, OfOtherArgumentsAreOneFunctionToo) {
  const auto x = torch::linspace(-6, 6, 1001, torch::kDouble).unsqueeze(1);
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"leaky_relu:slope=1", "identity"}, {"leaky_relu:slope=0", "relu"}, {"silu", "swish:frozen=true"}};
  for (const auto& [one, other] : pairs) {
    const auto first = evaluate(*make_site(one), x), second = evaluate(*make_site(other), x);
    EXPECT_TRUE(first.value.equal(second.value)) << one;
    EXPECT_TRUE((first.gradient * (x != 0)).equal(second.gradient * (x != 0))) << one;
  }
}

/// Scale and shift change gain and mean of what the next layer sees: not the same network.
TEST(Twins, ElliottIsARescaledSoftsignAndNoTwinOfIt) {
  const auto x = torch::linspace(-6, 6, 1001, torch::kDouble).unsqueeze(1);
  const auto elliott = evaluate(*make_site("elliott"), x), softsign = evaluate(*make_site("softsign"), x);
  EXPECT_TRUE(at::allclose(elliott.value, softsign.value / 2 + 0.5, 0, 1e-15));
  EXPECT_TRUE(choose("elliott").row->twin.empty());
  EXPECT_NEAR(gain(choose("elliott")).mean, 0.5, 1e-9);
  EXPECT_NEAR(gain(choose("softsign")).mean, 0, 1e-9);
}

TEST(Mish, HasItsMinimumWhereTheSurveysSay) {
  const auto x = torch::linspace(-2, 0, 200001, torch::kDouble).unsqueeze(1);
  const auto [value, index] = make_site("mish")->forward(x).min(0);
  EXPECT_NEAR(value.item<double>(), -0.30884, 5e-6);
  EXPECT_NEAR(x[index.item<long>()].item<double>(), -1.1924, 5e-5);
}

}  // namespace
}  // namespace actlab
