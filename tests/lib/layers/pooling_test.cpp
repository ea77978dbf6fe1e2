#include <gtest/gtest.h>
#include <torch/torch.h>

#include <limits>

#include "lib/activations/kernels/fused.h"
#include "lib/core/spec.h"
#include "lib/layers/blocks.h"
#include "lib/layers/layers.h"

namespace actlab {
namespace {

/// Small integers, so that most windows have ties, with NaN and infinities among them.
at::Tensor awkward(const std::vector<int64_t>& shape) {
  torch::manual_seed(7);
  auto x = torch::randint(-2, 3, shape, torch::kFloat32);
  const auto die = torch::randint(0, 12, shape);
  x.masked_fill_(die == 0, std::numeric_limits<double>::quiet_NaN());
  x.masked_fill_(die == 1, -std::numeric_limits<double>::infinity());
  return x.masked_fill_(die == 2, std::numeric_limits<double>::infinity());
}

bool same(const at::Tensor& a, const at::Tensor& b) {
  return torch::allclose(a, b, 0, 0, /*equal_nan=*/true);
}

/// The value and the gradient of Σ weights·pool(x).
template <typename Pool>
std::pair<at::Tensor, at::Tensor> value_and_gradient(const Pool& pool, const at::Tensor& x) {
  auto leaf = x.detach().clone(at::MemoryFormat::Preserve).requires_grad_();
  const auto y = pool(leaf);
  const auto weights = torch::arange(1, y.numel() + 1, y.options()).view(y.sizes());
  y.backward(weights);
  return {y.detach(), leaf.grad()};
}

void expect_as_libtorch(const at::Tensor& x) {
  const auto [value, gradient] = value_and_gradient(max_pool_2x2, x);
  const auto reference = [](const at::Tensor& input) { return torch::max_pool2d(input, 2); };
  const auto [true_value, true_gradient] = value_and_gradient(reference, x);
  EXPECT_TRUE(same(value, true_value)) << value << true_value;
  EXPECT_TRUE(same(gradient, true_gradient)) << gradient << true_gradient;
}

class PoolingShapes : public testing::TestWithParam<std::vector<int64_t>> {};

TEST_P(PoolingShapes, EqualsLibTorchOnTiesAndNaN) { expect_as_libtorch(awkward(GetParam())); }

TEST_P(PoolingShapes, EqualsLibTorchChannelsLast) {
  expect_as_libtorch(awkward(GetParam()).contiguous(at::MemoryFormat::ChannelsLast));
}

TEST_P(PoolingShapes, EqualsLibTorchWithTwoThreads) {
  const int before = at::get_num_threads();
  at::set_num_threads(2);
  expect_as_libtorch(awkward(GetParam()));
  at::set_num_threads(before);
}

INSTANTIATE_TEST_SUITE_P(All, PoolingShapes,
                         testing::Values(std::vector<int64_t>{1, 1, 2, 2}, std::vector<int64_t>{2, 3, 4, 6},
                                         std::vector<int64_t>{2, 3, 5, 7}, std::vector<int64_t>{1, 2, 2, 3},
                                         std::vector<int64_t>{1, 2, 3, 2}, std::vector<int64_t>{1, 1, 6, 258},
                                         std::vector<int64_t>{1, 1, 4, 127},
                                         std::vector<int64_t>{2, 37, 4, 5},
                                         std::vector<int64_t>{16, 32, 28, 28}));

TEST(Pooling, OtherInputsGoToLibTorch) {
  const auto x = awkward({2, 3, 6, 8});
  expect_as_libtorch(x.to(torch::kFloat64));
  expect_as_libtorch(x.transpose(2, 3));
  EXPECT_THROW(max_pool_2x2(torch::zeros({1, 1, 1, 4})), c10::Error);
}

TEST(Pooling, KeepsTheMemoryFormat) {
  const auto last = at::MemoryFormat::ChannelsLast;
  EXPECT_TRUE(max_pool_2x2(torch::zeros({2, 3, 4, 6})).is_contiguous());
  EXPECT_TRUE(max_pool_2x2(torch::zeros({2, 3, 4, 6}).contiguous(last)).is_contiguous(last));
}

TEST(Pooling, TakesAnExpandedGradient) {
  auto x = torch::randn({2, 3, 4, 4}).requires_grad_();
  max_pool_2x2(x).sum().backward();
  EXPECT_EQ(x.grad().sum().item<float>(), 2 * 3 * 4);
}

TEST(Pooling, RefusesASecondDerivativeRatherThanGivingAWrongOne) {
  auto x = torch::randn({1, 1, 2, 2}).requires_grad_();
  const auto y = max_pool_2x2(x).square().sum();
  EXPECT_THROW(torch::autograd::grad({y}, {x}, {}, /*retain_graph=*/true, /*create_graph=*/true), c10::Error);
}

ActivationChoice activation_named(const std::string& text) { return resolve_activation(parse_spec(text)); }

/// LibTorch's kernels while it lives.
class WithLibTorch {
 public:
  WithLibTorch() { set_kernels(Kernels::libtorch); }
  ~WithLibTorch() { set_kernels(Kernels::fused); }
};

struct Outcome {
  at::Tensor value, gradient;
  std::vector<at::Tensor> learned;  // their gradients
};

template <class Function>
Outcome outcome_of(Activation& activation, const at::Tensor& x, const Function& function) {
  auto leaf = x.detach().clone(at::MemoryFormat::Preserve).requires_grad_();
  const auto y = function(activation, leaf);
  torch::manual_seed(5);
  y.backward(torch::randn(y.sizes()));
  Outcome outcome{y.detach(), leaf.grad(), {}};
  for (auto& parameter : activation.parameters()) {
    outcome.learned.push_back(parameter.grad().clone());
    parameter.mutable_grad().reset();
  }
  return outcome;
}

at::Tensor apart(Activation& activation, const at::Tensor& x) { return max_pool_2x2(activation.forward(x)); }

/// Normal numbers with ties, extremes and NaN.
at::Tensor images(const std::vector<int64_t>& shape) {
  torch::manual_seed(11);
  auto x = torch::randn(shape) * 3;
  const auto die = torch::randint(0, 24, shape);
  x.masked_fill_(die.le(3), -1.25);
  for (const auto& [face, number] :
       {std::pair{4, NAN}, {5, INFINITY}, {6, -INFINITY}, {7, 3e38F}, {8, -3e38F}})
    x.masked_fill_(die == face, number);
  return x;
}

class PooledActivations : public testing::TestWithParam<std::string> {};

/// But for a rounding, where a function is computed in another way next to a very large number.
TEST_P(PooledActivations, EqualBothStepsApart) {
  const auto choice = activation_named(GetParam());
  for (const auto& shape : {std::vector<int64_t>{5, 3, 6, 8}, {1, 4, 5, 7}, {3, 40, 28, 28}, {2, 3, 2, 3}}) {
    for (const auto& [format, reach] : {std::pair{at::MemoryFormat::Contiguous, 0.5},
                                        {at::MemoryFormat::ChannelsLast, 0.5},
                                        {at::MemoryFormat::Contiguous, 0.1},
                                        {at::MemoryFormat::ChannelsLast, 0.1}}) {
      Activation activation(choice, shape[1]);
      activation.eval();
      // Other numbers in every channel, of either sign where the reach is long.
      for (auto& parameter : activation.parameters()) {
        const torch::NoGradGuard no_grad;
        parameter.add_(torch::linspace(-reach, reach, parameter.size(-1)));
      }
      const auto x = images(shape).contiguous(format);
      const auto one = outcome_of(activation, x, largest_activations), two = outcome_of(activation, x, apart);
      EXPECT_TRUE(torch::allclose(one.value, two.value, 1e-6, 1e-7, /*equal_nan=*/true));
      EXPECT_TRUE(one.value.is_contiguous(format));
      EXPECT_TRUE(one.gradient.is_contiguous(format));
      // Apart, the slope at inputs that lose is multiplied by 0, which makes NaN of infinite ones.
      const auto finite = two.gradient.isfinite();
      EXPECT_TRUE(torch::allclose(one.gradient.masked_select(finite), two.gradient.masked_select(finite),
                                  1e-5, 1e-6));
    }
  }
}

TEST_P(PooledActivations, EqualLibTorchsOperatorsAndTwoThreads) {
  Activation activation(activation_named(GetParam()), 8);
  activation.eval();
  torch::manual_seed(2);
  const auto x = torch::randn({33, 8, 14, 14});
  const auto fused = outcome_of(activation, x, largest_activations);
  at::set_num_threads(2);
  const auto threads = outcome_of(activation, x, largest_activations);
  at::set_num_threads(1);
  const WithLibTorch libtorch;
  const auto reference = outcome_of(activation, x, largest_activations);
  EXPECT_TRUE(torch::equal(fused.value, threads.value));
  EXPECT_TRUE(torch::equal(fused.gradient, threads.gradient));
  for (size_t i = 0; i < fused.learned.size(); ++i) {
    EXPECT_TRUE(torch::allclose(fused.learned[i], threads.learned[i], 1e-5, 1e-4));
    EXPECT_TRUE(torch::allclose(fused.learned[i], reference.learned[i], 1e-3, 1e-2));
  }
  EXPECT_TRUE(torch::allclose(fused.value, reference.value, 1e-5, 1e-6));
  // Values that are equal but for their rounding may win in turns: then the gradient lies somewhere else.
  EXPECT_LT((fused.gradient - reference.gradient).abs().gt(1e-4).to(torch::kFloat32).mean().item<float>(),
            1e-4);
}

// prelu turns round with its slope, mish, abs and others fall, then rise, as swish does while its β is above
// 0; apl has several numbers a channel, sin has many maxima; the last ones have no kernel.
INSTANTIATE_TEST_SUITE_P(NotMonotone, PooledActivations,
                         testing::Values("mish", "swish", "gelu", "silu", "prelu", "prelu:shared=true", "sin",
                                         "abs", "hard_swish", "lisht", "gaussian", "apl", "rrelu",
                                         "expr:x * sin(2 * x)"));

TEST(PooledActivation, WithoutGradientsIsTheSame) {
  Activation activation(activation_named("mish"), 3);
  const auto x = images({4, 3, 6, 6});
  const auto expected = largest_activations(activation, x.clone().requires_grad_()).detach();
  const torch::NoGradGuard no_grad;
  EXPECT_TRUE(same(largest_activations(activation, x), expected));
}

TEST(PooledActivation, TakesAnEmptyBatch) {
  Activation activation(activation_named("mish"), 3);
  EXPECT_EQ(largest_activations(activation, torch::zeros({0, 3, 6, 6})).sizes(),
            (std::vector<int64_t>{0, 3, 3, 3}));
}

std::vector<int64_t> heard(const std::string& text, bool fused) {
  Activation activation(activation_named(text), 3);
  activation.eval();
  std::vector<int64_t> sizes;
  activation.set_listener([&](const at::Tensor& x, const at::Tensor& y) { sizes = {x.numel(), y.numel()}; });
  if (fused) {
    largest_activations(activation, torch::randn({2, 3, 8, 8}));
  } else {
    const WithLibTorch libtorch;
    largest_activations(activation, torch::randn({2, 3, 8, 8}));
  }
  return sizes;
}

TEST(PooledActivation, IsHeardAsIfNothingWereFused) {
  for (const bool fused : {true, false}) {
    EXPECT_EQ(heard("mish", fused), (std::vector<int64_t>{384, 384}));
    EXPECT_EQ(heard("prelu", fused), (std::vector<int64_t>{384, 384}));
    EXPECT_EQ(heard("relu", fused), (std::vector<int64_t>{96, 96}));  // pooled first
  }
}

TEST(PooledActivation, LeavesNoiseAndNeighboursToBothSteps) {
  for (const auto* text : {"rrelu", "dice", "frelu"}) {
    Activation one(activation_named(text), 3), two(activation_named(text), 3);
    one.set_noise(at::detail::createCPUGenerator(3));
    two.set_noise(at::detail::createCPUGenerator(3));
    torch::manual_seed(1);
    for (auto& parameter : one.parameters()) torch::nn::init::normal_(parameter);
    torch::manual_seed(1);
    for (auto& parameter : two.parameters()) torch::nn::init::normal_(parameter);
    const auto x = torch::randn({4, 3, 6, 6});
    EXPECT_TRUE(torch::equal(largest_activations(one, x), apart(two, x))) << text;
  }
}

}  // namespace
}  // namespace actlab
