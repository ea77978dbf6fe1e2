#include "lib/activations/gain.h"

#include <gmock/gmock.h>

#include <map>

#include "lib/activations/reference.h"
#include "tests/lib/activations/helpers.h"

namespace actlab {
namespace {

/// The rule is exact but for jumps, and for kinks between its points; several inputs are quasi-Monte Carlo.
/// Where the soft exponential leaves its logarithm, its slope bends within a few steps of the rule.
double tolerance_of(const ActivationChoice& choice) {
  if (choice.row->kind != Kind::element_wise && choice.width_factor() > 1) return 1e-3;
  if (choice.row->name == "soft_exponential") return 1e-3;
  return choice.row->kinks.at(choice.numbers).empty() ? 1e-7 : 1e-4;
}

TEST(Gain, IsTheIntegralOfEveryRow) {
  for (const auto& spec : referenced_specs()) {
    const auto choice = choose(spec);
    const auto actual = gain(choice);
    const auto& expected = *find_reference(choice);
    const double tolerance = tolerance_of(choice);
    EXPECT_NEAR(actual.forward / expected.forward, 1, tolerance) << spec;
    EXPECT_NEAR(actual.backward / expected.backward, 1, tolerance) << spec;
    EXPECT_NEAR(actual.mean, expected.mean, tolerance) << spec;
  }
}

TEST(Gain, MatchesPublishedFigures) {
  const std::map<std::string, double> published = {
      {"sigmoid", 1.846},  {"tanh", 1.593},     {"relu", 1.414},       {"elu", 1.245},
      {"selu", 1.000},     {"gelu", 1.534},     {"silu", 1.677},       {"mish", 1.487},
      {"softplus", 1.042}, {"softsign", 2.338}, {"hard_tanh", 1.392},  {"hard_swish", 1.737},
      {"lisht", 1.149},    {"tanh_exp", 1.375}, {"serf", 1.412},       {"golu", 1.769},
      {"isrlu", 1.220},    {"sin", 1.521},      {"lecun_tanh", 1.154}, {"squared_relu", 0.817},
      {"star_relu", 1.000}};
  for (const auto& [name, figure] : published) EXPECT_NEAR(gain(choose(name)).forward, figure, 1e-3) << name;
}

TEST(Gain, OfARectifierIsTheOneOfHe) {
  // He et al. 2015, section 2.2: 2/(1 + a²).
  for (const double slope : {0.0, 0.01, 0.3, 1.0}) {
    const auto text = "leaky_relu:slope=" + std::to_string(slope);
    EXPECT_NEAR(gain(choose(text)).forward, std::sqrt(2 / (1 + slope * slope)), 1e-7);
    EXPECT_NEAR(gain(choose(text)).backward, std::sqrt(2 / (1 + slope * slope)), 1e-7);
  }
}

TEST(Gain, OfALearnedRowIsTheOneOfItsStart) {
  EXPECT_DOUBLE_EQ(gain(choose("prelu:init=0.3")).forward, gain(choose("leaky_relu:slope=0.3")).forward);
  EXPECT_DOUBLE_EQ(gain(choose("swish")).forward, gain(choose("silu")).forward);
}

TEST(Gain, IsInfiniteWhereTheFunctionVanishes) {
  EXPECT_TRUE(std::isinf(gain(choose("hard_shrink:lambda=20")).forward));
}

TEST(Gain, IsComputedInsideNoGradScopesToo) {
  const torch::NoGradGuard no_gradients;
  EXPECT_NEAR(gain(choose("elu:alpha=0.75")).backward, gain(choose("celu:alpha=1")).backward, 0.1);
}

TEST(LargestSlope, IsTheSteepestPoint) {
  const std::map<std::string, double> slopes = {
      {"identity", 1}, {"sigmoid", 0.25},       {"tanh", 1},      {"hard_sigmoid", 1. / 6},
      {"relu", 1},     {"selu", 1.7581},        {"silu", 1.0998}, {"squared_relu", 20},
      {"maxout", 1},   {"swish:beta=2", 1.0998}};
  for (const auto& [text, slope] : slopes)
    EXPECT_NEAR(largest_slope(choose(text)), slope, 1e-3 * slope) << text;
  // a·σ'(b) on the cube: 10/4.
  EXPECT_NEAR(largest_slope(choose("glu")), 2.5, 0.01);
}

}  // namespace
}  // namespace actlab
