#include "models/vision/blocks.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "lib/core/error.h"

namespace actlab {
namespace {

/// `spatial`: the input is [N, C, H, W] rather than [N, C].
void append_norm(Chain& chain, const std::string& norm, long channels, bool spatial) {
  if (norm == "layer") {
    // One group: over all values of a sample, with a scale and shift for each channel. On [N, C] that is
    // LayerNorm.
    chain.push_back("norm", torch::nn::GroupNorm(1, channels));
  } else if (norm == "batch" && spatial) {
    chain.push_back("norm", torch::nn::BatchNorm2d(channels));
  } else if (norm == "batch") {
    chain.push_back("norm", torch::nn::BatchNorm1d(channels));
  }
}

void append_activation(Chain& chain, long channels, const LayerStyle& style) {
  chain.push_back("activation", std::make_shared<Activation>(style.activation, channels));
}

void append_pool(Chain& chain) { chain.push_back("pool", torch::nn::Functional(max_pool_2x2)); }

}  // namespace

VisionNetwork::VisionNetwork(const ImageShape& shape)
    : standardise_(
          register_module("standardise", std::make_shared<Standardise>(shape.mean, shape.deviation))) {}

at::Tensor VisionNetwork::forward(const std::vector<at::Tensor>& inputs) {
  return logits(standardise_->forward(inputs.at(0)));
}

LayerStyle layer_style(const Spec& model, const ActivationChoice& activation, const std::string& norm) {
  constexpr double largest_rate = 0.99;
  return {activation, choice_argument(model, "norm", norm, {"none", "batch", "layer"}),
          number_argument(model, "dropout", 0, 0, largest_rate),
          flag_argument(model, "equal_parameters", false)};
}

long LayerStyle::width(long ordinary) const {
  if (!equal_parameters) return ordinary;
  const double factor = activation.width_factor();
  const long unit = activation.outputs_per_unit();
  const double units = 2 / (1 + factor) * static_cast<double>(ordinary) / static_cast<double>(unit);
  return unit * std::max(1L, std::lround(units));
}

std::shared_ptr<Chain> dense_layer(long inputs, long outputs, const LayerStyle& style) {
  const long width = style.activation.input_width(outputs);
  auto chain = std::make_shared<Chain>();
  const bool bias = style.norm == "none";
  chain->push_back("linear", torch::nn::Linear(torch::nn::LinearOptions(inputs, width).bias(bias)));
  append_norm(*chain, style.norm, width, /*spatial=*/false);
  append_activation(*chain, outputs, style);
  if (style.dropout > 0) {
    const bool alpha = style.activation.row->self_normalising;
    const auto form = alpha ? Dropout::Form::alpha : Dropout::Form::inverted;
    chain->push_back("dropout", std::make_shared<Dropout>(style.dropout, form));
  }
  return chain;
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

bool pools_first(const ActivationChoice& activation) {
  const auto& row = *activation.row;
  return row.monotone && !row.random && row.kind == Kind::element_wise && !activation.learns();
}

void require_size(const std::string& model, const ImageShape& shape, long smallest) {
  if (shape.height >= smallest && shape.width >= smallest) return;
  throw usage_error(fmt::format("images are too small for model '{}'", model),
                    fmt::format("{}×{}", shape.height, shape.width),
                    fmt::format("at least {0}×{0}", smallest), "choose --model mlp, or larger images");
}

}  // namespace actlab
