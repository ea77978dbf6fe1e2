#include "models/speech/separable.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace actlab {
namespace {

at::Tensor random_maps(long clips, long channels, long height, long width) {
  torch::manual_seed(5);
  return torch::randn({clips, channels, height, width});
}

/// 3×3 filters over the channel that `input` names, written out in float64.
at::Tensor filtered(const at::Tensor& x, const at::Tensor& filter, long input, long stride) {
  const auto kernel = filter.to(torch::kDouble).view({1, 1, 3, 3});
  return torch::conv2d(x.to(torch::kDouble).slice(1, input, input + 1), kernel, {}, stride, 1);
}

struct Widths {
  long inputs, outputs;
};

class DepthwiseWidths : public testing::TestWithParam<Widths> {};

TEST_P(DepthwiseWidths, SeesTheChannelsOfItsUnit) {
  const auto [inputs, outputs] = GetParam();
  for (const long stride : {1, 2}) {
    Depthwise layer(inputs, outputs, stride, /*biased=*/true);
    const auto x = random_maps(2, inputs, 7, 6), y = layer.forward(x);
    const long groups = std::min(inputs, outputs), parts = inputs / groups, copies = outputs / groups;
    for (long c = 0; c < outputs; ++c) {
      // A filter belongs to a group; those of one group stand side by side.
      const long filter = c % groups * copies + c / groups;
      auto expected =
          layer.bias[filter].to(torch::kDouble).expand_as(filtered(x, layer.weight[0][0], 0, stride));
      for (long p = 0; p < parts; ++p) {
        expected = expected + filtered(x, layer.weight[filter][p], p * groups + c % groups, stride);
      }
      EXPECT_TRUE(torch::allclose(y.slice(1, c, c + 1).to(torch::kDouble), expected, 1e-5, 1e-6)) << c;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, DepthwiseWidths,
                         testing::Values(Widths{4, 4}, Widths{4, 8}, Widths{4, 12}, Widths{8, 4}));

}  // namespace
}  // namespace actlab
