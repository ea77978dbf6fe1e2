#include <gtest/gtest.h>
#include <torch/torch.h>

#include <limits>

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
                                         std::vector<int64_t>{16, 32, 28, 28}));

TEST(Pooling, OtherInputsGoToLibTorch) {
  const auto x = awkward({2, 3, 6, 8});
  expect_as_libtorch(x.to(torch::kFloat64));
  expect_as_libtorch(x.contiguous(at::MemoryFormat::ChannelsLast));
  expect_as_libtorch(x.transpose(2, 3));
  EXPECT_THROW(max_pool_2x2(torch::zeros({1, 1, 1, 4})), c10::Error);
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

}  // namespace
}  // namespace actlab
