// Mistakes of published collections of activation functions. Each is made here on purpose, and found.

#include <gmock/gmock.h>

#include "lib/activations/gain.h"
#include "lib/core/error.h"
#include "tests/errors.h"
#include "tests/lib/activations/wrong_rows.h"

namespace actlab {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

const std::vector<std::string> value_checks = {"float64", "float32"};

TEST(Trap, AnArgumentThatIsNotWhatItSeems) {
  // LeakyReLU(channels) is a slope of 64: refused, and every table prints the arguments in effect.
  const auto message = test::message_of(ExitCode::usage, [] { choose("leaky_relu:slope=64"); });
  EXPECT_THAT(message, HasSubstr("0 to 1"));
  EXPECT_EQ(choose("leaky_relu").text(), "leaky_relu:slope=0.01");
  EXPECT_EQ(choose("rrelu").text(), "rrelu:lower=0.125,upper=0.3333");
  expect_formula_caught("leaky_relu", value_checks,
                        [](const at::Tensor& x) { return at::leaky_relu(x, 64); });
}

at::Tensor mish(const at::Tensor& x) { return x * at::tanh(at::softplus(x)); }
at::Tensor mish_slope_with_softplus(const at::Tensor& x) {
  const auto s = at::softplus(x);
  return at::tanh(s) + x * at::sigmoid(x) * (1 - s.square());
}

TEST(Trap, DerivativeOfMishWithOneMinusSoftplusSquared) {
  expect_formula_caught("mish", {"float64", "float32", "gradient", "gain"}, [](const at::Tensor& x) {
    return OtherSlope<mish, mish_slope_with_softplus>::apply(x);
  });
}

TEST(Trap, MaskTimesAnExponentialIsNotANumberAt100) {
  const auto masked = [](const at::Tensor& x) { return (x > 0) * x + (x <= 0) * (x.exp() - 1); };
  const auto complaint = expect_formula_caught("elu", {"float64", "extremes"}, masked);
  EXPECT_THAT(complaint, HasSubstr("nan"));
  EXPECT_TRUE(masked(at::full({1}, 100.0f)).isnan().all().item<bool>());
}

TEST(Trap, WhereOverAnExponentialHasNoGradientAt100) {
  // The value is right: only the way back multiplies 0 with infinity.
  const auto complaint = expect_formula_caught(
      "elu", {"float64", "extremes"}, [](const at::Tensor& x) { return at::where(x > 0, x, x.exp() - 1); });
  EXPECT_THAT(complaint, AnyOf(HasSubstr("gradient"), HasSubstr("slope")));
}

/// The derivative of Mish as its paper prints it.
at::Tensor rational_mish_slope(const at::Tensor& x) {
  const auto e = x.exp();
  const auto omega = 4 * (x + 1) + 4 * e.square() + e.pow(3) + e * (4 * x + 6);
  return e * omega / (2 * e + e.square() + 2).square();
}

TEST(Trap, RationalMishWithoutAClampOverflows) {
  const auto rational = [](const at::Tensor& x) {
    const auto square = (1 + x.exp()).square();
    return x * (square - 1) / (square + 1);
  };
  expect_formula_caught("mish", {"float64", "float32", "extremes"}, rational);
  EXPECT_TRUE(rational(at::full({1}, 50.0f)).isnan().all().item<bool>());
  expect_formula_caught("mish", {"float64", "float32", "extremes"},
                        [](const at::Tensor& x) { return OtherSlope<mish, rational_mish_slope>::apply(x); });
  EXPECT_TRUE(rational_mish_slope(at::full({1}, 22.0f)).isfinite().all().item<bool>());
  EXPECT_TRUE(rational_mish_slope(at::full({1}, 23.0f)).isnan().all().item<bool>());
}

TEST(Trap, InputsFromZeroToTenAlone) {
  // Right for every positive input.
  expect_formula_caught("elu", {"float64", "float32", "gain"},
                        [](const at::Tensor& x) { return at::elu(x, 1.5); });
}

at::Tensor silu(const at::Tensor& x) { return at::silu(x); }
at::Tensor sigmoid(const at::Tensor& x) { return at::sigmoid(x); }

TEST(Trap, NeverCallingBackward) {
  // Right for every value; the derivative forgets the second term of the product.
  expect_formula_caught("silu", {"gradient", "float64"},
                        [](const at::Tensor& x) { return OtherSlope<silu, sigmoid>::apply(x); });
}

TEST(Trap, TwoWrongFormsOfPenalizedTanh) {
  expect_formula_caught("penalized_tanh", value_checks, [](const at::Tensor& x) {
    return at::where(x > 0, 0.25 * at::tanh(x), at::tanh(x));  // the penalty on the other side
  });
  expect_formula_caught("penalized_tanh", value_checks, [](const at::Tensor& x) {
    return at::where(x > 0, at::tanh(x), 0.25 * x);  // no tanh below zero
  });
  expect_formula_caught("penalized_tanh", value_checks, [](const at::Tensor& x) {
    return at::where(x > 0, at::tanh(x), at::tanh(0.25 * x));  // the penalty inside
  });
}

TEST(Trap, SharedAndChannelwisePreluComparedAsIfEqual) {
  const auto shared = choose("prelu:shared=true"), channelwise = choose("prelu");
  EXPECT_NE(shared.text(), channelwise.text());
  EXPECT_EQ(Activation(shared, 6).parameters()[0].numel(), 1);
  EXPECT_EQ(Activation(channelwise, 6).parameters()[0].numel(), 6);
}

TEST(Trap, AnAliasThatOverwritesItsInputAndComputesRelu) {
  expect_formula_caught("silu", {"pure"}, [](at::Tensor x) { return x.clamp_min_(0); });
  expect_formula_caught("silu", {"float64", "float32", "gain"},
                        [](const at::Tensor& x) { return at::relu(x); });
  EXPECT_EQ(choose("swish1").row, choose("silu").row) << "an alias has no function of its own";
}

TEST(Trap, AnInputThatIsOverwrittenAfterTheResultIsComputed) {
  expect_formula_caught("tanh", {"pure"}, [](at::Tensor x) {
    const auto y = at::tanh(x);
    const torch::NoGradGuard no_gradients;
    x.zero_();
    return y;
  });
}

/// With weights of LeCun (variance 1 / inputs), SELU keeps mean 0 and variance 1: its gain is 1.
TEST(Trap, SeluWantsTheInitialisationOfLeCun) {
  const auto selu = gain(choose("selu"));
  EXPECT_NEAR(selu.forward, 1, 1e-6);
  EXPECT_NEAR(selu.mean, 0, 1e-6);
}

/// Operators between a result and the leaves of its graph.
long operators_below(const std::shared_ptr<torch::autograd::Node>& node) {
  if (node == nullptr || node->name().find("AccumulateGrad") != std::string::npos) return 0;
  long count = 1;
  for (const auto& edge : node->next_edges()) count += operators_below(edge.function);
  return count;
}

/// A comparison of speed is fair only if no function that LibTorch has as one operator is composed of
/// several.
TEST(Trap, NativeRowsAreOneOperatorAndNoComposition) {
  for (const auto& row : catalogue()) {
    // What PReLU learns is shaped by operators of its own.
    if (!row.native || row.name == "identity" || choose(row.name).learns()) continue;
    Activation site(choose(row.name), 2);
    site.eval();
    const auto y = site.forward(torch::ones({3, choose(row.name).input_width(2)}).requires_grad_());
    EXPECT_EQ(operators_below(y.grad_fn()), 1) << row.name;
  }
}

}  // namespace
}  // namespace actlab
