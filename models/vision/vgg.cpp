#include <torch/torch.h>

#include "models/vision/blocks.h"
#include "models/vision/models.h"

namespace actlab {
namespace {

constexpr long blocks = 3;

/// A small VGG (Simonyan & Zisserman 2015, Very deep convolutional networks for large-scale image
/// recognition): blocks of two 3×3 convolutions and a pooling, twice the filters in each next block, one
/// hidden layer before the logits.
class Vgg : public VisionNetwork {
 public:
  Vgg(const ImageShape& shape, long width, const LayerStyle& style) : VisionNetwork(shape) {
    long inputs = shape.channels, height = shape.height, columns = shape.width;
    for (long block = 0; block < blocks; ++block) {
      const long filters = style.width(width << block);
      features_->push_back(conv_layer(inputs, filters, style));
      features_->push_back(pooled_conv_layer(filters, filters, style));
      inputs = filters;
      height /= 2;
      columns /= 2;
    }
    const long units = style.width(width << blocks);
    register_module("features", features_);
    hidden_ = register_module("hidden", dense_layer(inputs * height * columns, units, style));
    output_ = register_module("output", torch::nn::Linear(units, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& x) override {
    return output_(hidden_->forward(features_->forward(pixel_by_pixel(x)).flatten(1)));
  }

  std::shared_ptr<Chain> features_ = std::make_shared<Chain>();
  std::shared_ptr<Chain> hidden_;
  torch::nn::Linear output_{nullptr};
};

}  // namespace

std::shared_ptr<Network> build_vgg(const Spec& model, const ActivationChoice& activation,
                                   const ImageShape& shape) {
  check_keys(model, {"width", "norm", "dropout", "equal_parameters"});
  require_size("vgg", shape, 1L << blocks);
  const long width = integer_argument(model, "width", 32, 1, 512);
  return std::make_shared<Vgg>(shape, width, layer_style(model, activation, "batch"));
}

}  // namespace actlab
