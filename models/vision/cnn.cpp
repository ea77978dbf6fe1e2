#include <torch/torch.h>

#include "models/vision/blocks.h"
#include "models/vision/models.h"

namespace actlab {
namespace {

/// The convolutional net of many introductions: 32 and 64 filters of 3×3, a pooling after each, 128 hidden
/// units.
class Cnn : public VisionNetwork {
 public:
  Cnn(const ImageShape& shape, const LayerStyle& style) : VisionNetwork(shape) {
    const long maps1 = style.width(32), maps2 = style.width(64), units = style.width(128);
    conv1_ = register_module("conv1", pooled_conv_layer(shape.channels, maps1, style));
    conv2_ = register_module("conv2", pooled_conv_layer(maps1, maps2, style));
    const long values = maps2 * (shape.height / 4) * (shape.width / 4);
    hidden_ = register_module("hidden", dense_layer(values, units, style));
    output_ = register_module("output", torch::nn::Linear(units, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& x) override {
    const auto maps = conv2_->forward(conv1_->forward(pixel_by_pixel(x)));
    return output_(hidden_->forward(maps.flatten(1)));
  }

  std::shared_ptr<Chain> conv1_, conv2_, hidden_;
  torch::nn::Linear output_{nullptr};
};

}  // namespace

std::shared_ptr<Network> build_cnn(const Spec& model, const ActivationChoice& activation,
                                   const ImageShape& shape) {
  check_keys(model, {"norm", "dropout", "equal_parameters"});
  require_size("cnn", shape, 4);
  return std::make_shared<Cnn>(shape, layer_style(model, activation, "none"));
}

}  // namespace actlab
