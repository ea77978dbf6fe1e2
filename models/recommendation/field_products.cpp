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

template <class Width>
ACTLAB_INLINE void add_products_of(const Vectors& of, Width width, const float* __restrict vectors,
                                   float* __restrict sum, float* __restrict squares,
                                   float* __restrict product) {
  for (long n = 0; n < of.count; ++n, sum += width, vectors += of.stride) {
    for (long k = 0; k < width; ++k) squares[k] = 0;
    const auto* vector = vectors;
    for (long field = 0; field < of.fields; ++field, vector += width) {
      for (long k = 0; k < width; ++k) {
        sum[k] += vector[k];
        squares[k] += vector[k] * vector[k];
      }
    }
    float total = 0;
    for (long k = 0; k < width; ++k) total += sum[k] * sum[k] - squares[k];
    product[n] = 0.5F * total;
  }
}

/// sum [count, width], which comes with what is to be added, gets Σ over fields of the vectors; product
/// [count] gets ½ Σ (sum² − Σ over fields of squares).
ACTLAB_WIDE void add_products(const Vectors& of, const float* vectors, float* sum, float* squares,
                              float* product) {
  with_known(of.width, [&](auto known) { add_products_of(of, known, vectors, sum, squares, product); });
}

template <class Width>
ACTLAB_INLINE void product_gradients_of(const Vectors& of, Width width, const float* __restrict vectors,
                                        const float* __restrict sum, const float* __restrict gradient,
                                        float* __restrict out) {
  for (long n = 0; n < of.count; ++n, sum += width, vectors += of.stride, out += of.stride) {
    const float scale = gradient[n];
    long place = 0;
    for (long field = 0; field < of.fields; ++field, place += width) {
      for (long k = 0; k < width; ++k) out[place + k] += scale * (sum[k] - vectors[place + k]);
    }
  }
}

/// Adds their gradient, gradient [count] times (sum − vector), to `out`, laid out as the vectors.
ACTLAB_WIDE void product_gradients(const Vectors& of, const float* vectors, const float* sum,
                                   const float* gradient, float* out) {
  with_known(of.width, [&](auto known) { product_gradients_of(of, known, vectors, sum, gradient, out); });
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
      std::vector<float> squares(static_cast<size_t>(width));
      add_products({last - first, fields, width, stride}, vectors + first * stride, total + first * width,
                   squares.data(), product + first);
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
    auto result =
        gradients[1].defined() ? gradients[1].clone(at::MemoryFormat::Contiguous) : torch::zeros_like(inputs);
    const long fields = context->saved_data["fields"].toInt(), width = sum.size(1), stride = inputs.size(1);
    const auto *scale = gradient.data_ptr<float>(), *total = sum.data_ptr<float>(),
               *vectors = inputs.data_ptr<float>();
    auto* out = result.data_ptr<float>();
    at::parallel_for(0, inputs.size(0), grain(stride), [&](int64_t first, int64_t last) {
      product_gradients({last - first, fields, width, stride}, vectors + first * stride,
                        total + first * width, scale + first, out + first * stride);
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
