#pragma once

// What the files of the family of gates share.

#include <torch/torch.h>

#include <utility>
#include <vector>

#include "lib/activations/families.h"

namespace actlab::families {

/// Where a gate has closed for good in every type.
constexpr double closed = -1e30;

/// The x of x·gate: −∞·0 is NaN, and further out an intermediate product of a gradient may overflow, which
/// makes ∞·0.
inline at::Tensor bounded_below(const at::Tensor& x) { return x.clamp_min(closed); }

/// A function that is evaluated in float32 where its input is bfloat16 on the CPU.
inline Function wide(Function function) {
  return [function = std::move(function)](const at::Tensor& x, const Call& call) {
    return widened(x, [&](const at::Tensor& w) { return function(w, call); });
  };
}

/// x·Φ(x) by LibTorch's operator, with its limits.
at::Tensor safe_gelu(const at::Tensor& x);

/// Gates that learn more than the β of Swish, the end of gated().
std::vector<Row> learned_gates();

}  // namespace actlab::families
