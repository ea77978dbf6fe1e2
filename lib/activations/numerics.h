#pragma once

// Operations that several families need to keep their digits, and their gradients finite.

#include <torch/torch.h>

#include <limits>

#include "lib/activations/families.h"

namespace actlab::families {

/// Applies `operation` in float64. For formulas with e to the power of a rounded number, which magnifies the
/// rounding beyond the last places of float32.
template <class Operation>
at::Tensor in_float64(const at::Tensor& x, Operation operation) {
  return operation(x.to(at::kDouble)).to(x.scalar_type());
}

/// Element-wise value(x, argument) with the derivative slope(x, argument): where the derivative that autograd
/// composes would lose its digits in a difference. Keeps nothing but x for the way back.
template <auto value, auto slope>
struct WithSlope : torch::autograd::Function<WithSlope<value, slope>> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, double argument) {
    context->save_for_backward({x});
    context->saved_data["argument"] = argument;
    return value(x, argument);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto x = context->get_saved_variables()[0];
    return {gradients[0] * slope(x, context->saved_data["argument"].toDouble()), at::Tensor()};
  }
};

template <auto value, auto slope>
at::Tensor with_slope(const at::Tensor& x, double argument = 0) {
  return widened(x, [argument](const at::Tensor& w) { return WithSlope<value, slope>::apply(w, argument); });
}

/// A learned number that acts as `low` when training has moved it below. Unlike that of a clamp, its gradient
/// goes on, so it can come back.
inline at::Tensor at_least(const at::Tensor& number, double low) {
  return number + (low - number.detach()).clamp_min(0);
}

/// The largest number of the type of x in the place of an infinite one: sin(∞) and ∞/∞ are NaN.
inline at::Tensor finite(const at::Tensor& x) {
  const double largest =
      x.scalar_type() == at::kDouble ? std::numeric_limits<double>::max() : std::numeric_limits<float>::max();
  return x.clamp(-largest, largest);
}

}  // namespace actlab::families
