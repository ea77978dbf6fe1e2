#include "lib/activations/formula.h"

#include <gmock/gmock.h>

#include <cmath>
#include <thread>

#include "lib/activations/check.h"
#include "lib/activations/formula_source.h"
#include "lib/activations/gain.h"
#include "lib/core/compat.h"
#include "tests/lib/activations/helpers.h"

namespace actlab {
namespace {

using testing::ElementsAre;

constexpr double inf = std::numeric_limits<double>::infinity();

double value_of(const std::string& formula, double x) {
  return make_site("expr:" + formula)->forward(torch::full({1, 1}, x, torch::kDouble)).item<double>();
}

at::Tensor points() { return torch::linspace(-4, 4, 161, torch::kDouble).add(0.013).unsqueeze(1); }

TEST(Formula, ComputesByTheRulesOfArithmetic) {
  EXPECT_DOUBLE_EQ(value_of("-x**2", 3), -9);
  EXPECT_DOUBLE_EQ(value_of("2**3**2 * x", 1), 512);
  EXPECT_DOUBLE_EQ(value_of("2**-x", 2), 0.25);
  EXPECT_DOUBLE_EQ(value_of("x - 1 - 2", 10), 7);
  EXPECT_DOUBLE_EQ(value_of("12 / x / 2", 3), 2);
  EXPECT_DOUBLE_EQ(value_of("1 + +x * -2", 3), -5);
  EXPECT_DOUBLE_EQ(value_of("1/2 * x", 1), 0.5) << "no whole-number division";
  EXPECT_DOUBLE_EQ(value_of(".5*x+1.e0", 2), 2);
  EXPECT_DOUBLE_EQ(value_of("x % 3", 7.5), 1.5);
  EXPECT_DOUBLE_EQ(value_of("(x >= 0) * (x < 1) * x", 0.5), 0.5);
  EXPECT_DOUBLE_EQ(value_of("(x == 2) * x + (x != 2) * 5 * x + (x > 1) * x + (x <= 1) * x", 2), 4);
  EXPECT_DOUBLE_EQ(value_of("pi * x / e", 1), M_PI / M_E);
  EXPECT_DOUBLE_EQ(value_of("9007199254740993000000000 * x", 1), 9007199254740993000000000.0);
}

TEST(Formula, IsRightForIncomingGradientsOfAnyLayout) {
  for (const auto& check : checks()) {
    if (check.name != "layout") continue;
    for (const auto* formula : {"gelu(x)", "2 * gelu(x * x) + x", "x * sigmoid(x)"}) {
      const auto finding = check.run(resolve_activation({"expr", {{"formula", formula}}}), at::kCPU);
      EXPECT_EQ(finding.result, CheckFinding::Result::passed) << formula << ": " << finding.detail;
    }
  }
}

/// Every function at a point where all are defined; what stands for plain numbers must agree.
TEST(Formula, KnowsItsFunctions) {
  const double x = 0.6;
  // clang-format off
  const std::map<std::string, double> expected = {
      {"exp", std::exp(x)}, {"expm1", std::expm1(x)}, {"log", std::log(x)}, {"log1p", std::log1p(x)},
      {"log2", std::log2(x)}, {"sqrt", std::sqrt(x)}, {"rsqrt", 1 / std::sqrt(x)}, {"square", x * x},
      {"reciprocal", 1 / x}, {"abs", x}, {"sign", 1}, {"sin", std::sin(x)}, {"cos", std::cos(x)},
      {"tan", std::tan(x)}, {"asin", std::asin(x)}, {"acos", std::acos(x)}, {"atan", std::atan(x)},
      {"arctan", std::atan(x)}, {"sinh", std::sinh(x)}, {"cosh", std::cosh(x)}, {"tanh", std::tanh(x)},
      {"asinh", std::asinh(x)}, {"acosh", std::acosh(x + 1)}, {"atanh", std::atanh(x)}, {"erf", std::erf(x)},
      {"erfc", std::erfc(x)}, {"sigmoid", 1 / (1 + std::exp(-x))}, {"softplus", std::log1p(std::exp(x))},
      {"relu", x}, {"silu", x / (1 + std::exp(-x))}, {"gelu", x * std::erfc(-x / std::sqrt(2)) / 2},
      {"elu", x}, {"mish", x * std::tanh(std::log1p(std::exp(x)))}, {"pow", std::pow(x, 3)},
      {"minimum", 0.5}, {"min", 0.5}, {"maximum", x}, {"max", x}, {"clamp", 0.55}, {"where", 0.5}};
  const std::map<std::string, std::string> behind = {
      {"acosh", " + 1"}, {"pow", ", 3"}, {"minimum", ", 0.5"}, {"min", ", 0.5"}, {"max", ", 0.5"},
      {"maximum", ", 0.5"}, {"clamp", ", 0.1, 0.55"}};
  // clang-format on
  for (const auto& [name, value, arguments, numbers] : formula_functions()) {
    const bool choice = name == "where";
    const auto rest = behind.count(name) > 0 ? behind.at(name) : "";
    const auto call = choice ? "where(x < 0.5, x, 0.5)" : name + "(x" + rest + ")";
    EXPECT_NEAR(value_of(call, x), expected.at(name), 1e-14) << call;
    const auto constant = choice ? "where(x > 0, 0.5, 1)" : name + "(0.6" + rest + ")";
    EXPECT_NEAR(value_of("x * " + constant, 1), expected.at(name), 1e-14) << constant;
  }
}

TEST(Formula, IsTheRowThatItSpells) {
  for (const auto& [formula, name] : {std::pair{"x * sigmoid(x)", "silu"},
                                      {"max(x, 0) + 0.01 * min(x, 0)", "leaky_relu"},
                                      {"where(x > 0, x, expm1(min(x, 0)))", "elu"},
                                      {"x * tanh(log1p(exp(x)))", "mish"}}) {
    const auto typed = make_site(std::string("expr:") + formula), row = make_site(name);
    const auto a = evaluate(*typed, points()), b = evaluate(*row, points());
    EXPECT_TRUE(torch::allclose(a.value, b.value, 1e-13, 1e-15)) << formula;
    EXPECT_TRUE(torch::allclose(a.gradient, b.gradient, 1e-12, 1e-14)) << formula;
    EXPECT_NEAR(gain(typed->choice()).forward, gain(row->choice()).forward, 1e-12) << formula;
    EXPECT_NEAR(gain(typed->choice()).backward, gain(row->choice()).backward, 1e-12) << formula;
  }
}

/// Central differences in x and in each constant, in float64, and the second derivative by those of the
/// first.
TEST(Formula, HasTheDerivativesOfItsDifferences) {
  for (const std::string text :
       {"x * sigmoid(1.5 * x)", "x * sigmoid(beta * x);beta=1",
        "a * tanh(b * x) + c * x**2;a=1.5;b=0.7;c=-0.2",
        "where(x > 0, x, alpha * expm1(min(x, 0)));alpha=0.8", "clamp(x * s, -2, 2) + sin(x);s=0.5",
        "log1p(exp(-abs(x))) + max(x, k * x);k=0.1", "pow(abs(x) + 0.1, p);p=1.3", "2**x / (1 + 2**x)"}) {
    const auto site = make_site("expr:" + text);
    constexpr double step = 1e-5;
    const auto x = points();
    const auto leaf = x.clone().requires_grad_();
    const auto slope = torch::autograd::grad({site->forward(leaf).sum()}, {leaf}, {}, true, true)[0];
    const auto difference = (site->forward(x + step) - site->forward(x - step)) / (2 * step);
    EXPECT_TRUE(torch::allclose(slope, difference, 1e-7, 1e-8)) << text;
    const auto bend = torch::autograd::grad({slope.sum()}, {leaf}, {}, true)[0];
    const auto bend_difference = (evaluate(*site, x + step).gradient - evaluate(*site, x - step).gradient);
    EXPECT_TRUE(torch::allclose(bend, bend_difference / (2 * step), 1e-6, 1e-7)) << text;

    const auto analytic = evaluate(*site, x).parameter_gradients;
    const torch::NoGradGuard no_grad;
    for (size_t i = 0; i < analytic.size(); ++i) {
      auto parameter = site->parameters()[i];
      const auto moved = [&](double by) {
        parameter.add_(by);
        const double sum = site->forward(x).sum().item<double>();
        parameter.sub_(by);
        return sum;
      };
      EXPECT_NEAR(analytic[i].item<double>(), (moved(step) - moved(-step)) / (2 * step), 1e-5) << text;
    }
  }
}

TEST(Formula, LearnsOneConstantAChannelUnlessSharedOrFrozen) {
  Activation own(choose("expr:beta * x + gamma;beta=2;gamma=0.5"), 3);
  ASSERT_EQ(own.named_parameters().keys(), (std::vector<std::string>{"beta", "gamma"}));
  EXPECT_EQ(own.named_parameters()["beta"].sizes(), (std::vector<long>{3}));
  {
    const torch::NoGradGuard no_grad;
    own.named_parameters()["beta"].copy_(torch::tensor({1.f, 2.f, 3.f}));
  }
  EXPECT_TRUE(own.forward(torch::ones({2, 3, 4, 4}))
                  .equal(torch::tensor({1.5f, 2.5f, 3.5f}).view({1, 3, 1, 1}).expand({2, 3, 4, 4})));
  Activation shared(choose("expr:beta * x;beta=2;shared=true"), 3);
  EXPECT_EQ(shared.parameters().at(0).sizes(), (std::vector<long>{1}));
  EXPECT_TRUE(Activation(choose("expr:beta * x;beta=2;frozen=true"), 3).parameters().empty());
}

TEST(Formula, KeepsTypeShapeAndMemory) {
  for (const auto* text : {"expr:where(x > 0, 1, 0.1) * x", "expr:max(x, 0.1)", "expr:clamp(x, -b, b);b=1"}) {
    for (const auto type : {torch::kFloat, torch::kDouble, torch::kBFloat16, torch::kHalf}) {
      Activation site(choose(text), 3);
      const auto x =
          torch::linspace(-2, 2, 24).view({2, 3, 2, 2}).to(type).contiguous(at::MemoryFormat::ChannelsLast);
      const auto y = site.forward(x);
      EXPECT_EQ(y.scalar_type(), type) << text;
      EXPECT_EQ(y.sizes(), x.sizes()) << text;
      EXPECT_TRUE(y.is_contiguous(at::MemoryFormat::ChannelsLast)) << text;
      const auto exact = site.forward(x.to(torch::kDouble)).to(type);
      EXPECT_TRUE(torch::allclose(y.to(torch::kDouble), exact.to(torch::kDouble), 1e-6, 1e-6))
          << text << type;
      EXPECT_EQ(site.forward(x.slice(0, 0, 0)).sizes(), (std::vector<long>{0, 3, 2, 2}));
    }
  }
}

TEST(Formula, ComputesTheSameInABfloat16Region) {
  Activation site(choose("expr:x * exp(-x**2 / 2) + softplus(b * x);b=1"), 1);
  const auto x = torch::linspace(-2, 2, 100).unsqueeze(1);
  const auto plain = site.forward(x);
  const compat::Bfloat16Region region(torch::kCPU, true);
  EXPECT_TRUE(site.forward(x).equal(plain));
  EXPECT_EQ(site.forward(x.to(torch::kBFloat16)).scalar_type(), torch::kBFloat16);
}

TEST(Formula, GivesTheSameBitsAtEveryCall) {
  Activation site(choose("expr:x * sigmoid(b * x) + 0.1 * sin(x)**2;b=1.3"), 4);
  const auto x = torch::randn({64, 4});
  const auto first = evaluate(site, x);
  for (int call = 0; call < 10; ++call) {
    const auto again = evaluate(site, x);
    ASSERT_TRUE(again.value.equal(first.value) && again.gradient.equal(first.gradient)) << call;
  }
}

TEST(Formula, WorksInManyThreads) {
  const auto x = torch::linspace(-2, 2, 60).view({15, 4});
  std::vector<std::thread> threads;
  std::vector<at::Tensor> results(8);
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto text = "expr:x * sigmoid(b * x) + " + std::to_string(i % 2) + ";b=1";
      for (int call = 0; call < 20; ++call) results[i] = Activation(choose(text), 4).forward(x).detach();
    });
  }
  for (auto& thread : threads) thread.join();
  for (size_t i = 0; i < results.size(); ++i) {
    EXPECT_TRUE(torch::allclose(results[i], x * x.sigmoid() + static_cast<double>(i % 2))) << i;
  }
}

