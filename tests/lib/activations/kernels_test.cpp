// What the check `kernel` cannot say: that it fails for wrong kernels, second derivatives, LibTorch's
// operators where they are chosen, and the kernels as plain loops.

#include <ATen/Parallel.h>
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "lib/activations/kernels/fused.h"
#include "lib/core/error.h"

#include "tests/lib/activations/wrong_rows.h"

namespace actlab {
namespace {

using kernels::Arguments;
using kernels::Kernel;
using testing::HasSubstr;

std::vector<std::string> names_with_kernels() {
  std::vector<std::string> names;
  for (const auto& row : catalogue()) {
    if (row.kernel != nullptr) names.push_back(row.name);
  }
  return names;
}

/// Chooses kernels while it lives.
class With {
 public:
  explicit With(Kernels kernels) : before_(chosen_kernels()) { set_kernels(kernels); }
  ~With() { set_kernels(before_); }
  With(const With&) = delete;
  With& operator=(const With&) = delete;

 private:
  Kernels before_;
};

class RowWithKernel : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Catalogue, RowWithKernel, testing::ValuesIn(names_with_kernels()), test_name);

TEST_P(RowWithKernel, PassesWithLibTorchToo) {
  const With libtorch(Kernels::libtorch);
  for (const auto* check : {"float32", "bfloat16", "extremes", "infinities", "layout", "pure"}) {
    const auto finding = run_check(check, choose(GetParam()));
    EXPECT_NE(finding.result, CheckFinding::Result::failed) << check << ": " << finding.detail;
  }
}

TEST_P(RowWithKernel, TakesItsInputForItsResult) {
  const auto choice = choose(GetParam());
  const auto& kernel = *fitting_kernel(choice, torch::zeros({1, 1}), false);
  auto numbers = choice.numbers;
  if (choice.row->learned != nullptr) {
    numbers.clear();
    for (const auto& learned : choice.learned())
      numbers.insert(numbers.end(), learned.start.begin(), learned.start.end());
  }
  std::vector<float> values(numbers.begin(), numbers.end());
  std::vector<const float*> places;
  for (const auto& value : values) places.push_back(&value);
  for (const size_t count : {0UL, 1UL, 7UL, 64UL, 333UL}) {
    std::vector<float> x(count + 1), y(count + 1, 5.0f);
    for (size_t i = 0; i < count; ++i) x[i] = static_cast<float>(std::sin(i)) * 4;
    x[count] = 5;
    kernel.forward(x.data(), y.data(), count, {places.data()});
    kernel.forward(x.data(), x.data(), count, {places.data()});
    EXPECT_EQ(x, y) << count << " elements; the one behind them is left alone";
  }
}

/// ∂/∂x of the slope along a direction, and of the incoming gradient.
std::vector<at::Tensor> second_gradients(const std::string& spec, const at::Tensor& x) {
  const auto site = std::make_shared<Activation>(choose(spec), x.size(1));
  site->to(x.scalar_type());
  site->eval();
  const auto leaf = x.detach().requires_grad_(), upper = torch::cos(x).detach().requires_grad_();
  std::vector<at::Tensor> of = {leaf};
  for (const auto& parameter : site->parameters()) of.push_back(parameter);
  const auto y = site->forward(leaf * 1);
  const auto first = torch::autograd::grad({y}, of, {upper}, true, true);
  auto sum = (first[0] * torch::sin(x)).sum();
  for (size_t i = 1; i < first.size(); ++i) sum = sum + first[i].square().sum();
  of.push_back(upper);
  auto second = torch::autograd::grad({sum}, of, {}, false, false, /*allow_unused=*/true);
  for (size_t i = 0; i < of.size(); ++i) {
    if (!second[i].defined()) second[i] = torch::zeros_like(of[i]);
  }
  return second;
}

TEST_P(RowWithKernel, HasTheSecondDerivativeOfLibTorch) {
  const auto x = torch::linspace(-4.03, 4.01, 60).view({20, 3});
  std::vector<at::Tensor> expected;
  try {
    expected = second_gradients(GetParam(), x.to(at::kDouble));
  } catch (const c10::Error&) {
    GTEST_SKIP() << "LibTorch has none";
  }
  const auto actual = second_gradients(GetParam(), x);
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto error = (actual[i] - expected[i]).abs() / (1 + expected[i].abs());
    EXPECT_LT(error.max().item<double>(), 2e-4) << GetParam() << ", gradient " << i;
  }
}

