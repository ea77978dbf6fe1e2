#include <torch/torch.h>

#include "lib/layers/initialise.h"
#include "models/speech/blocks.h"
#include "models/speech/models.h"

namespace actlab {
namespace {

struct ResForm {
  long maps;
  std::vector<long> pool;       // averages behind the first layer: frames, channels
  std::vector<long> dilations;  // of each layer but the first
};

/// The paper's res8, which averages once, and res15, which looks ever further instead.
ResForm res_form(const std::string& depth, long maps) {
  if (depth == "8") return {maps, {4, 3}, {1, 1, 1, 1, 1, 1}};
  return {maps, {1, 1}, {1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 8, 8, 16}};
}

/// 3×3 conv → activation, without a bias.
std::shared_ptr<Chain> plain_layer(long inputs, long maps, long dilation, bool sees_data,
                                   const LayerStyle& style) {
  auto options = torch::nn::Conv2dOptions(inputs, style.activation.input_width(maps), 3);
  options.padding(dilation).dilation(dilation).bias(false);
  auto chain = std::make_shared<Chain>();
  if (sees_data) {
    chain->push_back("conv", std::make_shared<DataLayer<torch::nn::Conv2dImpl>>(options));
  } else {
    chain->push_back("conv", torch::nn::Conv2d(options));
  }
  append_activation(*chain, maps, style);
  return chain;
}

/// Tang & Lin 2018 (Deep residual learning for small-footprint keyword spotting): convolutions of which every
/// second one adds the last sum to its activation, and a batch norm without a scale and shift behind each but
/// the first.
class SpeechRes : public SpeechNetwork {
 public:
  SpeechRes(const SpeechShape& shape, const ResForm& form, const LayerStyle& style) : SpeechNetwork(shape) {
    const long maps = style.width(form.maps);
    stem_ = register_module("stem", plain_layer(1, maps, 1, /*sees_data=*/true, style));
    stem_->push_back("pool", torch::nn::AvgPool2d(torch::nn::AvgPool2dOptions({form.pool[0], form.pool[1]})));
    const bool normed = style.norm == "batch";
    for (const long dilation : form.dilations) {
      // What a norm has scaled counts as data; the first of these layers sees the activations of the stem.
      layers_->push_back(plain_layer(maps, maps, dilation, normed && !layers_->is_empty(), style));
      const auto norm = torch::nn::BatchNorm2d(torch::nn::BatchNorm2dOptions(maps).affine(false));
      if (normed) norms_->push_back(norm);
    }
    register_module("layers", layers_);
    register_module("norms", norms_);
    output_ = register_module("output", torch::nn::Linear(maps, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& x) override {
    auto sum = stem_->forward(as_picture(x)), signal = sum;
    for (size_t i = 0; i < layers_->size(); ++i) {
      signal = layers_->ptr<Chain>(i)->forward(signal);
      if (i % 2 == 1) signal = sum = signal + sum;
      if (!norms_->is_empty()) signal = norms_->ptr<torch::nn::BatchNorm2dImpl>(i)->forward(signal);
    }
    return output_(signal.mean({2, 3}));
  }

  std::shared_ptr<Chain> stem_;
  torch::nn::ModuleList layers_, norms_;
  torch::nn::Linear output_{nullptr};
};

}  // namespace

std::shared_ptr<Network> build_speech_res(const Spec& model, const ActivationChoice& activation,
                                          const SpeechShape& shape) {
  check_keys(model, {"depth", "maps", "norm", "equal_parameters"});
  const auto form = res_form(choice_argument(model, "depth", "8", {"8", "15"}),
                             integer_argument(model, "maps", 45, 1, 4096));
  require_size(model, shape, form.pool[0], form.pool[1]);
  return std::make_shared<SpeechRes>(
      shape, form,
      LayerStyle{activation, choice_argument(model, "norm", "batch", {"batch", "none"}), /*dropout=*/0,
                 flag_argument(model, "equal_parameters", false)});
}

}  // namespace actlab
