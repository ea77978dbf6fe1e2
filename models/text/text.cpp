#include "models/text/text.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include "lib/core/error.h"
#include "lib/core/named.h"
#include "models/text/models.h"

namespace actlab {
namespace {

void check(const TextShape& shape) {
  if (shape.tokens >= 2 && shape.classes > 0 && shape.vector_width >= 0) return;
  throw usage_error("a description of texts does not fit together",
                    fmt::format("{} tokens, {} classes, word vectors of {} numbers", shape.tokens,
                                shape.classes, shape.vector_width),
                    "2 or more tokens (padding, unknown), classes above 0");
}

}  // namespace

TextNetwork::TextNetwork(const TextShape& shape, long width)
    : embedding_(register_module("embedding", std::make_shared<Embedding>(shape.tokens, width))) {}

at::Tensor TextNetwork::forward(const std::vector<at::Tensor>& inputs) {
  const auto& tokens = inputs.at(0);
  const auto lengths = inputs.at(1).clamp_min(1);
  const long longest = lengths.numel() > 0 ? lengths.max().item<long>() : 1;
  return logits(torch::constant_pad_nd(tokens, {0, longest - tokens.size(1)}), lengths);
}

const std::vector<TextModel>& text_models() {
  static const std::string equal =
      "equal_parameters=false (true: hidden widths times 2/(1 + inputs of the activation per output))";
  static const std::vector<TextModel> models{
      {"dan", "deep averaging network: dense layers over the mean word vector (Iyyer et al. 2015)",
       "depth=2 width=256 embedding=128 word_dropout=0.3 (share of words left out in training) "
       "input_norm=none|batch|layer (of the mean vector) norm=none|batch|layer dropout=0 " +
           equal,
       build_dan},
      {"text_cnn", "convolutions over time with maximum over time (Kim 2014)",
       "windows=3-4-5 (words a filter sees) filters=100 (of each window) embedding=128 dropout=0.5 " + equal,
       build_text_cnn},
      {"recurrent", "LSTM (Hochreiter & Schmidhuber 1997, Gers et al. 2000) or GRU (Cho et al. 2014)",
       "cell=lstm|gru hidden=128 layers=1 bidirectional=false gate=sigmoid (or another function with values "
       "in "
       "0..1) readout=mean|last|max (of the states over time) embedding=128 dropout=0 "
       "equal_parameters=false (true: a hidden width that keeps a cell's parameters)",
       build_recurrent},
      {"transformer", "encoder with normalisation before each part (Vaswani et al. 2017, Xiong et al. 2020)",
       "layers=2 heads=4 width=128 feed_forward=512 (hidden width) dropout=0.1 " + equal, build_transformer},
  };
  return models;
}

std::shared_ptr<TextNetwork> build_text_model(const Spec& model, const ActivationChoice& activation,
                                              const TextShape& shape) {
  const auto& found = find_named("model", model.name, text_models());
  check(shape);
  return found.build(model, activation, shape);
}

long vector_width(const Spec& model, const std::string& key, const TextShape& shape) {
  constexpr long ordinary = 128, largest = 4096;
  const long width =
      integer_argument(model, key, shape.vector_width > 0 ? shape.vector_width : ordinary, 1, largest);
  if (shape.vector_width == 0 || width == shape.vector_width) return width;
  throw usage_error(
      fmt::format("{} of model '{}' differs from the width of the word vectors", key, model.name),
      fmt::format("{}", width), fmt::format("{}", shape.vector_width), fmt::format("leave {} out", key));
}

}  // namespace actlab
