#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "lib/activations/activation.h"
#include "lib/layers/initialise.h"
#include "models/vision/vision.h"

namespace actlab {

inline ActivationChoice choice_of(const std::string& text) { return resolve_activation(parse_spec(text)); }

/// Square images with channels of mean 128 and deviation 64.
inline ImageShape images(long channels, long size, long classes = 10) {
  const auto count = static_cast<size_t>(channels);
  return {channels, size, size, classes, std::vector<double>(count, 128), std::vector<double>(count, 64)};
}

inline std::shared_ptr<Network> model_of(const std::string& model, const std::string& activation,
                                         const ImageShape& shape) {
  return build_vision_model(parse_spec(model), choice_of(activation), shape);
}

/// `count` images of noise, as bytes.
inline at::Tensor noise_images(const ImageShape& shape, long count) {
  torch::manual_seed(11);
  return torch::randint(0, 256, {count, shape.channels, shape.height, shape.width}, torch::kUInt8);
}

}  // namespace actlab
