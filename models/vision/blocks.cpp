#include "models/vision/blocks.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include "lib/activations/kernels/fused.h"
#include "lib/core/error.h"

namespace actlab {

VisionNetwork::VisionNetwork(const ImageShape& shape)
    : standardise_(
          register_module("standardise", std::make_shared<Standardise>(shape.mean, shape.deviation))) {}

at::Tensor VisionNetwork::forward(const std::vector<at::Tensor>& inputs) {
  return logits(standardise_->forward(inputs.at(0)));
}

at::Tensor pixel_by_pixel(const at::Tensor& x) {
  if (!x.is_cpu() || !at::hasMKLDNN() || chosen_kernels() != Kernels::fused) return x;
  // Not by x.contiguous(): an image of one channel lies in both formats, and would keep its strides, by which
  // convolutions choose.
  return torch::empty(x.sizes(), x.options().memory_format(at::MemoryFormat::ChannelsLast)).copy_(x);
}

void require_size(const std::string& model, const ImageShape& shape, long smallest) {
  if (shape.height >= smallest && shape.width >= smallest) return;
  throw usage_error(fmt::format("images are too small for model '{}'", model),
                    fmt::format("{}×{}", shape.height, shape.width),
                    fmt::format("at least {0}×{0}", smallest), "choose --model mlp, or larger images");
}

}  // namespace actlab
