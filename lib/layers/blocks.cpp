#include "lib/layers/blocks.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "lib/layers/initialise.h"

namespace actlab {

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

LayerStyle layer_style(const Spec& model, const ActivationChoice& activation, const std::string& norm) {
  constexpr double largest_rate = 0.99;
  return {activation, choice_argument(model, "norm", norm, {"none", "batch", "layer"}),
          number_argument(model, "dropout", 0, 0, largest_rate),
          flag_argument(model, "equal_parameters", false)};
}

std::vector<long> sizes_argument(const Spec& model, const std::string& key, const std::string& fallback,
                                 long low, long high) {
  const auto given = model.arguments.find(key);
  const std::string text = given == model.arguments.end() ? fallback : given->second;
  std::vector<long> sizes;
  for (size_t start = 0, end = 0; end != std::string::npos; start = end + 1) {
    end = text.find('-', start);
    sizes.push_back(parse_integer(model.name + ":" + key, text.substr(start, end - start), low, high));
  }
  return sizes;
}

long LayerStyle::width(long ordinary) const {
  if (!equal_parameters) return ordinary;
  const double factor = activation.width_factor();
  const long unit = activation.outputs_per_unit();
  const double units = 2 / (1 + factor) * static_cast<double>(ordinary) / static_cast<double>(unit);
  return unit * std::max(1L, std::lround(units));
}

bool pools_first(const ActivationChoice& activation) {
  const auto& row = *activation.row;
  return row.monotone && !row.random && row.kind == Kind::element_wise && !activation.learns();
}

std::shared_ptr<Chain> dense_layer(long inputs, long outputs, const LayerStyle& style, bool sees_data) {
  const long width = style.activation.input_width(outputs);
  auto chain = std::make_shared<Chain>();
  const auto options = torch::nn::LinearOptions(inputs, width).bias(style.norm == "none");
  if (sees_data) {
    chain->push_back("linear", std::make_shared<DataLayer<torch::nn::LinearImpl>>(options));
  } else {
    chain->push_back("linear", torch::nn::Linear(options));
  }
  append_norm(*chain, style.norm, width, /*spatial=*/false);
  append_activation(*chain, outputs, style);
  if (style.dropout > 0) {
    const bool alpha = style.activation.row->self_normalising;
    const auto form = alpha ? Dropout::Form::alpha : Dropout::Form::inverted;
    chain->push_back("dropout", std::make_shared<Dropout>(style.dropout, form));
  }
  return chain;
}

}  // namespace actlab
