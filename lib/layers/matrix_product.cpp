#include "lib/layers/matrix_product.h"

#include <dlfcn.h>
#include <torch/torch.h>

#include <optional>

namespace actlab {
namespace {

/// dnnl_sgemm of oneDNN 1 to 3: row-major, 0 where it is done.
using OneDnnProduct = int (*)(char transpose_a, char transpose_b, int64_t m, int64_t n, int64_t k,
                              float alpha, const float* a, int64_t stride_a, const float* b, int64_t stride_b,
                              float beta, float* c, int64_t stride_c);

OneDnnProduct find_onednn() {
  static const auto found = reinterpret_cast<OneDnnProduct>(dlsym(RTLD_DEFAULT, "dnnl_sgemm"));
  return found;
}

/// How a matrix lies in memory; none where it lies otherwise than by rows or by columns.
struct Layout {
  char transposed;
  int64_t stride;
};
std::optional<Layout> layout_of(const at::Tensor& x) {
  if (!x.is_cpu() || x.scalar_type() != at::kFloat || x.numel() == 0) return {};
  if (x.stride(1) == 1 && x.stride(0) >= x.size(1)) return Layout{'N', x.stride(0)};
  if (x.stride(0) == 1 && x.stride(1) >= x.size(0)) return Layout{'T', x.stride(1)};
  return {};
}

}  // namespace

at::Tensor matrix_product(const at::Tensor& a, const at::Tensor& b) {
  const at::NoGradGuard no_grad;
  const auto onednn = find_onednn();
  const auto left = layout_of(a), right = layout_of(b);
  if (onednn != nullptr && left && right && a.size(1) == b.size(0)) {
    const long m = a.size(0), n = b.size(1), k = a.size(1);
    auto c = torch::empty({m, n}, a.options());
    const int failed = onednn(left->transposed, right->transposed, m, n, k, 1, a.data_ptr<float>(),
                              left->stride, b.data_ptr<float>(), right->stride, 0, c.data_ptr<float>(), n);
    if (failed == 0) return c;
  }
  return at::mm(a, b);
}

}  // namespace actlab
