#include <torch/torch.h>

#include "models/speech/blocks.h"
#include "models/speech/models.h"

namespace actlab {
namespace {

/// Dense layers over all frames of a clip: the acoustic model of the years in which rectifiers replaced
/// sigmoids (Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic models), in the
/// form and sizes of the DNN of Zhang et al. 2017 (Hello Edge: keyword spotting on microcontrollers).
class SpeechDnn : public SpeechNetwork {
 public:
  SpeechDnn(const SpeechShape& shape, long depth, long ordinary_width, const LayerStyle& style)
      : SpeechNetwork(shape) {
    const long width = style.width(ordinary_width);
    for (long inputs = shape.channels * shape.frames; static_cast<long>(hidden_->size()) < depth;
         inputs = width) {
      hidden_->push_back(dense_layer(inputs, width, style));
    }
    register_module("hidden", hidden_);
    output_ = register_module("output", torch::nn::Linear(width, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& x) override { return output_(hidden_->forward(x.flatten(1))); }

  std::shared_ptr<Chain> hidden_ = std::make_shared<Chain>();
  torch::nn::Linear output_{nullptr};
};

}  // namespace

std::shared_ptr<Network> build_speech_dnn(const Spec& model, const ActivationChoice& activation,
                                          const SpeechShape& shape) {
  check_keys(model, {"depth", "width", "norm", "dropout", "equal_parameters"});
  return std::make_shared<SpeechDnn>(shape, integer_argument(model, "depth", 3, 1, 256),
                                     integer_argument(model, "width", 144, 1, 16384),
                                     layer_style(model, activation, "none"));
}

}  // namespace actlab
