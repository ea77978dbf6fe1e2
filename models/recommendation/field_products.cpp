#include "models/recommendation/field_products.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>

#include "lib/core/wide.h"

namespace actlab {

/// Of `count` examples: sum [width], which comes with what is to be added, gets Σ over fields of vectors
/// [fields, width]; product gets ½ Σ (sum² − Σ over fields of squares).
ACTLAB_WIDE void add_products(const float* __restrict vectors, long count, long fields, long width,
                              float* __restrict sum, float* __restrict squares, float* __restrict product) {
  for (long n = 0; n < count; ++n, sum += width) {
    std::fill_n(squares, width, 0.0F);
    for (long field = 0; field < fields; ++field, vectors += width) {
      for (long k = 0; k < width; ++k) {
        sum[k] += vectors[k];
        squares[k] += vectors[k] * vectors[k];
      }
    }
    float total = 0;
    for (long k = 0; k < width; ++k) total += sum[k] * sum[k] - squares[k];
    product[n] = 0.5F * total;
  }
}

/// Their gradient: out [fields, width] of each example is gradient · (sum − vectors).
ACTLAB_WIDE void product_gradients(const float* __restrict gradient, const float* __restrict sum,
                                   const float* __restrict vectors, long count, long fields, long width,
                                   float* __restrict out) {
  for (long n = 0; n < count; ++n, sum += width) {
    for (long field = 0; field < fields; ++field, vectors += width, out += width) {
      for (long k = 0; k < width; ++k) out[k] = gradient[n] * (sum[k] - vectors[k]);
    }
  }
}

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr long elements_worth_a_thread = 32768;

/// ½ Σ_k ((Σ_i v_ik + rest_k)² − Σ_i v_ik²): vectors [N, fields, width], rest [N, width] → [N, 1].
class Products : public torch::autograd::Function<Products> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& vectors, const at::Tensor& rest) {
    const long fields = vectors.size(1), width = vectors.size(2);
    const auto sum = rest.clone(at::MemoryFormat::Contiguous);
    auto products = torch::empty({vectors.size(0), 1}, vectors.options());
    const auto* vector = vectors.data_ptr<float>();
    auto *total = sum.data_ptr<float>(), *product = products.data_ptr<float>();
    at::parallel_for(0, vectors.size(0), grain(fields * width), [&](int64_t first, int64_t last) {
      std::vector<float> squares(static_cast<size_t>(width));
      add_products(vector + first * fields * width, last - first, fields, width, total + first * width,
                   squares.data(), product + first);
    });
    context->save_for_backward({vectors, sum});
    return products;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!torch::GradMode::is_enabled(), "FieldProducts is differentiable once, not twice");
    const auto saved = context->get_saved_variables();
    const auto &vectors = saved[0], &sum = saved[1];
    const auto gradient = gradients[0].contiguous();
    auto result = torch::empty_like(vectors);
    const long fields = vectors.size(1), width = vectors.size(2);
    const auto *scale = gradient.data_ptr<float>(), *total = sum.data_ptr<float>(),
               *vector = vectors.data_ptr<float>();
    auto* out = result.data_ptr<float>();
    at::parallel_for(0, vectors.size(0), grain(fields * width), [&](int64_t first, int64_t last) {
      const long start = first * fields * width;
      product_gradients(scale + first, total + first * width, vector + start, last - first, fields, width,
                        out + start);
    });
    return {result, gradient * sum};
  }

 private:
  static long grain(long elements) { return std::max(1L, elements_worth_a_thread / std::max(1L, elements)); }
};

/// The same with LibTorch's operators, for every device and type.
at::Tensor products_by_libtorch(const at::Tensor& vectors, const at::Tensor& rest) {
  const auto sum = vectors.sum(1) + rest, squares = vectors.square().sum(1);
  return 0.5 * (sum.square() - squares).sum(1, /*keepdim=*/true);
}

}  // namespace

FieldProducts::FieldProducts(const ClickShape& shape, long width, double bound) {
  if (shape.numbers == 0) return;
  numbers_ = register_module("numbers", std::make_shared<Embedding>(shape.numbers + 1, width, bound));
  rows_ = register_buffer("rows", torch::arange(1, shape.numbers + 1, torch::kInt).unsqueeze(0));
}

at::Tensor FieldProducts::forward(const at::Tensor& vectors, const at::Tensor& numbers) {
  const bool fast = vectors.is_cpu() && vectors.scalar_type() == torch::kFloat32 && vectors.is_contiguous();
  const auto products = [fast](const at::Tensor& of, const at::Tensor& rest) {
    return fast ? Products::apply(of, rest.to(torch::kFloat32)) : products_by_libtorch(of, rest);
  };
  if (!numbers_)
    return products(vectors, torch::zeros({vectors.size(0), vectors.size(2)}, vectors.options()));
  const auto of_numbers = numbers_->forward(rows_).squeeze(0);
  const auto squares = numbers.square().mm(of_numbers.square()).sum(1, /*keepdim=*/true);
  return products(vectors, numbers.mm(of_numbers)) - 0.5 * squares;
}

}  // namespace actlab
