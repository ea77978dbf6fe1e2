#pragma once

// Convolutions that part what a filter sees in space from what it sees across channels (Howard et al. 2017,
// MobileNets: efficient convolutional neural networks for mobile vision applications, section 3.1).

#include <torch/nn/modules/conv.h>

#include <memory>

#include "lib/layers/blocks.h"

namespace actlab {

/// A 3×3 convolution of every channel by itself, with a border of zeros: [N, inputs, H, W] → [N, outputs,
/// ⌈H/stride⌉, ⌈W/stride⌉]. Where there are several outputs to an input, output c sees input c mod inputs;
/// where there are several inputs to an output, output c sees the inputs c, c + outputs, …: the order in
/// which units of several inputs or outputs have their channels. One number divides the other.
class Depthwise : public torch::nn::Conv2dImpl {
 public:
  Depthwise(long inputs, long outputs, long stride, bool biased);
  at::Tensor forward(const at::Tensor& x);
};

/// depthwise → norm → activation → 1×1 convolution → norm → activation, `channels` in and out.
std::shared_ptr<Chain> separable_layer(long channels, long stride, const LayerStyle& style);

}  // namespace actlab
