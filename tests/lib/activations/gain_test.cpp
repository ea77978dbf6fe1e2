#include "lib/activations/gain.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/lib/activations/helpers.h"

namespace actlab {
namespace {

TEST(Gain, MatchesTheReferenceForEveryRow) {
  const auto golden = nlohmann::json::parse(std::ifstream(ACTLAB_GOLDEN "/activations.json"));
  for (const auto& item : golden.items()) {
    const auto choice = choose(item.key());
    const auto actual = gain(choice);
    const auto& expected = item.value().at("gain");
    // Jumps away from the steps of the rule cost accuracy, and so do several inputs.
    const double tolerance = choice.width_factor() > 1                ? 5e-4
                             : item.key() == "hard_shrink:lambda=0.3" ? 1e-4
                                                                      : 1e-7;
    EXPECT_NEAR(actual.forward / expected.at("forward").get<double>(), 1, tolerance) << item.key();
    EXPECT_NEAR(actual.backward / expected.at("backward").get<double>(), 1, tolerance) << item.key();
    EXPECT_NEAR(actual.mean, expected.at("mean").get<double>(), tolerance) << item.key();
  }
}

TEST(Gain, MatchesPublishedFigures) {
  const std::map<std::string, double> published = {
      {"sigmoid", 1.846},  {"tanh", 1.593},     {"relu", 1.414},        {"elu", 1.245},
      {"selu", 1.000},     {"gelu", 1.534},     {"silu", 1.677},        {"mish", 1.487},
      {"softplus", 1.042}, {"softsign", 2.338}, {"hard_tanh", 1.392},   {"hard_swish", 1.737},
      {"lisht", 1.149},    {"sin", 1.521},      {"squared_relu", 0.817}};
  for (const auto& [name, figure] : published) EXPECT_NEAR(gain(choose(name)).forward, figure, 6e-4) << name;
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