TEST(Formula, TextResolvesToItself) {
  for (const std::string text : {"expr:x * sigmoid(beta * x);beta=1", "expr:where(x > 0, x, 0.1*x)",
                                 "expr:lambda * x;lambda=2;shared=true",
                                 "expr:a*x + b;a=0.5;b=-0.25;frozen=true", "expr:print * x;print=1"}) {
    EXPECT_EQ(choose(text).text(), text);
  }
  const auto loose = choose("expr:  x *  sigmoid( beta*x ) ; beta = 1.0;frozen=false");
  EXPECT_EQ(loose.text(), "expr:x * sigmoid( beta*x );beta=1");
  EXPECT_EQ(choose(loose.text()).text(), loose.text());
  EXPECT_EQ(choose("expr:x + 1").row, choose("expr:x  +  1").row) << "one row a text";
}

TEST(Formula, StandsInListsLikeEveryOther) {
  std::vector<std::string> names;
  for (const auto& choice :
       resolve_activations("relu,expr:where(x > 0, x, 0.1*x),expr:b*x;b=1,tanh,expr:b*x;b=1")) {
    names.push_back(choice.text());
  }
  EXPECT_THAT(names, ElementsAre("relu", "expr:where(x > 0, x, 0.1*x)", "expr:b*x;b=1", "tanh"));
}

TEST(Formula, OverflowsOnlyWhereItsWriterLetsIt) {
  // A branch that is not taken still has a gradient: 0·∞ is NaN. The page about formulas says how to avoid
  // it.
  const auto x = torch::full({1, 1}, 1000., torch::kDouble);
  EXPECT_TRUE(
      std::isnan(evaluate(*make_site("expr:where(x > 0, x, exp(x) - 1)"), x).gradient.item<double>()));
  EXPECT_EQ(evaluate(*make_site("expr:where(x > 0, x, exp(min(x, 0)) - 1)"), x).gradient.item<double>(), 1);
  EXPECT_EQ(value_of("x * sigmoid(x)", inf), inf);
}

}  // namespace
}  // namespace actlab
