#pragma once

#include "lib/activations/catalogue.h"

namespace actlab {

/// How a row passes a standard normal signal on, by Gauss–Hermite quadrature.
struct Gain {
  double forward;   // 1/√E[f(x)²]: keeps the second moment of the signal (Glorot & Bengio 2010, He et al. 2015)
  double backward;  // 1/√E[f'(x)²]: keeps the variance of the gradient
  double mean;      // E[f(x)]
};

/// The gain at the choice's starting arguments, in evaluation mode, float64. Relative error below 1e-3 also for
/// functions with kinks. Infinite where f is zero almost everywhere.
Gain gain(const ActivationChoice& choice);

/// The largest |f'(x)| on a fine grid over [-10, 10]: the scale for "saturated".
double largest_slope(const ActivationChoice& choice);

}  // namespace actlab