// Gated linear units.

class GateWithKernel : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Catalogue, GateWithKernel,
                         testing::Values("glu", "reglu", "geglu", "swiglu", "bilinear"), test_name);

TEST_P(GateWithKernel, PassesWithLibTorchToo) {
  const With libtorch(Kernels::libtorch);
  for (const auto* check : {"float32", "bfloat16", "extremes", "infinities", "layout", "pure"}) {
    const auto finding = run_check(check, choose(GetParam()));
    EXPECT_NE(finding.result, CheckFinding::Result::failed) << check << ": " << finding.detail;
  }
}

TEST_P(GateWithKernel, HasTheSecondDerivativeOfLibTorch) {
  const auto x = torch::linspace(-4.03, 4.01, 120).view({30, 4});
  const auto second = [&x](at::ScalarType type) {
    const auto leaf = x.to(type).requires_grad_();
    const auto y = std::make_shared<Activation>(choose(GetParam()), 2)->forward(leaf);
    const auto first = torch::autograd::grad({y}, {leaf}, {torch::cos(y.detach())}, true, true)[0];
    return torch::autograd::grad({first.square().sum()}, {leaf})[0];
  };
  EXPECT_TRUE(second(at::kFloat).to(at::kDouble).allclose(second(at::kDouble), 1e-4, 1e-4));
}

TEST_P(GateWithKernel, SplitsAnyDimensionInAnyFormat) {
  const auto site = std::make_shared<Activation>(choose(GetParam()), 3, -1);
  const auto x = torch::linspace(-3, 3, 2 * 5 * 7 * 6).view({2, 5, 7, 6});
  const auto expected = site->forward(x.to(at::kDouble));
  EXPECT_TRUE(site->forward(x).to(at::kDouble).allclose(expected, 1e-5, 1e-6));
  const auto transposed = x.transpose(0, 2).contiguous().transpose(0, 2);
  EXPECT_TRUE(site->forward(transposed).to(at::kDouble).allclose(expected, 1e-5, 1e-6));
}

