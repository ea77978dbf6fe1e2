#include <fmt/format.h>
#include <torch/torch.h>

#include "lib/layers/blocks.h"
#include "models/text/models.h"
#include "models/text/window_maximum.h"

namespace actlab {
namespace {

/// CNN-rand of Kim 2014 (Convolutional neural networks for sentence classification): the largest answer of
/// every filter over the text, dropout, logits.
class TextCnn : public TextNetwork {
 public:
  TextCnn(const TextShape& shape, long width, const std::vector<long>& windows, long filters,
          const LayerStyle& style)
      : TextNetwork(shape, width) {
    const long outputs = style.width(filters);
    for (size_t i = 0; i < windows.size(); ++i) {
      windows_.push_back(
          register_module(fmt::format("window{}", i + 1),
                          std::make_shared<WindowMaximum>(width, windows[i], outputs, style.activation)));
    }
    dropout_ = register_module("dropout", std::make_shared<Dropout>(style.dropout));
    const long values = outputs * static_cast<long>(windows.size());
    output_ = register_module("output", torch::nn::Linear(values, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& tokens, const at::Tensor& lengths) override {
    const auto vectors = embedding().forward(tokens);
    std::vector<at::Tensor> largest;
    for (const auto& window : windows_) largest.push_back(window->forward(vectors, lengths));
    return output_(dropout_->forward(torch::cat(largest, 1)));
  }

  std::vector<std::shared_ptr<WindowMaximum>> windows_;
  std::shared_ptr<Dropout> dropout_;
  torch::nn::Linear output_{nullptr};
};

}  // namespace

std::shared_ptr<TextNetwork> build_text_cnn(const Spec& model, const ActivationChoice& activation,
                                            const TextShape& shape) {
  check_keys(model, {"windows", "filters", "embedding", "dropout", "equal_parameters"});
  const auto windows = sizes_argument(model, "windows", "3-4-5", 1, 64);
  auto style = layer_style(model, activation, "none");
  style.dropout = number_argument(model, "dropout", 0.5, 0, 0.99);
  return std::make_shared<TextCnn>(shape, vector_width(model, "embedding", shape), windows,
                                   integer_argument(model, "filters", 100, 1, 4096), style);
}

}  // namespace actlab
