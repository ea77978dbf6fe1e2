#include "models/recommendation/field_products.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>

#include "lib/core/wide.h"

namespace actlab {

/// Examples of `fields` vectors of `width` numbers side by side, each `stride` numbers behind the last one.
struct Vectors {
  long count, fields, width, stride;
};

/// Of one example, numbers k to k + lanes - 1 of each vector, in registers: sum gets Σ over fields of them;
/// returns Σ (sum² − Σ over fields of squares).
template <long lanes>
ACTLAB_INLINE float products_of(const Vectors& of, const float* __restrict vector, float* __restrict sum) {
  float sums[lanes], squares[lanes] = {};
  for (long k = 0; k < lanes; ++k) sums[k] = sum[k];
  for (long field = 0; field < of.fields; ++field, vector += of.width) {
    for (long k = 0; k < lanes; ++k) {
      sums[k] += vector[k];
      squares[k] += vector[k] * vector[k];
    }
  }
  float total = 0;
  for (long k = 0; k < lanes; ++k) {
    sum[k] = sums[k];
    total += sums[k] * sums[k] - squares[k];
  }
  return total;
}

/// sum [count, width], which comes with what is to be added, gets Σ over fields of the vectors; product
/// [count] gets ½ Σ (sum² − Σ over fields of squares).
ACTLAB_WIDE void add_products(const Vectors& of, const float* vectors, float* sum, float* product) {
  for (long n = 0; n < of.count; ++n, sum += of.width, vectors += of.stride) {
    float total = 0;
    long k = 0;
    for (; k + 8 <= of.width; k += 8) total += products_of<8>(of, vectors + k, sum + k);
    for (; k < of.width; ++k) total += products_of<1>(of, vectors + k, sum + k);
    product[n] = 0.5F * total;
  }
}

template <class Width>
ACTLAB_INLINE void product_gradients_of(const Vectors& of, Width width, const float* __restrict vectors,
                                        const float* __restrict sum, const float* __restrict gradient,
                                        const float* __restrict upper, float* __restrict out) {
  for (long n = 0; n < of.count; ++n) {
    const float scale = gradient[n];
    long place = 0;
    for (long field = 0; field < of.fields; ++field, place += width) {
      for (long k = 0; k < width; ++k)
        out[place + k] = upper[place + k] + scale * (sum[k] - vectors[place + k]);
    }
    for (; place < of.stride; ++place) out[place] = upper[place];
    sum += width;
    vectors += of.stride;
    upper += of.stride;
    out += of.stride;
  }
}

/// out: `upper` and their gradient, gradient [count] times (sum − vector); both laid out as the vectors.
ACTLAB_WIDE void product_gradients(const Vectors& of, const float* vectors, const float* sum,
                                   const float* gradient, const float* upper, float* out) {
  with_known(of.width,
             [&](auto known) { product_gradients_of(of, known, vectors, sum, gradient, upper, out); });
}

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr long elements_worth_a_thread = 32768;

/// ½ Σ_k ((Σ_i v_ik + rest_k)² − Σ_i v_ik²) of inputs [N, fields · width + any] and rest [N, width]: [N, 1],
/// and the inputs as they are. Who takes these from here gives their gradient to this node, which adds its
/// own to it, in place of a sum of two gradients.
class Products : public torch::autograd::Function<Products> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& inputs, const at::Tensor& rest,
                               int64_t fields) {
    const auto sum = rest.clone(at::MemoryFormat::Contiguous);
    const auto products = torch::empty({inputs.size(0), 1}, inputs.options());
    const long width = rest.size(1), stride = inputs.size(1);
    const auto* vectors = inputs.data_ptr<float>();
    auto *total = sum.data_ptr<float>(), *product = products.data_ptr<float>();
    at::parallel_for(0, inputs.size(0), grain(stride), [&](int64_t first, int64_t last) {
      add_products({last - first, fields, width, stride}, vectors + first * stride, total + first * width,
                   product + first);
    });
    context->set_materialize_grads(false);
    context->save_for_backward({inputs, sum});
    context->saved_data["fields"] = fields;
    return {products, inputs};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!torch::GradMode::is_enabled(), "FieldProducts is differentiable once, not twice");
    if (!gradients[0].defined()) return {gradients[1], {}, {}};
    const auto saved = context->get_saved_variables();
    const auto &inputs = saved[0], &sum = saved[1];
    const auto gradient = gradients[0].contiguous();
    const auto upper = gradients[1].defined() ? gradients[1].contiguous() : torch::zeros_like(inputs);
    const auto result = torch::empty_like(inputs);
    const long fields = context->saved_data["fields"].toInt(), width = sum.size(1), stride = inputs.size(1);
    const auto *scale = gradient.data_ptr<float>(), *total = sum.data_ptr<float>(),
               *vectors = inputs.data_ptr<float>(), *from = upper.data_ptr<float>();
    auto* out = result.data_ptr<float>();
    at::parallel_for(0, inputs.size(0), grain(stride), [&](int64_t first, int64_t last) {
      product_gradients({last - first, fields, width, stride}, vectors + first * stride,
                        total + first * width, scale + first, from + first * stride, out + first * stride);
    });
    return {result, gradient * sum, {}};
  }

 private:
  static long grain(long elements) { return std::max(1L, elements_worth_a_thread / std::max(1L, elements)); }
};

/// The same with LibTorch's operators, for every device and type.
at::Tensor products_by_libtorch(const at::Tensor& inputs, const at::Tensor& rest, long fields) {
  const auto vectors = inputs.slice(1, 0, fields * rest.size(1)).reshape({rest.size(0), fields, -1});
  const auto sum = vectors.sum(1) + rest, squares = vectors.square().sum(1);
  return 0.5 * (sum.square() - squares).sum(1, /*keepdim=*/true);
}

FieldProducts::Result products_of(const at::Tensor& inputs, const at::Tensor& rest, long fields) {
  if (!inputs.is_cpu() || inputs.scalar_type() != torch::kFloat32 || !inputs.is_contiguous())
    return {products_by_libtorch(inputs, rest, fields), inputs};
  const auto both = Products::apply(inputs, rest.to(torch::kFloat32), fields);
  return {both[0], both[1]};
}

}  // namespace

FieldProducts::FieldProducts(const ClickShape& shape, long width, double bound)
    : fields_(static_cast<long>(shape.fields.size())), width_(width) {
  if (shape.numbers == 0) return;
  numbers_ = register_module("numbers", std::make_shared<Embedding>(shape.numbers + 1, width, bound));
  rows_ = register_buffer("rows", torch::arange(1, shape.numbers + 1, torch::kInt).unsqueeze(0));
}

FieldProducts::Result FieldProducts::forward(const at::Tensor& inputs, const at::Tensor& numbers) {
  if (!numbers_)
    return products_of(inputs, torch::zeros({inputs.size(0), width_}, inputs.options()), fields_);
  const auto of_numbers = numbers_->forward(rows_).squeeze(0);
  const auto squares = numbers.square().mm(of_numbers.square()).sum(1, /*keepdim=*/true);
  auto result = products_of(inputs, numbers.mm(of_numbers), fields_);
  result.products = result.products - 0.5 * squares;
  return result;
}

}  // namespace actlab
