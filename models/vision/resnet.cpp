#include <torch/torch.h>

#include "models/vision/blocks.h"
#include "models/vision/models.h"

namespace actlab {
namespace {

/// Two 3×3 convolutions around which the input passes unchanged: f(F(x) + x).
class ResidualBlock : public torch::nn::Module {
 public:
  ResidualBlock(long inputs, long outputs, long stride, const LayerStyle& style)
      : stride_(stride),
        width_(style.activation.input_width(outputs)),
        first_(
            register_module("first", conv_layer(inputs, outputs, style, {{3, 3}, {1, 1}, {stride, stride}}))),
        second_(register_module("second", convolution(outputs, width_, style))),
        activation_(register_module("activation", std::make_shared<Activation>(style.activation, outputs))) {}

  at::Tensor forward(const at::Tensor& x) {
    return activation_->forward(second_->forward(first_->forward(x)) + shortcut(x));
  }

 private:
  /// Option A: every stride-th pixel, zeros for the channels that the input does not have; no parameters.
  /// An activation that takes more channels than it gives is joined at its first ones; where it takes fewer
  /// (CReLU), the first channels of the input join it, which are the positive parts of the last block's sum.
  at::Tensor shortcut(const at::Tensor& x) const {
    const auto sampled = stride_ == 1 ? x : x.slice(2, 0, x.size(2), stride_).slice(3, 0, x.size(3), stride_);
    const long missing = width_ - x.size(1);
    return missing == 0 ? sampled : torch::constant_pad_nd(sampled, {0, 0, 0, 0, 0, missing});
  }

  long stride_, width_;
  std::shared_ptr<Chain> first_, second_;
  std::shared_ptr<Activation> activation_;
};

/// The residual network for CIFAR-10 of He et al. 2016 (Deep residual learning for image recognition,
/// section 4.2): a 3×3 convolution, three stages of n blocks with 16, 32 and 64 filters, global averaging;
/// depth = 6n + 2.
class ResNet : public VisionNetwork {
 public:
  ResNet(const ImageShape& shape, long depth, const LayerStyle& style) : VisionNetwork(shape) {
    const long blocks = (depth - 2) / 6;
    long inputs = style.width(16);
    stem_ = register_module("stem", conv_layer(shape.channels, inputs, style));
    for (const long ordinary : {16, 32, 64}) {
      const long filters = style.width(ordinary);
      for (long block = 0; block < blocks; ++block) {
        const long stride = filters == inputs ? 1 : 2;
        blocks_->push_back(std::make_shared<ResidualBlock>(inputs, filters, stride, style));
        inputs = filters;
      }
    }
    register_module("blocks", blocks_);
    output_ = register_module("output", torch::nn::Linear(inputs, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& x) override {
    return output_(blocks_->forward(stem_->forward(pixel_by_pixel(x))).mean({2, 3}));
  }

  std::shared_ptr<Chain> stem_;
  std::shared_ptr<Chain> blocks_ = std::make_shared<Chain>();
  torch::nn::Linear output_{nullptr};
};

}  // namespace

std::shared_ptr<Network> build_resnet(const Spec& model, const ActivationChoice& activation,
                                      const ImageShape& shape) {
  check_keys(model, {"depth", "norm", "equal_parameters"});
  require_size("resnet", shape, 8);
  const auto depth = choice_argument(model, "depth", "20", {"20", "32", "56"});
  return std::make_shared<ResNet>(shape, std::stol(depth), layer_style(model, activation, "batch"));
}

}  // namespace actlab
