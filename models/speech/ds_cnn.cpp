#include <torch/torch.h>

#include <algorithm>
#include <map>

#include "models/speech/blocks.h"
#include "models/speech/models.h"
#include "models/speech/separable.h"

namespace actlab {
namespace {

const std::vector<long> kernel{10, 4};  // of the first convolution: frames, channels

struct DsCnnForm {
  long maps;
  std::vector<long> stride;     // of the first convolution: frames, channels
  std::vector<long> separable;  // the strides of the separable layers
};

/// Table 7 of the paper.
const std::map<std::string, DsCnnForm> sizes{
    {"s", {64, {2, 2}, {1, 1, 1, 1}}},
    {"m", {172, {2, 1}, {2, 1, 1, 1}}},
    {"l", {276, {2, 1}, {2, 1, 1, 1, 1}}},
};

/// A picture with a row a frame and a border of zeros with which the first convolution gives ⌈size/stride⌉
/// places, one zero more behind than in front where their number is odd, as TensorFlow's "SAME" does: [N,
/// channels, frames] → [N, 1, H, W]. With the strides of a channels-last tensor: the convolutions stay in
/// that layout, in which separable ones take half of the time (measured).
at::Tensor bordered_picture(const at::Tensor& x, const std::vector<long>& stride) {
  std::vector<int64_t> border;  // the last dimension first
  for (const size_t i : {1, 0}) {
    const long size = x.size(i == 0 ? 2 : 1), places = (size + stride[i] - 1) / stride[i];
    const long missing = std::max(0L, (places - 1) * stride[i] + kernel[i] - size);
    border.insert(border.end(), {missing / 2, missing - missing / 2});
  }
  const auto rows = torch::constant_pad_nd(x.transpose(1, 2), border).contiguous();
  return rows.unsqueeze(3).permute({0, 3, 1, 2});
}

/// A convolution, separable convolutions, averaging, logits: DS-CNN of Zhang et al. 2017 (Hello Edge: keyword
/// spotting on microcontrollers).
class DsCnn : public SpeechNetwork {
 public:
  DsCnn(const SpeechShape& shape, const DsCnnForm& form, const LayerStyle& style)
      : SpeechNetwork(shape), stride_(form.stride) {
    const long maps = style.width(form.maps);
    conv_ = register_module("conv", conv_layer(1, maps, style, {kernel, {0, 0}, form.stride}));
    for (const long stride : form.separable) layers_->push_back(separable_layer(maps, stride, style));
    register_module("layers", layers_);
    output_ = register_module("output", torch::nn::Linear(maps, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& x) override {
    const auto maps = layers_->forward(conv_->forward(bordered_picture(x, stride_)));
    return output_(maps.sum({2, 3}) / (maps.size(2) * maps.size(3)));
  }

  std::vector<long> stride_;
  std::shared_ptr<Chain> conv_, layers_ = std::make_shared<Chain>();
  torch::nn::Linear output_{nullptr};
};

}  // namespace

std::shared_ptr<Network> build_ds_cnn(const Spec& model, const ActivationChoice& activation,
                                      const SpeechShape& shape) {
  check_keys(model, {"size", "norm", "equal_parameters"});
  const auto size = choice_argument(model, "size", "s", {"s", "m", "l"});
  return std::make_shared<DsCnn>(shape, sizes.at(size), layer_style(model, activation, "batch"));
}

}  // namespace actlab
