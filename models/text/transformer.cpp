#include <fmt/format.h>
#include <torch/torch.h>

#include <cmath>

#include "lib/core/error.h"
#include "lib/layers/blocks.h"
#include "lib/layers/initialise.h"
#include "lib/layers/packing.h"
#include "models/text/models.h"

namespace actlab {
namespace {

using DataLinear = DataLayer<torch::nn::LinearImpl>;

/// Where the words of a batch stand.
struct Places {
  at::Tensor lengths, rows;  // rows: places_inside()
  long columns;
};

/// Scaled dot-product attention of several heads (Vaswani et al. 2017, section 3.2), in which no word sees
/// padding.
class Attention : public torch::nn::Module {
 public:
  Attention(long width, long heads)
      : heads_(heads),
        inputs_(register_module("inputs", std::make_shared<DataLinear>(width, 3 * width))),
        output_(register_module("output", std::make_shared<DataLinear>(width, width))) {}

  /// x: packed, [M, width] → the same.
  at::Tensor forward(const at::Tensor& x, const Places& places) {
    const long texts = places.lengths.size(0), columns = places.columns;
    const auto padded = unpack(inputs_->forward(x), places.rows, texts, columns);
    const auto parts = padded.view({texts, columns, 3, heads_, -1}).permute({2, 0, 3, 1, 4});
    const auto query = parts[0], key = parts[1], value = parts[2];  // [N, heads, columns, width/heads]
    const double scale = 1 / std::sqrt(static_cast<double>(query.size(3)));
    const auto padding = inside(places.lengths, columns).logical_not().view({texts, 1, 1, columns});
    const auto scores = (query * scale).matmul(key.transpose(2, 3)).masked_fill(padding, -HUGE_VAL);
    const auto mixed = scores.softmax(3).matmul(value).transpose(1, 2).flatten(2);
    return output_->forward(pack(mixed, places.rows));
  }

 private:
  long heads_;
  std::shared_ptr<DataLinear> inputs_, output_;
};

struct TransformerForm {
  long width, layers, heads, feed_forward;
};

/// x + attention(norm(x)), then x + feed_forward(norm(x)): norms before each part (Xiong et al. 2020, On
/// layer normalization in the transformer architecture) need no warm-up. Packed, [M, width] → the same.
class EncoderLayer : public torch::nn::Module {
 public:
  EncoderLayer(const TransformerForm& form, const LayerStyle& style) {
    const long hidden = style.width(form.feed_forward);
    attention_norm_ = register_module("attention_norm", norm(form.width));
    attention_ = register_module("attention", std::make_shared<Attention>(form.width, form.heads));
    attention_dropout_ = register_module("attention_dropout", std::make_shared<Dropout>(style.dropout));
    feed_forward_norm_ = register_module("feed_forward_norm", norm(form.width));
    feed_forward_->push_back("expand",
                             std::make_shared<DataLinear>(form.width, style.activation.input_width(hidden)));
    append_activation(*feed_forward_, hidden, style);
    feed_forward_->push_back("contract", torch::nn::Linear(hidden, form.width));
    feed_forward_->push_back("dropout", std::make_shared<Dropout>(style.dropout));
    register_module("feed_forward", feed_forward_);
  }

  static torch::nn::LayerNorm norm(long width) {
    return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}));
  }

  at::Tensor forward(const at::Tensor& x, const Places& places) {
    const auto heard = x + attention_dropout_->forward(attention_->forward(attention_norm_(x), places));
    return heard + feed_forward_->forward(feed_forward_norm_(heard));
  }

 private:
  torch::nn::LayerNorm attention_norm_{nullptr}, feed_forward_norm_{nullptr};
  std::shared_ptr<Attention> attention_;
  std::shared_ptr<Dropout> attention_dropout_;
  std::shared_ptr<Chain> feed_forward_ = std::make_shared<Chain>();
};

/// Sines and cosines of wavelengths from 2π to 20000π (Vaswani et al. 2017, section 3.5), for texts of any
/// length: [columns, width].
at::Tensor positions(long columns, long width, const at::TensorOptions& options) {
  const auto place = torch::arange(columns, options).unsqueeze(1);
  const auto frequency =
      (torch::arange(0, width, 2, options) * (-std::log(10000.0) / static_cast<double>(width))).exp();
  const auto angle = place * frequency;
  return torch::stack({angle.sin(), angle.cos()}, 2).flatten(1).narrow(1, 0, width);
}

/// The encoder of Vaswani et al. 2017 (Attention is all you need) over the words of a text; logits from the
/// mean of its outputs.
class Transformer : public TextNetwork {
 public:
  Transformer(const TextShape& shape, const TransformerForm& form, const LayerStyle& style)
      : TextNetwork(shape, form.width),
        dropout_(register_module("dropout", std::make_shared<Dropout>(style.dropout))) {
    for (long i = 0; i < form.layers; ++i) layers_->push_back(std::make_shared<EncoderLayer>(form, style));
    register_module("layers", layers_);
    norm_ = register_module("norm", EncoderLayer::norm(form.width));
    output_ = register_module("output", std::make_shared<DataLinear>(form.width, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& tokens, const at::Tensor& lengths) override {
    const long columns = tokens.size(1);
    const Places places{lengths, places_inside(lengths, columns), columns};
    // Times √width, as in the paper, so that the positions do not drown the words.
    const auto words =
        embedding().forward(tokens) * std::sqrt(static_cast<double>(embedding().weight.size(1)));
    const auto placed = words + positions(columns, words.size(2), words.options());
    auto x = dropout_->forward(pack(placed, places.rows));
    for (size_t i = 0; i < layers_->size(); ++i) x = layers_->ptr<EncoderLayer>(i)->forward(x, places);
    const auto sum = unpack(norm_(x), places.rows, lengths.size(0), columns).sum(1);
    return output_->forward(sum / lengths.unsqueeze(1));
  }

  std::shared_ptr<Dropout> dropout_;
  torch::nn::ModuleList layers_;
  torch::nn::LayerNorm norm_{nullptr};
  std::shared_ptr<DataLinear> output_;
};

}  // namespace

std::shared_ptr<TextNetwork> build_transformer(const Spec& model, const ActivationChoice& activation,
                                               const TextShape& shape) {
  check_keys(model, {"layers", "heads", "width", "feed_forward", "dropout", "equal_parameters"});
  const TransformerForm form{vector_width(model, "width", shape), integer_argument(model, "layers", 2, 1, 64),
                             integer_argument(model, "heads", 4, 1, 64),
                             integer_argument(model, "feed_forward", 512, 1, 16384)};
  if (form.width % form.heads != 0) {
    throw usage_error("the heads of a transformer do not share its width equally",
                      fmt::format("{} heads, width {}", form.heads, form.width),
                      "a width that is a multiple of the heads",
                      "choose transformer:heads=1, or another width");
  }
  auto style = layer_style(model, activation, "none");
  style.dropout = number_argument(model, "dropout", 0.1, 0, 0.99);
  return std::make_shared<Transformer>(shape, form, style);
}

}  // namespace actlab
