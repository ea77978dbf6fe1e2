#include "models/speech/separable.h"

#include <torch/torch.h>

#include <algorithm>

#include "lib/layers/convolution.h"

namespace actlab {
namespace {

torch::nn::Conv2dOptions depthwise_options(long inputs, long outputs, long stride, bool biased) {
  torch::nn::Conv2dOptions options(inputs, outputs, 3);
  options.padding(1).stride(stride).groups(std::min(inputs, outputs)).bias(biased);
  return options;
}

/// Channels c·parts + p to p·(channels/parts) + c: those of one group from side by side to far apart.
at::Tensor spread_groups(const at::Tensor& x, long parts) {
  if (parts == 1) return x;
  const auto pixels = x.permute({0, 2, 3, 1});  // the result has channels last in memory too
  const auto groups = pixels.reshape({x.size(0), x.size(2), x.size(3), x.size(1) / parts, parts});
  return groups.transpose(3, 4).flatten(3, 4).permute({0, 3, 1, 2});
}

}  // namespace

Depthwise::Depthwise(long inputs, long outputs, long stride, bool biased)
    : Conv2dImpl(depthwise_options(inputs, outputs, stride, biased)) {}

at::Tensor Depthwise::forward(const at::Tensor& x) {
  const long groups = options.groups(), inputs = options.in_channels();
  // Spreading them by the number of groups takes them back.
  const auto grouped = inputs == groups ? x : spread_groups(x, groups);
  return spread_groups(Conv2dImpl::forward(grouped), options.out_channels() / groups);
}

std::shared_ptr<Chain> separable_layer(long channels, long stride, const LayerStyle& style) {
  const long width = style.activation.input_width(channels);
  auto depthwise = std::make_shared<Chain>();
  depthwise->push_back("conv", std::make_shared<Depthwise>(channels, width, stride, style.norm == "none"));
  append_norm(*depthwise, style.norm, width, /*spatial=*/true);
  append_activation(*depthwise, channels, style);
  auto chain = std::make_shared<Chain>();
  chain->push_back("depthwise", depthwise);
  chain->push_back("pointwise", conv_layer(channels, channels, style, {{1, 1}, {0, 0}}));
  return chain;
}

}  // namespace actlab
