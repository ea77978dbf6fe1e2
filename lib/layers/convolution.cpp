#include "lib/layers/convolution.h"

#include <torch/torch.h>

namespace actlab {
namespace {

void append_pool(Chain& chain, const std::vector<long>& window) {
  if (window == std::vector<long>{1, 1}) return;
  if (window == std::vector<long>{2, 2}) {
    chain.push_back("pool", torch::nn::Functional(max_pool_2x2));
  } else {
    chain.push_back("pool", torch::nn::MaxPool2d(torch::nn::MaxPool2dOptions({window[0], window[1]})));
  }
}

}  // namespace

std::shared_ptr<Chain> convolution(long inputs, long outputs, const LayerStyle& style,
                                   const Convolution& form) {
  auto chain = std::make_shared<Chain>();
  torch::nn::Conv2dOptions options(inputs, outputs, form.kernel);
  options.padding(torch::ExpandingArray<2>(form.padding)).stride(form.stride).bias(style.norm == "none");
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
                                         const Convolution& form, const std::vector<long>& pool) {
  auto chain = convolution(inputs, style.activation.input_width(outputs), style, form);
  const bool first = pools_first(style.activation);
  if (first) append_pool(*chain, pool);
  append_activation(*chain, outputs, style);
  if (!first) append_pool(*chain, pool);
  return chain;
}

}  // namespace actlab
