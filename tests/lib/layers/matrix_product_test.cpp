#include "lib/layers/matrix_product.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace actlab {
namespace {

at::Tensor random(long rows, long columns) { return torch::randn({rows, columns}); }

/// In the order, width and gaps between rows that dense layers have on the way there and back.
TEST(MatrixProduct, IsLibTorchsForEveryLayout) {
  torch::manual_seed(1);
  const auto wide = random(37, 64);
  const std::pair<at::Tensor, at::Tensor> cases[] = {
      {random(37, 29), random(29, 11)},
      {random(37, 29), random(11, 29).t()},
      {random(37, 29).t(), random(37, 11)},
      {random(37, 29).t(), random(11, 37).t()},
      {wide.slice(1, 3, 32), random(29, 11)},     // rows with gaps
      {wide.slice(1, 0, 58, 2), random(29, 11)},  // neither by rows nor by columns
      {random(1, 29), random(11, 29).t()},        // a single row
      {random(37, 1), random(1, 11)},             // an outer product
      {random(37, 0), random(0, 11)},             // nothing to add up: zeros
      {random(0, 29), random(29, 11)},
      {random(37, 29).to(torch::kDouble), random(29, 11).to(torch::kDouble)}};
  for (const auto& [a, b] : cases) {
    const auto found = matrix_product(a, b);
    EXPECT_EQ(found.scalar_type(), a.scalar_type());
    EXPECT_TRUE(found.allclose(at::mm(a, b), 1e-5, 1e-5))
        << a.sizes() << a.strides() << b.sizes() << b.strides();
  }
}

TEST(MatrixProduct, IsTheSameEveryTime) {
  torch::manual_seed(2);
  const auto a = random(200, 130), b = random(90, 130).t();
  const auto first = matrix_product(a, b);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(matrix_product(a, b).equal(first));
}

TEST(MatrixProduct, RefusesMatricesThatDoNotFit) {
  EXPECT_THROW(matrix_product(random(3, 4), random(5, 6)), c10::Error);
}

}  // namespace
}  // namespace actlab
