#pragma once

// What the vision models share.

#include <memory>
#include <string>
#include <vector>

#include "lib/layers/convolution.h"
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

/// x as convolutions of several channels take it fastest: pixel by pixel on the CPU, where oneDNN then has
/// nothing to rearrange and the maximum of windows reads whole vectors; else as it is. All layers keep the
/// format.
at::Tensor pixel_by_pixel(const at::Tensor& x);

/// Throws a usage error unless height and width are at least `smallest`.
void require_size(const std::string& model, const ImageShape& shape, long smallest);

}  // namespace actlab
