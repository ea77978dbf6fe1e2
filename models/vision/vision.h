#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/activations/catalogue.h"
#include "lib/core/spec.h"
#include "lib/layers/network.h"

namespace actlab {

/// What a vision model must know about its images.
struct ImageShape {
  long channels = 1;
  long height = 28;
  long width = 28;
  long classes = 10;
  std::vector<double> mean;       // per channel, in input units (0 to 255)
  std::vector<double> deviation;  // per channel, > 0
};

/// One line of the list of vision models.
struct VisionModel {
  std::string name;
  std::string description;  // one line, with the paper
  std::string arguments;    // as printed by `models`: "depth=20|32|56 norm=batch|none|layer"
  std::shared_ptr<Network> (*build)(const Spec& model, const ActivationChoice& activation,
                                    const ImageShape& shape);
};

/// Every model; read it from top to bottom.
const std::vector<VisionModel>& vision_models();

/// Builds a model by spec, e.g. `mlp:depth=8,width=128,norm=none`. Input of its forward: one tensor [N, C, H,
/// W] of bytes or floats in 0..255; output: logits [N, classes]. Weights are LibTorch's defaults until
/// initialise() sets them. Throws a usage error for an unknown model, argument or value, or images too small
/// for the model.
std::shared_ptr<Network> build_vision_model(const Spec& model, const ActivationChoice& activation,
                                            const ImageShape& shape);

}  // namespace actlab
