#pragma once

// The convolutional pieces that the vision models are made of.

#include <memory>
#include <string>
#include <vector>

#include "lib/layers/blocks.h"
#include "models/vision/vision.h"

namespace actlab {

/// A network over images: standardises its input, then computes logits.
class VisionNetwork : public Network {
 public:
  explicit VisionNetwork(const ImageShape& shape);
  /// inputs: one tensor [N, C, H, W], bytes or floats in 0..255 → [N, classes].
  at::Tensor forward(const std::vector<at::Tensor>& inputs) final;

 private:
  virtual at::Tensor logits(const at::Tensor& x) = 0;  // x: [N, C, H, W], standardised
  std::shared_ptr<Standardise> standardise_;
};

struct Convolution {
  long kernel = 3;
  std::vector<long> padding = {1, 1};  // rows above and below, columns left and right
  long stride = 1;
};

/// conv → norm, without an activation: [N, inputs, H, W] → [N, outputs, H', W'].
std::shared_ptr<Chain> convolution(long inputs, long outputs, const LayerStyle& style,
                                   const Convolution& form = {});

/// conv → norm → activation, as wide as the activation asks for.
std::shared_ptr<Chain> conv_layer(long inputs, long outputs, const LayerStyle& style,
                                  const Convolution& form = {});

/// conv → norm → activation → 2×2 maximum pooling. Where pools_first() allows, the pooling comes before the
/// activation, which then handles a quarter of the values; probes see what the activation sees.
std::shared_ptr<Chain> pooled_conv_layer(long inputs, long outputs, const LayerStyle& style,
                                         const Convolution& form = {});

/// Throws a usage error unless height and width are at least `smallest`.
void require_size(const std::string& model, const ImageShape& shape, long smallest);

}  // namespace actlab
