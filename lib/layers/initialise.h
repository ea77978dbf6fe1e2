#pragma once

#include <string>
#include <vector>

#include "lib/activations/catalogue.h"
#include "lib/layers/network.h"

namespace actlab {

/// Named initialisation policies for --init.
///   matched  N(0, g²/fan_in) with g the activation's own variance-preserving gain (lib/activations/gain.h)
///   he       N(0, 2/fan_in)               (He et al. 2015)
///   xavier   N(0, 2/(fan_in + fan_out))   (Glorot & Bengio 2010)
///   default  U(−1/√fan_in, 1/√fan_in) for weights and biases (LibTorch's own linear and convolution layers)
const std::vector<std::string>& initialisation_policies();

/// Mark of a layer whose input is no activation's output but data, or what a norm has scaled: `matched` draws
/// it with gain 1, as it does a network's first layer.
struct SeesData {
  virtual ~SeesData() = default;
};

/// A linear or convolution layer with that mark.
template <typename Layer>
class DataLayer : public Layer, public SeesData {
 public:
  using Layer::Layer;
};

/// Sets the weights and biases of every linear and convolution layer of `network`, and its embeddings;
/// activation parameters and norms keep their own start. Under `matched`, the first layer and every DataLayer
/// see data rather than an activation's output: their gain is 1. The vectors of an embedding count as data.
/// fan_in counts a layer's own inputs, and the gain is that of one output, however many inputs a unit of the
/// activation has. Biases are 0 except under `default`. Embeddings are uniform within their own bound under
/// every policy, their padding 0. Every tensor draws from a generator of (seed, its name), so all activations
/// get the same draws, scaled. Any other parameter keeps the value that its module gave it.
void initialise(Network& network, const std::string& policy, const ActivationChoice& choice, long seed);

}  // namespace actlab
