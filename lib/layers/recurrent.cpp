#include "lib/layers/recurrent.h"

#include <torch/torch.h>

#include "lib/core/error.h"
#include "lib/layers/initialise.h"

namespace actlab {
namespace {

using torch::nn::LinearImpl;

std::shared_ptr<LinearImpl> input_layer(long inputs, long outputs, bool sees_data) {
  if (sees_data) return std::make_shared<DataLayer<LinearImpl>>(inputs, outputs);
  return std::make_shared<LinearImpl>(inputs, outputs);
}

/// Gates in the order input, forget, candidate, output; one bias, where LibTorch has two that add up.
class LstmCell : public RecurrentCell {
 public:
  LstmCell(long inputs, long hidden, const RecurrentForm& form, bool sees_data)
      : gate_(form.gate, hidden),
        input_(register_module("input", input_layer(inputs, 4 * hidden, sees_data))),
        recurrent_(register_module(
            "recurrent",
            std::make_shared<LinearImpl>(torch::nn::LinearOptions(hidden, 4 * hidden).bias(false)))),
        candidate_(register_module("candidate", std::make_shared<Activation>(form.activation, hidden))),
        output_(register_module("output", std::make_shared<Activation>(form.activation, hidden))),
        forget_bias_(register_buffer("forget_bias", torch::zeros({4 * hidden}))) {
    forget_bias_.narrow(0, hidden, hidden).fill_(1);
  }

  at::Tensor products(const at::Tensor& x) override {
    return torch::linear(x, input_->weight, input_->bias + forget_bias_);
  }

  State step(const at::Tensor& products, const State& before) override {
    const auto sums = torch::addmm(products, before.hidden, recurrent_->weight.t()).chunk(4, 1);
    const auto kept = gate_.forward(sums[1]) * before.cell;
    const auto cell = torch::addcmul(kept, gate_.forward(sums[0]), candidate_->forward(sums[2]));
    return {gate_.forward(sums[3]) * output_->forward(cell), cell};
  }

 private:
  Activation gate_;  // no child module: probes look at the activation under test
  std::shared_ptr<LinearImpl> input_, recurrent_;
  std::shared_ptr<Activation> candidate_, output_;
  at::Tensor forget_bias_;
};

/// Gates in the order reset, update, candidate; the reset gate is as wide as the candidate's input.
class GruCell : public RecurrentCell {
 public:
  GruCell(long inputs, long hidden, const RecurrentForm& form, bool sees_data)
      : widths_{form.activation.input_width(hidden), hidden, form.activation.input_width(hidden)},
        gate_(form.gate, widths_[0] + widths_[1]),
        input_(register_module("input", input_layer(inputs, 2 * widths_[0] + hidden, sees_data))),
        recurrent_(
            register_module("recurrent", std::make_shared<LinearImpl>(hidden, 2 * widths_[0] + hidden))),
        candidate_(register_module("candidate", std::make_shared<Activation>(form.activation, hidden))) {}

  at::Tensor products(const at::Tensor& x) override { return input_->forward(x); }

  State step(const at::Tensor& products, const State& before) override {
    const std::vector<int64_t> parts{widths_[0] + widths_[1], widths_[2]};
    const auto fresh = products.split_with_sizes(parts, 1);
    const auto memory = recurrent_->forward(before.hidden).split_with_sizes(parts, 1);
    const auto gates = gate_.forward(fresh[0] + memory[0]).split_with_sizes({widths_[0], widths_[1]}, 1);
    const auto candidate = candidate_->forward(torch::addcmul(fresh[1], gates[0], memory[1]));
    return {torch::addcmul(candidate, gates[1], before.hidden - candidate), before.cell};
  }

 private:
  std::vector<int64_t> widths_;
  Activation gate_;
  std::shared_ptr<LinearImpl> input_, recurrent_;
  std::shared_ptr<Activation> candidate_;
};

std::shared_ptr<RecurrentCell> make_cell(long inputs, long hidden, const RecurrentForm& form,
                                         bool sees_data) {
  if (form.cell == "gru") return std::make_shared<GruCell>(inputs, hidden, form, sees_data);
  if (form.cell != "lstm") throw unknown_name("recurrent cell", form.cell, {"lstm", "gru"});
  if (form.activation.width_factor() != 1) {
    throw usage_error("an LSTM applies its activation to its state too, which has one input for each output",
                      form.activation.text(), "an activation of one input", "choose cell=gru");
  }
  return std::make_shared<LstmCell>(inputs, hidden, form, sees_data);
}

/// The first `rows` rows; zeros for those that it does not have.
at::Tensor resized(const at::Tensor& x, int64_t rows) {
  return x.size(0) == rows ? x : torch::constant_pad_nd(x, {0, 0, 0, rows - x.size(0)});
}

/// The hidden states of all steps, packed; from the last step to the first one where `backward`.
at::Tensor run(RecurrentCell& cell, long hidden, const at::Tensor& x, const std::vector<int64_t>& sizes,
               bool backward) {
  const auto products = cell.products(x).split_with_sizes(sizes);
  const auto nothing = torch::zeros({0, hidden}, x.options());
  RecurrentCell::State state{nothing, nothing};
  std::vector<at::Tensor> states(sizes.size());
  for (size_t i = 0; i < sizes.size(); ++i) {
    const size_t t = backward ? sizes.size() - 1 - i : i;
    state = cell.step(products[t], {resized(state.hidden, sizes[t]), resized(state.cell, sizes[t])});
    states[t] = state.hidden;
  }
  return torch::cat(states);
}

}  // namespace

std::vector<std::string> gate_names() {
  std::vector<std::string> names;
  for (const auto& row : catalogue()) {
    const bool curve = row.kind == Kind::element_wise && row.monotone && !row.random;
    const bool learns = resolve_activation({row.name, {}}).learns();
    const bool bounded = row.range.size() == 6 && row.range.substr(1, 4) == "0, 1";
    if (curve && bounded && !learns) names.push_back(row.name);
  }
  return names;
}

RecurrentLayer::RecurrentLayer(long inputs, long hidden, const RecurrentForm& form, bool sees_data)
    : hidden_(hidden), forward_(register_module("forward", make_cell(inputs, hidden, form, sees_data))) {
  if (form.bidirectional) backward_ = register_module("backward", make_cell(inputs, hidden, form, sees_data));
}

at::Tensor RecurrentLayer::forward(const at::Tensor& x, const PackedSteps& steps) {
  const auto ahead = run(*forward_, hidden_, x, steps.sizes, /*backward=*/false);
  return backward_ ? torch::cat({ahead, run(*backward_, hidden_, x, steps.sizes, /*backward=*/true)}, 1)
                   : ahead;
}

}  // namespace actlab
