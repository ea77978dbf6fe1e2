#include "models/vision/vision.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.h"
#include "lib/core/named.h"
#include "models/vision/models.h"

namespace actlab {
namespace {

void check(const ImageShape& shape) {
  const auto channels = static_cast<size_t>(std::max(0L, shape.channels));
  const bool sizes = shape.channels > 0 && shape.height > 0 && shape.width > 0 && shape.classes > 0;
  if (sizes && shape.mean.size() == channels && shape.deviation.size() == channels) return;
  throw usage_error("a description of images does not fit together",
                    fmt::format("{}×{}×{}, {} classes, {} means, {} deviations", shape.channels, shape.height,
                                shape.width, shape.classes, shape.mean.size(), shape.deviation.size()),
                    "channels, sizes and classes above 0, one mean and one deviation a channel");
}

}  // namespace

const std::vector<VisionModel>& vision_models() {
  static const std::string equal =
      "equal_parameters=false (true: hidden widths times 2/(1 + inputs of the activation per output))";
  static const std::string dense = "norm=none|batch|layer dropout=0 " + equal;
  static const std::vector<VisionModel> models{
      {"mlp", "a stack of dense layers, of any depth",
       "depth=3 width=256 (or one a layer: width=512-256-128) " + dense, build_mlp},
      {"cnn", "two 3×3 convolutions of 32 and 64 filters with pooling, 128 hidden units", dense, build_cnn},
      {"lenet", "LeNet-5 with maximum pooling (LeCun et al. 1998)", dense, build_lenet},
      {"vgg", "three blocks of two 3×3 convolutions (after Simonyan & Zisserman 2015)",
       "width=32 norm=batch|none|layer dropout=0 " + equal, build_vgg},
      {"resnet", "residual network for CIFAR-10 with parameter-free shortcuts (He et al. 2016)",
       "depth=20|32|56 norm=batch|none|layer " + equal, build_resnet},
  };
  return models;
}

std::shared_ptr<Network> build_vision_model(const Spec& model, const ActivationChoice& activation,
                                            const ImageShape& shape) {
  const auto& found = find_named("model", model.name, vision_models());
  check(shape);
  return found.build(model, activation, shape);
}

}  // namespace actlab
