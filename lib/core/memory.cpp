#include "lib/core/memory.h"

#include <sys/mman.h>
#include <torch/torch.h>

namespace actlab {

at::Tensor zeros_in_huge_pages(at::IntArrayRef shape) {
  constexpr uintptr_t page = 4096, worth_it = 8 << 20;
  auto tensor = torch::empty(shape, torch::kFloat32);
#ifdef MADV_HUGEPAGE
  const auto begin = reinterpret_cast<uintptr_t>(tensor.data_ptr()), end = begin + tensor.nbytes();
  if (tensor.nbytes() >=
      worth_it) {  // a hint: a system that knows no huge pages refuses, and no harm is done
    const auto first = (begin + page - 1) / page * page;
    madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
  }
#endif
  return tensor.zero_();
}

}  // namespace actlab
