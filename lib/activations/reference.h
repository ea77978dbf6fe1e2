#pragma once

#include <string>
#include <vector>

#include "lib/activations/catalogue.h"

namespace actlab {

/// What is known about one activation from mpmath with 50 digits (reference/generate.py), without our code.
struct Reference {
  // One number a point, the same points for every activation; exact in float32. NaN where there is no value
  // (a slope at a kink). Empty for rows of several inputs.
  Numbers points;
  Numbers values;
  Numbers slopes;
  Numbers limits;                  // at −∞ and +∞, NaN where there is none
  double forward, backward, mean;  // see Gain
};

/// The reference values of a choice at its start, whether it learns or is frozen, shared or not; nullptr when
/// there are none. Safe to call from several threads.
const Reference* find_reference(const ActivationChoice& choice);

/// The embedded files, as texts of JSON.
const std::vector<const char*>& reference_texts();

}  // namespace actlab
