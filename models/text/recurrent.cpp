#include "lib/layers/recurrent.h"

#include <torch/torch.h>

#include <cmath>

#include "lib/layers/blocks.h"
#include "models/text/models.h"

namespace actlab {
namespace {

struct RecurrentTextForm {
  long embedding, hidden, layers;
  std::string readout;
};

/// Recurrent layers over the words, and logits from their states.
class Recurrent : public TextNetwork {
 public:
  Recurrent(const TextShape& shape, const RecurrentTextForm& form, const RecurrentForm& cell,
            const LayerStyle& style)
      : TextNetwork(shape, form.embedding), readout_(form.readout), bidirectional_(cell.bidirectional) {
    const long hidden = style.width(form.hidden), states = cell.bidirectional ? 2 * hidden : hidden;
    for (long inputs = form.embedding; static_cast<long>(layers_->size()) < form.layers; inputs = states) {
      layers_->push_back(
          std::make_shared<RecurrentLayer>(inputs, hidden, cell, /*sees_data=*/layers_->is_empty()));
      dropouts_->push_back(std::make_shared<Dropout>(style.dropout));
    }
    register_module("layers", layers_);
    register_module("dropouts", dropouts_);
    output_ = register_module("output", torch::nn::Linear(states, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& tokens, const at::Tensor& lengths) override {
    const PackedSteps steps(lengths, tokens.size(1));
    const auto words = pack(tokens, steps.places);
    auto states = embedding().forward(words.unsqueeze(1)).squeeze(1);
    for (size_t i = 0; i < layers_->size(); ++i) {
      states = layers_->ptr<RecurrentLayer>(i)->forward(states, steps);
      states = dropouts_->ptr<Dropout>(i)->forward(states);
    }
    return output_(readout_ == "last" ? last(states, steps)
                                      : over_time(states, steps, lengths, tokens.size(1)));
  }

  /// Where each direction ends: [M, states] → [N, states].
  at::Tensor last(const at::Tensor& states, const PackedSteps& steps) const {
    if (!bidirectional_) return states.index_select(0, steps.last);
    const auto halves = states.chunk(2, 1);
    return torch::cat({halves[0].index_select(0, steps.last), halves[1].index_select(0, steps.first)}, 1);
  }

  /// The mean or the maximum of a text's states: [M, states] → [N, states].
  at::Tensor over_time(const at::Tensor& states, const PackedSteps& steps, const at::Tensor& lengths,
                       long columns) const {
    if (readout_ == "max")
      return std::get<0>(unpack(states, steps.places, lengths.size(0), columns, -HUGE_VAL).max(1));
    return unpack(states, steps.places, lengths.size(0), columns).sum(1) / lengths.unsqueeze(1);
  }

  std::string readout_;
  bool bidirectional_;
  torch::nn::ModuleList layers_, dropouts_;
  torch::nn::Linear output_{nullptr};
};

}  // namespace

std::shared_ptr<TextNetwork> build_recurrent(const Spec& model, const ActivationChoice& activation,
                                             const TextShape& shape) {
  check_keys(model, {"cell", "hidden", "layers", "bidirectional", "gate", "readout", "embedding", "dropout",
                     "equal_parameters"});
  RecurrentForm cell;
  cell.cell = choice_argument(model, "cell", "lstm", {"lstm", "gru"});
  cell.activation = activation;
  cell.gate = resolve_activation({choice_argument(model, "gate", "sigmoid", gate_names()), {}});
  cell.bidirectional = flag_argument(model, "bidirectional", false);
  const RecurrentTextForm form{vector_width(model, "embedding", shape),
                               integer_argument(model, "hidden", 128, 1, 4096),
                               integer_argument(model, "layers", 1, 1, 8),
                               // Every step has a gradient of its own, however long the text is.
                               choice_argument(model, "readout", "mean", {"mean", "last", "max"})};
  return std::make_shared<Recurrent>(shape, form, cell, layer_style(model, activation, "none"));
}

}  // namespace actlab
