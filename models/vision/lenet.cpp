#include <torch/torch.h>

#include "models/vision/blocks.h"
#include "models/vision/models.h"

namespace actlab {
namespace {

/// The paper's input size; smaller images get a border of 2, as its 28×28 digits did.
constexpr long paper_size = 32;

long border(long size) { return size < paper_size ? 2 : 0; }

/// What is left of `size` pixels after both 5×5 convolutions and poolings: 5 for 28 and for 32.
long remaining(long size) { return ((size + 2 * border(size) - 4) / 2 - 4) / 2; }

/// LeNet-5 (LeCun et al. 1998, Gradient-based learning applied to document recognition), in the usual modern
/// reading: 2×2 maximum pooling instead of trained averages, the second convolution sees all six maps, and
/// linear logits instead of distances to prototypes.
class LeNet : public VisionNetwork {
 public:
  LeNet(const ImageShape& shape, const LayerStyle& style) : VisionNetwork(shape) {
    const long maps1 = style.width(6), maps2 = style.width(16);
    const long units1 = style.width(120), units2 = style.width(84);
    const Convolution bordered{{5, 5}, {border(shape.height), border(shape.width)}}, plain{{5, 5}, {0, 0}};
    conv1_ = register_module("conv1", pooled_conv_layer(shape.channels, maps1, style, bordered));
    conv2_ = register_module("conv2", pooled_conv_layer(maps1, maps2, style, plain));
    const long values = maps2 * remaining(shape.height) * remaining(shape.width);
    hidden1_ = register_module("hidden1", dense_layer(values, units1, style));
    hidden2_ = register_module("hidden2", dense_layer(units1, units2, style));
    output_ = register_module("output", torch::nn::Linear(units2, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& x) override {
    const auto maps = conv2_->forward(conv1_->forward(x));
    return output_(hidden2_->forward(hidden1_->forward(maps.flatten(1))));
  }

  std::shared_ptr<Chain> conv1_, conv2_, hidden1_, hidden2_;
  torch::nn::Linear output_{nullptr};
};

}  // namespace

std::shared_ptr<Network> build_lenet(const Spec& model, const ActivationChoice& activation,
                                     const ImageShape& shape) {
  check_keys(model, {"norm", "dropout", "equal_parameters"});
  require_size("lenet", shape, 12);
  return std::make_shared<LeNet>(shape, layer_style(model, activation, "none"));
}

}  // namespace actlab
