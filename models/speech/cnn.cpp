#include <torch/torch.h>

#include "models/speech/blocks.h"
#include "models/speech/models.h"

namespace actlab {
namespace {

/// Pairs are frames, channels.
struct CnnForm {
  std::vector<long> maps, first, second;
  long pool, stride, linear, hidden;
};

/// Filters, pooling over channels, filters, a linear layer of low rank, a hidden layer, logits:
/// cnn-trad-fpool3 of Sainath & Parada 2015 (Convolutional neural networks for small-footprint keyword
/// spotting, table 1).
class SpeechCnn : public SpeechNetwork {
 public:
  SpeechCnn(const SpeechShape& shape, const CnnForm& form, const LayerStyle& style) : SpeechNetwork(shape) {
    const long maps1 = style.width(form.maps[0]), maps2 = style.width(form.maps[1]);
    conv1_ = register_module(
        "conv1", pooled_conv_layer(1, maps1, style, {form.first, {0, 0}}, /*pool=*/{1, form.pool}));
    conv2_ =
        register_module("conv2", conv_layer(maps1, maps2, style, {form.second, {0, 0}, {form.stride, 1}}));
    const long rows = (shape.frames - form.first[0] + 1 - form.second[0]) / form.stride + 1;
    const long columns = (shape.channels - form.first[1] + 1) / form.pool - form.second[1] + 1;
    linear_ = register_module("linear", torch::nn::Linear(maps2 * rows * columns, form.linear));
    const long units = style.width(form.hidden);
    hidden_ = register_module("hidden", dense_layer(form.linear, units, style, /*sees_data=*/true));
    output_ = register_module("output", torch::nn::Linear(units, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& x) override {
    const auto maps = conv2_->forward(conv1_->forward(as_picture(x)));
    return output_(hidden_->forward(linear_(maps.flatten(1))));
  }

  std::shared_ptr<Chain> conv1_, conv2_, hidden_;
  torch::nn::Linear linear_{nullptr}, output_{nullptr};
};

}  // namespace

std::shared_ptr<Network> build_speech_cnn(const Spec& model, const ActivationChoice& activation,
                                          const SpeechShape& shape) {
  check_keys(model, {"maps", "first", "second", "pool", "stride", "linear", "hidden", "norm", "dropout",
                     "equal_parameters"});
  constexpr long largest_filter = 1024, largest_width = 4096;
  const CnnForm form{pair_argument(model, "maps", "64-64", largest_width),
                     pair_argument(model, "first", "20-8", largest_filter),
                     pair_argument(model, "second", "10-4", largest_filter),
                     integer_argument(model, "pool", 3, 1, largest_filter),
                     integer_argument(model, "stride", 1, 1, largest_filter),
                     integer_argument(model, "linear", 32, 1, largest_width),
                     integer_argument(model, "hidden", 128, 1, largest_width)};
  require_size(model, shape, form.first[0] + form.second[0] - 1,
               form.first[1] + form.second[1] * form.pool - 1);
  return std::make_shared<SpeechCnn>(shape, form, layer_style(model, activation, "none"));
}

}  // namespace actlab
