#include <fmt/format.h>
#include <torch/torch.h>

#include "lib/core/error.h"
#include "models/vision/blocks.h"
#include "models/vision/models.h"

namespace actlab {
namespace {

constexpr long largest_depth = 256;
constexpr long largest_width = 16384;

/// A stack of dense layers. Deep and without normalisation it is the classic witness of vanishing gradients
/// (Glorot & Bengio 2010).
class Mlp : public VisionNetwork {
 public:
  Mlp(const ImageShape& shape, const std::vector<long>& widths, const LayerStyle& style)
      : VisionNetwork(shape) {
    long inputs = shape.channels * shape.height * shape.width;
    for (const long ordinary : widths) {
      const long width = style.width(ordinary);
      hidden_->push_back(dense_layer(inputs, width, style));
      inputs = width;
    }
    register_module("hidden", hidden_);
    output_ = register_module("output", torch::nn::Linear(inputs, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& x) override { return output_(hidden_->forward(x.flatten(1))); }

  std::shared_ptr<Chain> hidden_ = std::make_shared<Chain>();
  torch::nn::Linear output_{nullptr};
};

/// `width=256` for `depth` equal layers, or one number a layer: `width=512-256-128`.
std::vector<long> hidden_widths(const Spec& model) {
  auto widths = sizes_argument(model, "width", "256", 1, largest_width);
  const bool listed = widths.size() > 1;
  if (listed && model.arguments.count("depth") != 0) {
    throw usage_error(
        "mlp has both a depth and a list of widths", model.text(), "one of the two",
        fmt::format("a width of {} numbers has {} hidden layers already", widths.size(), widths.size()));
  }
  if (!listed)
    widths.resize(static_cast<size_t>(integer_argument(model, "depth", 3, 1, largest_depth)), widths[0]);
  return widths;
}

}  // namespace

std::shared_ptr<Network> build_mlp(const Spec& model, const ActivationChoice& activation,
                                   const ImageShape& shape) {
  check_keys(model, {"depth", "width", "norm", "dropout", "equal_parameters"});
  return std::make_shared<Mlp>(shape, hidden_widths(model), layer_style(model, activation, "none"));
}

}  // namespace actlab
