#pragma once

#include "lib/activations/catalogue.h"

namespace actlab {

/// How a row passes a standard normal signal on.
struct Gain {
  double
      forward;  // 1/√E[f(x)²]: keeps the second moment of the signal (Glorot & Bengio 2010, He et al. 2015)
  double backward;  // 1/√E[f'(x)²]: keeps the variance of the gradient
  double mean;      // E[f(x)]
};

/// The gain at the choice's starting arguments, in evaluation mode, float64; computed once per text().
/// Quadrature: the midpoint rule with steps of 1/4096 over [-12, 12], weighted by the normal density. Against
/// the smooth functions it converges as fast as Gauss–Hermite (the integrand vanishes at both ends), and
/// unlike it, it keeps its accuracy at kinks and jumps: relative error below 1e-7 with kinks at multiples of
/// 1/4096, below 1e-4 with jumps anywhere. Multi-unit rows see one independent normal variable an input, f'²
/// is then the sum over the inputs of a unit (over both outputs of CReLU), and the rule is quasi-Monte Carlo
/// (relative error below 1e-3). Contextual rows see each point as a sample of its own. Infinite where f is
/// zero almost everywhere.
Gain gain(const ActivationChoice& choice);

/// A function is flat, or saturated, where its slope is at most this part of its largest.
constexpr double saturation_share = 0.05;

/// The largest |f'(x)| on a fine grid over [-10, 10], at the choice's starting arguments, in evaluation mode:
/// the scale for "saturated". Multi-unit rows: the largest partial derivative on that cube.
double largest_slope(const ActivationChoice& choice);

}  // namespace actlab
