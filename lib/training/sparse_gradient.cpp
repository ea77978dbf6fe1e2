#include "lib/training/sparse_gradient.h"

#include <torch/torch.h>

#include <algorithm>
#include <functional>

namespace actlab {

at::Tensor values_of(const at::Tensor& gradient) {
  return gradient.is_sparse() ? gradient._values() : gradient;
}

/// LibTorch 1.13 forgets on the way into a leaf that a gradient is coalesced, and sorting again would take
/// longer than the step.
void coalesce(at::Tensor& gradient) {
  if (!gradient.is_sparse() || gradient.is_coalesced()) return;
  const auto indices = gradient._indices().contiguous();
  const auto *begin = indices.data_ptr<int64_t>(), *end = begin + indices.numel();
  const bool ascending =
      indices.size(0) == 1 && std::adjacent_find(begin, end, std::greater_equal<>()) == end;
  gradient = ascending ? gradient._coalesced_(true) : gradient.coalesce();
}

}  // namespace actlab
