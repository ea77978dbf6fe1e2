#include "models/vision/blocks.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include "lib/core/error.h"

namespace actlab {
namespace {

void append_pool(Chain& chain) { chain.push_back("pool", torch::nn::Functional(max_pool_2x2)); }

}  // namespace

VisionNetwork::VisionNetwork(const ImageShape& shape)
    : standardise_(
          register_module("standardise", std::make_shared<Standardise>(shape.mean, shape.deviation))) {}

at::Tensor VisionNetwork::forward(const std::vector<at::Tensor>& inputs) {
  return logits(standardise_->forward(inputs.at(0)));
}

std::shared_ptr<Chain> convolution(long inputs, long outputs, const LayerStyle& style,
                                   const Convolution& form) {
  auto chain = std::make_shared<Chain>();
  auto options = torch::nn::Conv2dOptions(inputs, outputs, form.kernel).stride(form.stride);
  options.padding(torch::ExpandingArray<2>{form.padding[0], form.padding[1]}).bias(style.norm == "none");
  chain->push_back("conv", torch::nn::Conv2d(options));
  append_norm(*chain, style.norm, outputs, /*spatial=*/true);
  return chain;
}

std::shared_ptr<Chain> conv_layer(long inputs, long outputs, const LayerStyle& style,
                                  const Convolution& form) {
  auto chain = convolution(inputs, style.activation.input_width(outputs), style, form);
  append_activation(*chain, outputs, style);
  return chain;
}

std::shared_ptr<Chain> pooled_conv_layer(long inputs, long outputs, const LayerStyle& style,
                                         const Convolution& form) {
  auto chain = convolution(inputs, style.activation.input_width(outputs), style, form);
  const bool first = pools_first(style.activation);
  if (first) append_pool(*chain);
  append_activation(*chain, outputs, style);
  if (!first) append_pool(*chain);
  return chain;
}

void require_size(const std::string& model, const ImageShape& shape, long smallest) {
  if (shape.height >= smallest && shape.width >= smallest) return;
  throw usage_error(fmt::format("images are too small for model '{}'", model),
                    fmt::format("{}×{}", shape.height, shape.width),
                    fmt::format("at least {0}×{0}", smallest), "choose --model mlp, or larger images");
}

}  // namespace actlab
