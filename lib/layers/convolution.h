#pragma once

// The convolutional pieces that models of several domains are made of.

#include <memory>
#include <vector>

#include "lib/layers/blocks.h"

namespace actlab {

/// A convolution over images; every pair is rows, columns.
struct Convolution {
  std::vector<long> kernel = {3, 3};
  std::vector<long> padding = {1, 1};  // above and below, left and right
  std::vector<long> stride = {1, 1};
};

/// conv → norm, without an activation: [N, inputs, H, W] → [N, outputs, H', W'].
std::shared_ptr<Chain> convolution(long inputs, long outputs, const LayerStyle& style,
                                   const Convolution& form = {});

/// conv → norm → activation, as wide as the activation asks for.
std::shared_ptr<Chain> conv_layer(long inputs, long outputs, const LayerStyle& style,
                                  const Convolution& form = {});

/// conv → norm → activation → maximum over windows that do not overlap. Of 2×2 windows the activation does
/// less than is written here (largest_activations() in layers.h).
std::shared_ptr<Chain> pooled_conv_layer(long inputs, long outputs, const LayerStyle& style,
                                         const Convolution& form = {},
                                         const std::vector<long>& pool = {2, 2});

}  // namespace actlab
