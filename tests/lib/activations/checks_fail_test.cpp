// Every check, on rows that it must refuse.

#include <gmock/gmock.h>

#include <cmath>

#include "lib/activations/gain.h"
#include "tests/lib/activations/wrong_rows.h"

namespace actlab {
namespace {

using ::testing::HasSubstr;

TEST(Float64, SeesAnErrorOfOnePartInAHundredBillion) {
  expect_formula_caught("softsign", {"float64"},
                        [](const at::Tensor& x) { return x / (1 + x.abs()) * (1 + 1e-11); });
}

TEST(Float32, SeesWhatOnlyFloat32Loses) {
  const auto complaint = expect_formula_caught("arctan", {"float32"}, [](const at::Tensor& x) {
    return x.scalar_type() == at::kFloat ? at::atan(x + 1 - 1) : at::atan(x);
  });
  EXPECT_THAT(complaint, HasSubstr("value at x = "));
}

TEST(Bfloat16, SeesAnotherTypeAndLostPlaces) {
  expect_formula_caught("lisht", {"bfloat16"},
                        [](const at::Tensor& x) { return x.to(at::kFloat) * at::tanh(x.to(at::kFloat)); });
  expect_formula_caught("lisht", {"bfloat16"}, [](const at::Tensor& x) {
    return x.scalar_type() == at::kBFloat16 ? x * at::tanh(x) + 256 - 256 : x * at::tanh(x);
  });
}

TEST(Gradient, SeesAConstantThatIsNotLearned) {
  expect_caught("swish", {"gradient"}, [](Row& row) {
    row.function = [](const at::Tensor& x, const Call& c) {
      return x * at::sigmoid(c.parameters[0].detach() * x);
    };
  });
}

TEST(Gradient, SeesWhatIsWrongInTrainingAlone) {
  expect_caught("rrelu", {"gradient"}, [](Row& row) {
    const auto right = row.function;
    row.function = [right](const at::Tensor& x, const Call& c) {
      const auto y = right(x, c);
      return c.training ? y.detach() + x - x.detach() : y;  // the gradient of the identity
    };
  });
  expect_caught("dice", {"gradient"}, [](Row& row) {
    const auto right = row.function;
    row.function = [right](const at::Tensor& x, const Call& c) {
      const auto y = right(x, c);
      return c.training ? y.detach() + x - x.detach() : y;
    };
  });
}

/// The derivative of tanh as a constant: right for the first one, lost to the second.
struct Once : torch::autograd::Function<Once> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x) {
    context->save_for_backward({x});
    return at::tanh(x);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    return {gradients[0] * (1 - at::tanh(context->get_saved_variables()[0].detach()).square())};
  }
};

TEST(SecondDerivative, SeesAConstantFirstOne) {
  expect_formula_caught("tanh", {"second_derivative"}, [](const at::Tensor& x) { return Once::apply(x); });
}

/// The way back of an operator that LibTorch does not differentiate again.
struct Last : torch::autograd::Function<Last> {
  static at::Tensor forward(torch::autograd::AutogradContext*, const at::Tensor& x) { return x.clone(); }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                 const torch::autograd::variable_list& gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "derivative for aten::last_backward is not implemented");
    return {gradients[0]};
  }
};

TEST(SecondDerivative, DoesNotApplyWhereLibTorchHasNone) {
  Row row = *choose("identity").row;
  row.function = [](const at::Tensor& x, const Call&) { return Last::apply(x); };
  const auto finding = run_check("second_derivative", {&row, {}, false, false});
  EXPECT_EQ(finding.result, CheckFinding::Result::not_applicable);
  EXPECT_THAT(finding.detail, HasSubstr("not implemented"));
}

TEST(Extremes, SeesTheGradientOfALearnedNumber) {
  // x²·e^−|x| is 0 far out, and ∞·0 in float32.
  const auto complaint = expect_caught("swish", {"extremes"}, [](Row& row) {
    row.function = [](const at::Tensor& x, const Call& c) {
      return at::silu(x.clamp_min(-1e4)) + (c.parameters[0] - 1) * (x.square() * x.abs().neg().exp());
    };
  });
  EXPECT_THAT(complaint, HasSubstr("nan"));
}

TEST(Extremes, SeesInputsThatMustNotMeet) {
  expect_caught("glu", {"extremes"}, [](Row& row) {
    row.function = [](const at::Tensor& x, const Call& c) {
      const auto half = x.chunk(2, c.channel_dimension);
      return half[0] * (half[1].exp() / (1 + half[1].exp()));
    };
  });
}

TEST(Infinities, SeesALostNaNAndAWrongLimit) {
  expect_formula_caught("relu", {"infinities"},
                        [](const at::Tensor& x) { return at::where(x > 0, x, at::zeros_like(x)); });
  expect_formula_caught("lisht", {"infinities"}, [](const at::Tensor& x) { return x * at::tanh(x) + 0 * x; });
  expect_formula_caught("tanh", {"infinities"}, [](const at::Tensor& x) {
    return at::where(x.isinf(), x.sign() * 0.99, at::tanh(x));
  });
}

TEST(Infinities, SeesNaNInOneOfSeveralInputs) {
  expect_caught("maxout", {"infinities"}, [](Row& row) {
    row.function = [](const at::Tensor& x, const Call& c) {
      const auto half = x.chunk(2, c.channel_dimension);
      return at::fmax(half[0], half[1]);  // prefers numbers
    };
  });
}

TEST(Layout, SeesMemoryTakenForContiguous) {
  expect_formula_caught("identity", {"layout"}, [](const at::Tensor& x) {
    return x.as_strided(x.sizes(), at::empty(x.sizes()).strides());
  });
}

