#include <torch/torch.h>

#include "lib/layers/recurrent.h"
#include "models/speech/blocks.h"
#include "models/speech/models.h"

namespace actlab {
namespace {

/// Pairs are frames, channels.
struct CrnnForm {
  std::vector<long> kernel, stride;
  long maps, recurrent, layers, hidden;
};

/// What is left of `size` frames or channels.
long remaining(long size, long kernel, long stride) { return (size - kernel) / stride + 1; }

/// A convolution, GRU layers over its frames, a hidden layer over their last state, logits (Arik et al. 2017,
/// Convolutional recurrent neural networks for small-footprint keyword spotting), in the form and sizes of
/// the CRNN of Zhang et al. 2017 (Hello Edge: keyword spotting on microcontrollers). The activation takes the
/// place of tanh in the GRU too.
class Crnn : public SpeechNetwork {
 public:
  Crnn(const SpeechShape& shape, const CrnnForm& form, const RecurrentForm& cell, const LayerStyle& style)
      : SpeechNetwork(shape) {
    const long maps = style.width(form.maps), states = style.width(form.recurrent);
    conv_ = register_module("conv", conv_layer(1, maps, style, {form.kernel, {0, 0}, form.stride}));
    for (long inputs = maps * remaining(shape.channels, form.kernel[1], form.stride[1]);
         static_cast<long>(layers_->size()) < form.layers; inputs = states) {
      layers_->push_back(std::make_shared<RecurrentLayer>(inputs, states, cell, /*sees_data=*/false));
    }
    register_module("layers", layers_);
    const long units = style.width(form.hidden);
    hidden_ = register_module("hidden", dense_layer(states, units, style));
    output_ = register_module("output", torch::nn::Linear(units, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& x) override {
    const auto rows = conv_->forward(as_picture(x)).transpose(1, 2).flatten(2);  // [N, steps, inputs]
    const long clips = rows.size(0), count = rows.size(1);
    const PackedSteps steps(
        torch::full({clips}, count, at::TensorOptions(torch::kLong).device(rows.device())), count);
    auto states = pack(rows, steps.places);
    for (size_t i = 0; i < layers_->size(); ++i) {
      states = layers_->ptr<RecurrentLayer>(i)->forward(states, steps);
    }
    return output_(hidden_->forward(states.index_select(0, steps.last)));
  }

  std::shared_ptr<Chain> conv_, hidden_;
  torch::nn::ModuleList layers_;
  torch::nn::Linear output_{nullptr};
};

}  // namespace

std::shared_ptr<Network> build_crnn(const Spec& model, const ActivationChoice& activation,
                                    const SpeechShape& shape) {
  check_keys(model, {"kernel", "stride", "maps", "recurrent", "layers", "hidden", "gate", "norm", "dropout",
                     "equal_parameters"});
  constexpr long largest_filter = 1024, largest_width = 4096;
  const CrnnForm form{pair_argument(model, "kernel", "10-4", largest_filter),
                      pair_argument(model, "stride", "2-2", largest_filter),
                      integer_argument(model, "maps", 48, 1, largest_width),
                      integer_argument(model, "recurrent", 60, 1, largest_width),
                      integer_argument(model, "layers", 2, 1, 8),
                      integer_argument(model, "hidden", 84, 1, largest_width)};
  require_size(model, shape, form.kernel[0], form.kernel[1]);
  RecurrentForm cell;
  cell.cell = "gru";
  cell.activation = activation;
  cell.gate = resolve_activation({choice_argument(model, "gate", "sigmoid", gate_names()), {}});
  return std::make_shared<Crnn>(shape, form, cell, layer_style(model, activation, "none"));
}

}  // namespace actlab
