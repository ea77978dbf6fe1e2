#pragma once

#include <torch/nn/modules/linear.h>

#include <memory>
#include <string>
#include <vector>

#include "lib/activations/activation.h"
#include "lib/layers/packing.h"

namespace actlab {

/// A kind of recurrent layer.
struct RecurrentForm {
  std::string cell = "lstm";    // lstm, gru
  ActivationChoice activation;  // of the candidate, and of the output of an LSTM
  ActivationChoice gate;        // one of gate_names()
  bool bidirectional = false;
};

/// The functions that can be gates: curves of the catalogue that never decrease, stay in 0..1 and learn
/// nothing.
std::vector<std::string> gate_names();

/// The weights of a cell and one step of it, in LibTorch's order of gates.
class RecurrentCell : public torch::nn::Module {
 public:
  struct State {
    at::Tensor hidden, cell;  // [n, hidden]; a GRU leaves the cell as it is
  };

  /// x: [M, inputs] of all steps → what they add to the gates.
  virtual at::Tensor products(const at::Tensor& x) = 0;
  /// products: [n, …] of one step.
  virtual State step(const at::Tensor& products, const State& before) = 0;
};

/// A layer of LSTM cells (Hochreiter & Schmidhuber 1997, with the forget gate of Gers, Schmidhuber & Cummins
/// 2000) or GRU cells (Cho et al. 2014, in LibTorch's variant, which resets after the product), in which the
/// activation takes the place of tanh:
///   LSTM  c = forget·c + input·f(…),  h = output·f(c)
///   GRU   h = (1 − update)·f(W x + reset·(U h)) + update·h
/// With tanh and sigmoid they are LibTorch's. An activation of several inputs widens the candidate, and the
/// GRU's reset gate with it; an LSTM cannot have one, since f(c) has as many inputs as outputs.
///
/// The forget gate's bias starts at 1, so that a memory lasts at first (Jozefowicz, Zaremba & Sutskever 2015,
/// An empirical exploration of recurrent network architectures): a constant beside the bias that is learned.
///
/// initialise() gives the recurrent weights, as the layer behind an activation, that activation's gain; the
/// gate in between lets about half of it through, so that beside the share of the input, theirs is about a
/// quarter of the variance, and the sum stays near 1. Gates see the same signal and get the same gain: it
/// belongs to a layer's input, not to the function behind.
class RecurrentLayer : public torch::nn::Module {
 public:
  /// sees_data: the input is data rather than the output of another such layer (SeesData). Throws a usage
  /// error for an LSTM with an activation of several inputs.
  RecurrentLayer(long inputs, long hidden, const RecurrentForm& form, bool sees_data);

  /// x: packed, [M, inputs] → [M, hidden], or [M, 2·hidden] when bidirectional, the backward half behind.
  at::Tensor forward(const at::Tensor& x, const PackedSteps& steps);

 private:
  long hidden_;
  std::shared_ptr<RecurrentCell> forward_, backward_;
};

}  // namespace actlab
