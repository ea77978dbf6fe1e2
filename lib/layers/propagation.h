#pragma once

#include <string>
#include <vector>

#include "lib/activations/catalogue.h"

namespace actlab {

/// How a stack of layers is drawn; a layer is the activation and the fully connected layer behind it.
struct PropagationSettings {
  std::string policy = "matched";  // one of initialisation_policies()
  long width = 256;                // outputs of every activation
  long batch = 256;                // samples; the first activation sees N(0, 1)
  long seed = 0;
};

/// What `layers` layers do to a signal, from pre-activation to pre-activation, and to the gradient that comes
/// back.
struct Propagation {
  long layers;
  double signal;    // mean square of the last layer's outputs over that of the first one's inputs
  double gradient;  // mean square of ∂L/∂inputs over that of ∂L/∂outputs, which is drawn from N(0, 1)
};

/// The first `depths[i]` layers of one random stack, for each i; depths ascend and are at least 1. In
/// training mode, float32, on the CPU; the same settings give the same numbers. Infinite or NaN where the
/// numbers leave the range of float32. Throws a usage error for an unknown policy, and where the activation
/// has no matched gain or does not take an input of two dimensions.
std::vector<Propagation> propagate(const ActivationChoice& choice, const std::vector<long>& depths,
                                   const PropagationSettings& settings);

}  // namespace actlab
