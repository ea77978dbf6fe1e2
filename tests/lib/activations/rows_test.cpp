// Every row: values against an independent reference, gradients against finite differences, and whether the
// properties that the table claims are true.

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/lib/activations/helpers.h"

namespace actlab {
namespace {

const nlohmann::json& golden() {
  static const auto all = nlohmann::json::parse(std::ifstream(ACTLAB_GOLDEN "/activations.json"));
  return all;
}

at::Tensor column(const nlohmann::json& numbers) {
  return torch::tensor(numbers.get<std::vector<double>>(), torch::kDouble).unsqueeze(1);
}

at::Tensor grid(double low, double high, long count) {
  return torch::linspace(low, high, count, torch::kDouble).unsqueeze(1);
}

/// Points of [-6, 6], one unit a row, away from the row's kinks: there a derivative has two sides.
at::Tensor smooth_points(const Row& row, long width) {
  auto generator = make_generator(0, Stream::noise, "points");
  auto points = at::empty({200, width}, torch::kDouble).uniform_(-6, 6, generator);
  for (const double kink : row.kinks) points = at::where((points - kink).abs() < 1e-3, points + 0.01, points);
  return points;
}

class EveryRow : public testing::TestWithParam<std::string> {
 protected:
  const std::shared_ptr<Activation> site = make_site(GetParam());
  const Row& row = *site->choice().row;
  const long width = site->choice().width_factor();
};

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryRow, testing::ValuesIn(all_names()), test_name);

/// Rows of one variable, about which the table makes claims of shape.
class SingleUnitRow : public EveryRow {};

std::vector<std::string> single_unit_names() {
  auto names = all_names();
  const auto several = [](const std::string& name) { return choose(name).width_factor() > 1; };
  names.erase(std::remove_if(names.begin(), names.end(), several), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, SingleUnitRow, testing::ValuesIn(single_unit_names()), test_name);

class Golden : public testing::TestWithParam<std::string> {};

std::vector<std::string> golden_specs() {
  std::vector<std::string> specs;
  for (const auto& item : golden().items()) {
    if (item.value().contains("points")) specs.push_back(item.key());
  }
  return specs;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Golden, testing::ValuesIn(golden_specs()), test_name);

TEST_P(Golden, ValueAndSlopeMatchTheReference) {
  const auto& reference = golden().at(GetParam());
  auto site = make_site(GetParam());
  site->eval();
  const auto actual = evaluate(*site, column(reference.at("points")));
  EXPECT_TRUE(at::allclose(actual.value, column(reference.at("values")), 1e-9, 1e-14)) << actual.value;
  // LibTorch's hard_sigmoid has the slope 1/6 in float32, whatever the type.
  EXPECT_TRUE(at::allclose(actual.gradient, column(reference.at("slopes")), 1e-7, 1e-12)) << actual.gradient;
}

TEST_P(EveryRow, HasAReference) { EXPECT_TRUE(golden().contains(GetParam())); }

TEST_P(EveryRow, GradientMatchesFiniteDifferences) {
  constexpr double step = 1e-5;
  for (const bool training : {true, false}) {
    site->train(training);
    const auto x = smooth_points(row, width);
    const auto analytic = evaluate(*site, x).gradient;
    for (long input = 0; input < width; ++input) {
      auto shift = at::zeros({1, width}, torch::kDouble);
      shift.select(1, input).fill_(step);
      const auto difference = evaluate(*site, x + shift).value - evaluate(*site, x - shift).value;
      EXPECT_TRUE(at::allclose(analytic.select(1, input), difference.squeeze(1) / (2 * step), 1e-7, 1e-8));
    }
  }
}

TEST_P(EveryRow, ParameterGradientMatchesFiniteDifferences) {
  constexpr double step = 1e-5;
  const auto x = smooth_points(row, width);
  const auto analytic = evaluate(*site, x).parameter_gradients;
  for (size_t i = 0; i < analytic.size(); ++i) {
    auto values = site->parameters()[i].detach();
    values.add_(step);
    const auto above = evaluate(*site, x).value.sum();
    values.sub_(2 * step);
    const auto below = evaluate(*site, x).value.sum();
    values.add_(step);
    EXPECT_NEAR(analytic[i].item<double>(), ((above - below) / (2 * step)).item<double>(), 1e-6);
  }
}

TEST_P(EveryRow, NotANumberStaysVisible) {
  const auto x = at::full({40, width}, NAN, torch::kFloat);
  site->to(torch::kFloat);
  for (const bool training : {true, false}) {
    site->train(training);
    EXPECT_TRUE(evaluate(*site, x).value.isnan().all().item<bool>());
  }
}

TEST_P(EveryRow, HugeInputsGiveNoNotANumber) {
  site->to(torch::kFloat);
  for (const double huge : {1e2, 1e4, 1e19, 1e30, 3e38}) {
    for (const double sign : {1, -1}) {
      // 40 units, so that vectorised and scalar code paths both run.
      const auto result = evaluate(*site, at::full({40, width}, sign * huge, torch::kFloat));
      EXPECT_FALSE(result.value.isnan().any().item<bool>()) << sign * huge;
      EXPECT_FALSE(result.gradient.isnan().any().item<bool>()) << sign * huge;
      for (const auto& g : result.parameter_gradients)
        EXPECT_FALSE(g.isnan().any().item<bool>()) << sign * huge;
    }
  }
}

TEST_P(EveryRow, ReducedTypesAgreeWithFloat64) {
  const auto x = smooth_points(row, width);
  const auto tolerances = std::map<torch::Dtype, double>{{torch::kFloat, 2e-6}, {torch::kBFloat16, 2e-2}};
  for (const auto& [type, tolerance] : tolerances) {
    const auto rounded = x.to(type).to(torch::kDouble);
    site->to(torch::kDouble);
    const auto exact = evaluate(*site, rounded);
    site->to(type);
    const auto actual = evaluate(*site, rounded.to(type));
    EXPECT_EQ(actual.value.scalar_type(), type);
    EXPECT_TRUE(at::allclose(actual.value.to(torch::kDouble), exact.value, tolerance, tolerance)) << type;
    EXPECT_TRUE(at::allclose(actual.gradient.to(torch::kDouble), exact.gradient, tolerance, tolerance))
        << type;
  }
}

TEST_P(SingleUnitRow, PropertiesAreWhatTheTableSays) {
  site->eval();
  const auto x = grid(-8, 8, 16001);  // steps of 1/1000, symmetric about 0
  const auto result = evaluate(*site, x);
  const auto rise = result.value.diff(1, 0).min().item<double>();
  EXPECT_EQ(rise > -1e-12, row.monotone) << "smallest rise " << rise;
  EXPECT_TRUE(row.smooth == row.kinks.empty());
  if (row.smooth) {
    EXPECT_LT(result.gradient.diff(1, 0).abs().max().item<double>(), 0.004);
  }
  const auto odd_part = (result.value + result.value.flip(0)).abs().max().item<double>();
  EXPECT_EQ(odd_part < 1e-12, row.zero_centred) << odd_part;
}

TEST_P(SingleUnitRow, KinksAreWhereTheTableSays) {
  site->eval();
  for (const double kink : row.kinks) {
    const auto beside =
        evaluate(*site, torch::tensor({kink - 1e-9, kink + 1e-9}, torch::kDouble).unsqueeze(1));
    const auto jump = beside.value.diff(1, 0).abs() + beside.gradient.diff(1, 0).abs();
    EXPECT_GT(jump.item<double>(), 0.01) << kink;
  }
}

/// Reads "[−0.5, ∞)".
struct Range {
  explicit Range(std::string text) {
    const std::map<std::string, std::string> plain = {
        {"−", "-"}, {"∞", "inf"}, {"π/2", "1.5707963267948966"}};
    for (const auto& [from, to] : plain) {
      for (size_t at = text.find(from); at != std::string::npos; at = text.find(from)) {
        text.replace(at, from.size(), to);
      }
    }
    closed_low = text.front() == '[';
    closed_high = text.back() == ']';
    low = std::strtod(text.c_str() + 1, nullptr);
    high = std::strtod(text.c_str() + text.find(',') + 1, nullptr);
  }
  double low, high;
  bool closed_low, closed_high;
};

TEST_P(SingleUnitRow, RangeIsWhatTheTableSays) {
  constexpr double rounding = 5e-4;  // of the printed bounds
  site->eval();
  const auto value = evaluate(*site, grid(-60, 60, 120001)).value;
  const double smallest = value.min().item<double>(), largest = value.max().item<double>();
  const Range range(row.range);
  EXPECT_GE(smallest, range.low - rounding);
  EXPECT_LE(largest, range.high + rounding);
  // A bound is approached: within 2 % of the width for slow tails such as arctan's.
  const double slack = std::isfinite(range.high - range.low) ? 0.02 * (range.high - range.low) : 0.02;
  EXPECT_LE(smallest, std::isinf(range.low) ? -0.5 : range.low + (range.closed_low ? rounding : slack));
  EXPECT_GE(largest, std::isinf(range.high) ? 50 : range.high - (range.closed_high ? rounding : slack));
}

TEST(Twins, ComputeTheSameFunction) {
  std::map<std::string, std::vector<std::string>> families;
  for (const auto& row : catalogue()) {
    const bool learns = !row.arguments.empty() && row.arguments[0].learned;
    if (!row.twin.empty()) families[row.twin].push_back(row.name + (learns ? ":frozen=true" : ""));
  }
  families["identity"] = {"identity", "leaky_relu:slope=1"};
  families["relu"] = {"relu", "leaky_relu:slope=0"};
  EXPECT_EQ(families.size(), 4u);
  const auto x = grid(-6, 6, 1001);
  for (const auto& [family, members] : families) {
    EXPECT_GE(members.size(), 2u) << family;
    const auto first = evaluate(*make_site(members[0]), x);
    for (const auto& member : members) {
      const auto other = evaluate(*make_site(member), x);
      EXPECT_TRUE(at::allclose(first.value, other.value, 0, 1e-15)) << member;
      // At a kink two names may choose differently between the two slopes.
      EXPECT_TRUE(at::allclose(first.gradient * (x != 0), other.gradient * (x != 0), 0, 1e-15)) << member;
    }
  }
}

TEST(Mish, HasItsMinimumWhereTheSurveysSay) {
  const auto x = grid(-2, 0, 200001);
  const auto [value, index] = make_site("mish")->forward(x).min(0);
  EXPECT_NEAR(value.item<double>(), -0.30884, 5e-6);
  EXPECT_NEAR(x[index.item<long>()].item<double>(), -1.1924, 5e-5);
}

}  // namespace
}  // namespace actlab
