#pragma once

#include <ATen/core/Tensor.h>

namespace actlab {

/// What a gradient consists of: all of its numbers, or those of the rows that it touches.
at::Tensor values_of(const at::Tensor& gradient);

/// Makes sure that a sparse gradient has each row once, in ascending order; leaves a dense one as it is.
void coalesce(at::Tensor& gradient);

}  // namespace actlab
