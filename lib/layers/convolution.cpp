#include "lib/layers/convolution.h"

#include <torch/torch.h>

namespace actlab {
namespace {

/// Everything up to an activation, and the largest activations of 2×2 windows.
class PooledLayer : public Chain {
 public:
  at::Tensor forward(const at::Tensor& x) override {
    auto y = x;
    for (auto module = begin(); module + 1 != end(); ++module) y = module->forward(y);
    return largest_activations(*ptr<Activation>(size() - 1), y);
  }
};

void append_convolution(Chain& chain, long inputs, long outputs, const LayerStyle& style,
                        const Convolution& form) {
  torch::nn::Conv2dOptions options(inputs, outputs, form.kernel);
  options.padding(torch::ExpandingArray<2>(form.padding)).stride(form.stride).bias(style.norm == "none");
  chain.push_back("conv", torch::nn::Conv2d(options));
  append_norm(chain, style.norm, outputs, /*spatial=*/true);
}

void append_layer(Chain& chain, long inputs, long outputs, const LayerStyle& style, const Convolution& form) {
  append_convolution(chain, inputs, style.activation.input_width(outputs), style, form);
  append_activation(chain, outputs, style);
}

}  // namespace

std::shared_ptr<Chain> convolution(long inputs, long outputs, const LayerStyle& style,
                                   const Convolution& form) {
  auto chain = std::make_shared<Chain>();
  append_convolution(*chain, inputs, outputs, style, form);
  return chain;
}

std::shared_ptr<Chain> conv_layer(long inputs, long outputs, const LayerStyle& style,
                                  const Convolution& form) {
  auto chain = std::make_shared<Chain>();
  append_layer(*chain, inputs, outputs, style, form);
  return chain;
}

std::shared_ptr<Chain> pooled_conv_layer(long inputs, long outputs, const LayerStyle& style,
                                         const Convolution& form, const std::vector<long>& pool) {
  if (pool == std::vector<long>{1, 1}) return conv_layer(inputs, outputs, style, form);
  if (pool == std::vector<long>{2, 2}) {
    auto chain = std::make_shared<PooledLayer>();
    append_layer(*chain, inputs, outputs, style, form);
    return chain;
  }
  const torch::nn::MaxPool2d maximum(torch::nn::MaxPool2dOptions({pool[0], pool[1]}));
  auto chain = convolution(inputs, style.activation.input_width(outputs), style, form);
  const bool first = pools_first(style.activation);
  if (first) chain->push_back("pool", maximum);
  append_activation(*chain, outputs, style);
  if (!first) chain->push_back("pool", maximum);
  return chain;
}

}  // namespace actlab