TEST(Layout, SeesChannelsAlwaysInTheSecondDimension) {
  expect_caught("prelu", {"layout"}, [](Row& row) {
    row.function = [](const at::Tensor& x, const Call& c) { return at::prelu(x, c.parameters[0].flatten()); };
  });
}

TEST(Layout, SeesAnEmptyBatchThatThrows) {
  expect_formula_caught("identity", {"layout"}, [](const at::Tensor& x) { return x + 0 * x.max(); });
}

TEST(Pure, SeesNumbersFromTheGlobalGenerator) {
  const auto complaint = expect_formula_caught("identity", {"pure"},
                                               [](const at::Tensor& x) { return x + 0 * at::rand_like(x); });
  EXPECT_THAT(complaint, HasSubstr("global generator"));
}

TEST(GainCheck, SeesAnotherFunctionThanTheOneItWasComputedFor) {
  gain(choose("softplus"));  // known from here on under this name
  expect_formula_caught("softplus", {"gain"},
                        [](const at::Tensor& x) { return at::softplus(x, 1, 40) * 1.02; });
}

std::string claim_caught(const std::string& spec, void (*change)(Row& row)) {
  return expect_caught(spec, {"properties"}, change);
}

TEST(Properties, SeeAWrongClaimOfMonotony) {
  EXPECT_THAT(claim_caught("silu", [](Row& row) { row.monotone = true; }), HasSubstr("not monotone"));
  EXPECT_THAT(claim_caught("tanh", [](Row& row) { row.monotone = false; }), HasSubstr("is monotone"));
  EXPECT_THAT(claim_caught("glu", [](Row& row) { row.monotone = true; }), HasSubstr("not monotone"));
  EXPECT_THAT(claim_caught("leaky_relu", [](Row& row) { row.arguments[0].low = -1; }),
              HasSubstr("not monotone: leaky_relu:slope=-"))
      << "only for some arguments";
}

TEST(Properties, SeeAWrongClaimOfOneValley) {
  EXPECT_THAT(expect_formula_caught("silu", {"properties"},
                                    [](const at::Tensor& x) { return at::silu(x) + at::sin(x); }),
              HasSubstr("not falling, then rising: silu has a hill"));
  EXPECT_THAT(claim_caught("swish", [](Row& row) { row.arguments[0].low = -1; }),
              HasSubstr("not falling, then rising: swish:beta=-"))
      << "only for some arguments";
}

TEST(Properties, SeeAWrongClaimOfSymmetry) {
  EXPECT_THAT(claim_caught("sigmoid", [](Row& row) { row.zero_centred = true; }), HasSubstr("not odd"));
  EXPECT_THAT(claim_caught("tanh", [](Row& row) { row.zero_centred = false; }), HasSubstr("is odd"));
}

TEST(Properties, SeeWrongKinks) {
  EXPECT_THAT(claim_caught("relu", [](Row& row) { row.kinks = {1}; }), HasSubstr("0 is not listed"));
  EXPECT_THAT(claim_caught("relu6", [](Row& row) { row.kinks = {0}; }), HasSubstr("6 is not listed"));
  EXPECT_THAT(claim_caught("tanh", [](Row& row) { row.smooth = false, row.kinks = {1}; }),
              HasSubstr("no kink at 1"));
  EXPECT_THAT(claim_caught("relu", [](Row& row) { row.smooth = true; }), HasSubstr("smooth"));
  EXPECT_THAT(claim_caught("hard_shrink", [](Row& row) { row.kinks = {-0.5}; }), HasSubstr("0.5 is not"));
}

TEST(Properties, SeeAWrongRange) {
  EXPECT_THAT(claim_caught("tanh", [](Row& row) { row.range = "(−1, 2)"; }), HasSubstr("not approached"));
  EXPECT_THAT(claim_caught("sigmoid", [](Row& row) { row.range = "(0, 0.9)"; }), HasSubstr("crossed"));
  EXPECT_THAT(claim_caught("mish", [](Row& row) { row.range = "[−0.3095, ∞)"; }), HasSubstr("not reached"));
  EXPECT_THAT(claim_caught("relu", [](Row& row) { row.range = "(−∞, ∞)"; }), HasSubstr("lower"));
  EXPECT_THAT(claim_caught("softmax", [](Row& row) { row.range = "(0, 0.5)"; }), HasSubstr("outside"));
}

TEST(TwinsCheck, SeesRowsThatAreTwinsInNameOnly) {
  const auto wrong = [](Row& row) {
    row.function = [](const at::Tensor& x, const Call&) { return at::silu(x) * (1 + 1e-12); };
  };
  EXPECT_THAT(expect_caught("silu", {"twins"}, wrong), HasSubstr("beside"));
  EXPECT_THAT(expect_caught("silu", {"twins"}, [](Row& row) { row.twin = "nobody"; }), HasSubstr("no table"));
}

TEST(EveryCheck, TurnsAnExceptionIntoAFinding) {
  for (const auto& check : checks()) {
    Row row = *choose("silu").row;
    row.twin = "silu";
    if (check.name != "kernel") row.kernel = nullptr;
    row.function = [](const at::Tensor&, const Call&) -> at::Tensor { throw std::runtime_error("no!"); };
    if (check.name == "gain") continue;  // knows the right one from before
    const auto finding = check.run({&row, {}, false, false}, at::kCPU);
    EXPECT_EQ(finding.result, CheckFinding::Result::failed) << check.name;
    EXPECT_THAT(finding.detail, HasSubstr("throws: no!")) << check.name;
  }
}

}  // namespace
}  // namespace actlab
