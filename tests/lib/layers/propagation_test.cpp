#include "lib/layers/propagation.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/errors.h"

namespace actlab::test {
namespace {

std::vector<Propagation> run(const std::string& activation, const std::string& policy, long seed = 0) {
  PropagationSettings settings;
  settings.policy = policy;
  settings.seed = seed;
  return propagate(resolve_activation(parse_spec(activation)), {1, 10, 50}, settings);
}

TEST(Propagation, MatchedKeepsTheSignal) {
  // Finite width: the mean square of a layer wanders by about √(5/width) for ReLU, less for a bounded
  // function.
  for (const auto* activation : {"tanh", "relu"}) {
    for (const auto& depth : run(activation, "matched")) {
      EXPECT_GT(depth.signal, 0.4) << activation << depth.layers;
      EXPECT_LT(depth.signal, 2.5) << activation << depth.layers;
    }
  }
}

TEST(Propagation, SigmoidLosesItsGradientAndReluDoesNot) {
  const auto sigmoid = run("sigmoid", "xavier");
  EXPECT_LT(sigmoid.back().gradient, 1e-20);
  EXPECT_LT(sigmoid[1].gradient, sigmoid[0].gradient);
  EXPECT_GT(run("relu", "he").back().gradient, 0.2);
}

TEST(Propagation, OneLayerDoesWhatTheFormulasSay) {
  const auto relu = run("relu", "he").front();
  EXPECT_NEAR(relu.signal, 1, 0.05);    // 2/fan_in · fan_in · E[relu²] = 2 · ½
  EXPECT_NEAR(relu.gradient, 1, 0.05);  // the same with E[relu'²] = ½
  const auto identity = run("identity", "xavier").front();
  EXPECT_NEAR(identity.signal, 1, 0.05);
  EXPECT_NEAR(run("identity", "default").front().signal, 1. / 3, 0.05);  // U(±1/√n) has variance 1/(3n)
}

TEST(Propagation, GatedUnitsAmplifyWhatIsNotExactlyOne) {
  // A product of two inputs squares every deviation: one layer keeps the signal, many do not.
  const auto glu = run("glu", "matched");
  EXPECT_NEAR(glu.front().signal, 1, 0.1);
  const double away = std::abs(std::log(glu.back().signal));
  EXPECT_TRUE(std::isnan(away) || away > 2) << glu.back().signal;
}

TEST(Propagation, EverySeedHasItsOwnNumbersAndAlwaysTheSame) {
  const auto first = run("rrelu", "matched"), again = run("rrelu", "matched"),
             other = run("rrelu", "matched", 1);
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].signal, again[i].signal);
    EXPECT_EQ(first[i].gradient, again[i].gradient);
  }
  EXPECT_NE(first.back().signal, other.back().signal);
}

TEST(Propagation, AFunctionThatExplodesIsReportedAsSuch) {
  const auto cube = run("cube", "he");
  EXPECT_TRUE(std::isfinite(cube.front().signal));
  EXPECT_FALSE(std::isfinite(cube.back().signal));
}

TEST(Propagation, UnknownPoliciesAreRefused) {
  EXPECT_THAT(message_of(ExitCode::usage, [] { run("relu", "matchd"); }), testing::HasSubstr("'matched'"));
}

}  // namespace
}  // namespace actlab::test
