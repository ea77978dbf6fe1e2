#pragma once

#include <ATen/core/Tensor.h>

namespace actlab {

/// Zeros (float32, on the CPU), in huge pages where the system offers them on request: rows of a large table
/// are met at random, and with small pages each would begin with a walk through the page tables.
at::Tensor zeros_in_huge_pages(at::IntArrayRef shape);

}  // namespace actlab