TEST(Gate, KeepsTheMemoryFormat) {
  const auto x = torch::randn({2, 8, 5, 5}).contiguous(at::MemoryFormat::ChannelsLast);
  const auto y = std::make_shared<Activation>(choose("swiglu"), 4)->forward(x);
  EXPECT_TRUE(y.is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(Gate, IsChosenForFloatsOnTheCpu) {
  const auto x = torch::zeros({2, 4});
  EXPECT_NE(fitting_gate(choose("swiglu"), x), nullptr);
  EXPECT_EQ(fitting_gate(choose("swiglu"), x.to(at::kDouble)), nullptr);
  EXPECT_EQ(fitting_gate(choose("maxout"), x), nullptr);
  EXPECT_EQ(fitting_gate(choose("silu"), x), nullptr);
}

// Numbers of several values.

TEST(FusedKernels, FitTheNumberOfHinges) {
  const auto x = torch::linspace(-2, 2, 60).view({20, 3});
  for (const long hinges : {1L, 2L, 3L, 4L, 5L}) {
    const auto choice = choose("apl:a=0.3,hinges=" + std::to_string(hinges));
    const auto* kernel = fitting_kernel(choice, x, true);
    EXPECT_EQ(kernel != nullptr, hinges < 5);
    const auto finding = run_check("kernel", choice);
    EXPECT_NE(finding.result, CheckFinding::Result::failed) << hinges << ": " << finding.detail;
  }
  EXPECT_EQ(fitting_kernel(choose("rational:frozen=true"), x, true), nullptr);
}

TEST(FusedKernels, KnowEverySignOfAlpha) {
  for (const auto* alpha : {"-1", "-0.5", "-0.01", "0", "0.01", "1"}) {
    const auto choice = choose(std::string("soft_exponential:alpha=") + alpha);
    for (const auto* check : {"kernel", "float32", "extremes", "infinities", "gradient"}) {
      const auto finding = run_check(check, choice);
      EXPECT_NE(finding.result, CheckFinding::Result::failed)
          << alpha << ", " << check << ": " << finding.detail;
    }
  }
}

TEST(FusedKernels, KnowEveryRational) {
  for (const auto* init : {"leaky_relu", "tanh", "sigmoid", "silu", "identity"}) {
    for (const auto* check : {"kernel", "float32", "extremes", "infinities"}) {
      const auto finding = run_check(check, choose(std::string("rational:init=") + init));
      EXPECT_NE(finding.result, CheckFinding::Result::failed)
          << init << ", " << check << ": " << finding.detail;
    }
  }
}

// Kernels with mistakes.

template <const char* row>
const Kernel& right() {
  return *choose(row).row->kernel;
}
constexpr char mish_name[] = "mish", prelu_name[] = "prelu", relu_name[] = "relu", swish_name[] = "swish";

void expect_kernel_caught(const char* row, const Kernel& wrong, const char* complaint) {
  const auto text = expect_caught(row, {"kernel"}, [&](Row& changed) { changed.kernel = &wrong; });
  EXPECT_THAT(text, HasSubstr(complaint));
}

TEST(WrongKernel, ValueInTheFifthPlace) {
  const Kernel wrong = {"mish", false,
                        [](const float* x, float* y, size_t count, const Arguments& a) {
                          right<mish_name>().forward(x, y, count, a);
                          for (size_t i = 0; i < count; ++i) y[i] *= 1.00001f;
                        },
                        right<mish_name>().backward};
  expect_kernel_caught("mish", wrong, "value");
}

TEST(WrongKernel, SlopeOfTheNeighbour) {
  const Kernel wrong = {"relu", true, right<relu_name>().forward,
                        [](const float*, const float* upper, float* gradient, size_t count,
                           const Arguments&) { std::copy(upper, upper + count, gradient); }};
  expect_kernel_caught("relu", wrong, "gradient");
}

TEST(WrongKernel, LastElementsForgotten) {
  const Kernel wrong = {"relu", true,
                        [](const float* x, float* y, size_t count, const Arguments& a) {
                          std::fill(y, y + count, 0.0f);
                          right<relu_name>().forward(x, y, count / 16 * 16, a);
                        },
                        right<relu_name>().backward};
  expect_kernel_caught("relu", wrong, "value");
}

TEST(WrongKernel, NumbersOfAnotherChannel) {
  const Kernel wrong = {
      "prelu", false, right<prelu_name>().forward,
      [](const float* x, const float* upper, float* gradient, size_t count, const Arguments& a) {
        right<prelu_name>().backward(x, upper, gradient, count, a);
        if (a.sums != nullptr && !a.along) a.sums[0][0] *= 0.5f;
      }};
  expect_kernel_caught("prelu", wrong, "learned");
}

TEST(WrongKernel, SumsThatOverwrite) {
  const Kernel wrong = {
      "swish", false, right<swish_name>().forward,
      [](const float* x, const float* upper, float* gradient, size_t count, const Arguments& a) {
        if (a.sums != nullptr && a.along) std::fill(a.sums[0], a.sums[0] + count, 0.0f);
        right<swish_name>().backward(x, upper, gradient, count, a);
      }};
  expect_kernel_caught("swish", wrong, "learned");
}

// The choice, and what the rest of the program relies on.

TEST(FusedKernels, AreChosenForFloatsOnTheCpu) {
  const auto relu = choose("relu");
  const auto x = torch::zeros({2, 3});
  EXPECT_EQ(fitting_kernel(relu, x, true), relu.row->kernel);
  EXPECT_EQ(fitting_kernel(relu, x.to(at::kBFloat16), true), relu.row->kernel);
  EXPECT_EQ(fitting_kernel(relu, x.to(at::kDouble), true), nullptr);
  EXPECT_EQ(fitting_kernel(choose("softmax"), x, true), nullptr);
  EXPECT_EQ(fitting_kernel(choose("rrelu"), x, true), nullptr) << "draws in training";
  EXPECT_NE(fitting_kernel(choose("rrelu"), x, false), nullptr);
  const With libtorch(Kernels::libtorch);
  EXPECT_EQ(fitting_kernel(relu, x, true), nullptr);
}

TEST(FusedKernels, HaveNames) {
  EXPECT_EQ(kernels_of("libtorch"), Kernels::libtorch);
  EXPECT_EQ(name_of(Kernels::fused), "fused");
  try {
    kernels_of("fusd");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("fused"));
  }
}

TEST(FusedKernels, KeepTheMemoryFormat) {
  const auto x = torch::randn({2, 8, 5, 5}).contiguous(at::MemoryFormat::ChannelsLast);
  const auto y = std::make_shared<Activation>(choose("prelu"), 8)->forward(x);
  EXPECT_EQ(y.strides(), x.strides());
}

/// Gradients of learned numbers with so many threads.
at::Tensor learned_gradient(const at::Tensor& x, int threads) {
  const int before = at::get_num_threads();
  at::set_num_threads(threads);
  const auto site = std::make_shared<Activation>(choose("swish"), x.size(1));
  site->forward(x).square().sum().backward();
  at::set_num_threads(before);
  return site->parameters()[0].grad();
}

TEST(FusedKernels, SumInTheSameOrderEachTime) {
  for (const auto format : {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast}) {
    const auto x = torch::randn({64, 10, 20, 20}).contiguous(format);
    for (const int threads : {1, 2}) {
      const auto first = learned_gradient(x, threads);
      for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(learned_gradient(x, threads).equal(first)) << threads << " threads";
      EXPECT_TRUE(first.allclose(learned_gradient(x, 1), 1e-5)) << threads << " threads";
    }
  }
}

TEST(FusedKernels, RoundToBfloat16AsLibTorch) {
  auto x = torch::cat({torch::randn(1001) * torch::logspace(-30, 30, 1001),
                       torch::tensor({0.0, -0.0, HUGE_VAL, -HUGE_VAL, 3.4e38, 1.00390625, 1.01171875})})
               .to(at::kFloat);
  const auto expected = x.to(at::kBFloat16);
  auto actual = torch::empty_like(expected);
  auto* bits = reinterpret_cast<uint16_t*>(actual.data_ptr<at::BFloat16>());
  kernels::narrow(x.data_ptr<float>(), bits, static_cast<size_t>(x.numel()));
  EXPECT_TRUE(actual.equal(expected));
  auto back = torch::empty_like(x);
  kernels::widen(bits, back.data_ptr<float>(), static_cast<size_t>(x.numel()));
  EXPECT_TRUE(back.equal(expected.to(at::kFloat)));
  for (const long count : {1L, 40L}) {
    const auto nans = torch::full({count}, std::numeric_limits<float>::quiet_NaN());
    auto narrowed = torch::empty({count}, at::kBFloat16);
    kernels::narrow(nans.data_ptr<float>(), reinterpret_cast<uint16_t*>(narrowed.data_ptr<at::BFloat16>()),
                    static_cast<size_t>(count));
    EXPECT_TRUE(narrowed.isnan().all().item<bool>());
  }
}

}  // namespace
}  // namespace actlab
