#include "models/vision/blocks.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include "lib/core/error.h"

namespace actlab {

VisionNetwork::VisionNetwork(const ImageShape& shape)
    : standardise_(
          register_module("standardise", std::make_shared<Standardise>(shape.mean, shape.deviation))) {}

at::Tensor VisionNetwork::forward(const std::vector<at::Tensor>& inputs) {
  return logits(standardise_->forward(inputs.at(0)));
}

void require_size(const std::string& model, const ImageShape& shape, long smallest) {
  if (shape.height >= smallest && shape.width >= smallest) return;
  throw usage_error(fmt::format("images are too small for model '{}'", model),
                    fmt::format("{}×{}", shape.height, shape.width),
                    fmt::format("at least {0}×{0}", smallest), "choose --model mlp, or larger images");
}

}  // namespace actlab
