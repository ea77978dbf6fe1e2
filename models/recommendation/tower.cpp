#include "models/recommendation/tower.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>

#include "lib/activations/kernels/fused.h"
#include "lib/core/compat.h"
#include "lib/core/wide.h"
#include "lib/layers/matrix_product.h"

namespace actlab {

ACTLAB_WIDE void add_to_rows(const float* __restrict addend, long rows, long width, float* __restrict to) {
  for (long n = 0; n < rows; ++n, to += width) {
    for (long j = 0; j < width; ++j) to[j] += addend[j];
  }
}

ACTLAB_WIDE void add_rows_to(const float* __restrict from, long rows, long width, float* __restrict sum) {
  for (long n = 0; n < rows; ++n, from += width) {
    for (long j = 0; j < width; ++j) sum[j] += from[j];
  }
}

/// to [rows, width]: column times row.
ACTLAB_WIDE void outer_product(const float* __restrict column, const float* __restrict row, long rows,
                               long width, float* __restrict to) {
  for (long n = 0; n < rows; ++n, to += width) {
    for (long j = 0; j < width; ++j) to[j] = column[n] * row[j];
  }
}

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// An activation without learned numbers.
struct Curve : torch::CustomClassHolder {
  Curve(const kernels::Kernel& of, const Numbers& arguments)
      : kernel(of), numbers(arguments.begin(), arguments.end()) {
    for (const auto& number : numbers) places.push_back(&number);
  }
  kernels::Arguments arguments() const { return {places.data()}; }

  const kernels::Kernel& kernel;
  const std::vector<float> numbers;
  std::vector<const float*> places;
};

/// Rows of a matrix [rows, width] a few at a time, so that what a pass has read is still in the cache for
/// what it does next: work(part, first, count), one part a thread.
class RowBlocks {
 public:
  explicit RowBlocks(const at::Tensor& x) : rows_(x.size(0)), block_(std::max(1L, floats / x.size(1))) {}

  long parts() const { return std::clamp<long>(rows_ / block_ / 4, 1, at::get_num_threads()); }

  template <class Work>
  void share(Work work) const {
    at::parallel_for(0, parts(), 1, [&](int64_t begin, int64_t end) {
      for (long part = begin; part < end; ++part) {
        const long last = rows_ * (part + 1) / parts();
        for (long first = rows_ * part / parts(); first < last; first += block_)
          work(part, first, std::min(block_, last - first));
      }
    });
  }

 private:
  static constexpr long floats = 4096;
  long rows_, block_;
};

/// f(z + bias); z becomes z + bias.
at::Tensor activate(const Curve& curve, const at::Tensor& z, const at::Tensor& bias) {
  auto y = curve.kernel.keeps_output ? z : torch::empty_like(z);
  const long width = z.size(1);
  auto *from = z.data_ptr<float>(), *to = y.data_ptr<float>();
  const auto* shift = bias.data_ptr<float>();
  RowBlocks(z).share([&](long, long first, long count) {
    add_to_rows(shift, count, width, from + first * width);
    curve.kernel.forward(from + first * width, to + first * width, static_cast<size_t>(count * width),
                         curve.arguments());
  });
  return y;
}

/// The gradient of a bias. `upper`, the gradient of f(z), becomes that of z; fill(first, count) is called
/// before its rows are read.
template <class Fill>
at::Tensor pass_back(const Curve& curve, const at::Tensor& kept, const at::Tensor& upper, Fill fill) {
  const RowBlocks blocks(upper);
  const long width = upper.size(1);
  const auto sums = torch::zeros({blocks.parts(), width}, upper.options());
  const auto* from = kept.data_ptr<float>();
  auto *to = upper.data_ptr<float>(), *sum = sums.data_ptr<float>();
  blocks.share([&](long part, long first, long count) {
    fill(first, count);
    auto* rows = to + first * width;
    curve.kernel.backward(from + first * width, rows, rows, static_cast<size_t>(count * width),
                          curve.arguments());
    add_rows_to(rows, count, width, sum + part * width);
  });
  return sums.size(0) == 1 ? sums.squeeze(0) : sums.sum(0);
}

/// Layers h ← f(h·Wᵀ + b), and one linear output without f. parameters: W and b of one layer after the other.
class DenseLayers : public torch::autograd::Function<DenseLayers> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, at::TensorList parameters,
                            const c10::intrusive_ptr<Curve>& curve) {
    const size_t layers = parameters.size() / 2 - 1;
    variable_list kept = parameters.vec();
    at::Tensor h = x;
    for (size_t i = 0; i < layers; ++i) {
      kept.push_back(h);
      const auto z = matrix_product(h, parameters[2 * i].t());
      h = activate(*curve, z, parameters[2 * i + 1]);
      if (!curve->kernel.keeps_output) kept.push_back(z);
    }
    kept.push_back(h);
    context->save_for_backward(std::move(kept));
    context->saved_data["curve"] = c10::IValue::make_capsule(curve);
    context->saved_data["layers"] = static_cast<int64_t>(layers);
    return h.mv(parameters[2 * layers].squeeze(0)).add_(parameters.back()).unsqueeze(1);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!torch::GradMode::is_enabled(), "a tower is differentiable once, not twice");
    const auto curve = c10::static_intrusive_pointer_cast<Curve>(context->saved_data["curve"].toCapsule());
    const auto layers = static_cast<size_t>(context->saved_data["layers"].toInt());
    const auto saved = context->get_saved_variables();
    const size_t step = curve->kernel.keeps_output ? 1 : 2;  // of what a layer keeps
    const auto input_of = [&](size_t i) { return saved[2 * (layers + 1) + step * i]; };
    const auto weight_of = [&](size_t i) { return saved[2 * i]; };

    const auto gradient = gradients[0].contiguous();
    variable_list result(2 * (layers + 1) + 2);  // x, parameters, curve
    const auto of = [&](size_t layer) { return &result[1 + 2 * layer]; };
    of(layers)[0] = input_of(layers).t().mv(gradient.squeeze(1)).unsqueeze(0);
    of(layers)[1] = gradient.sum(0);

    const auto last_weight = weight_of(layers);
    auto delta = torch::empty_like(input_of(layers));
    const long width = delta.size(1);
    auto* top = delta.data_ptr<float>();
    const auto *column = gradient.data_ptr<float>(), *row = last_weight.data_ptr<float>();
    for (size_t i = layers; i-- > 0;) {
      const auto kept = curve->kernel.keeps_output ? input_of(i + 1) : saved[2 * (layers + 1) + step * i + 1];
      const bool is_last = i + 1 == layers;
      of(i)[1] = pass_back(*curve, kept, delta, [&](long first, long count) {
        if (is_last) outer_product(column + first, row, count, width, top + first * width);
      });
      of(i)[0] = matrix_product(delta.t(), input_of(i));
      if (i > 0 || context->needs_input_grad(0)) delta = matrix_product(delta, weight_of(i));
    }
    if (context->needs_input_grad(0)) result[0] = delta;
    return result;
  }
};

}  // namespace

Tower::Tower(long inputs, const std::vector<long>& widths, const LayerStyle& style) {
  const bool plain = style.norm == "none" && style.dropout == 0 && style.activation.width_factor() == 1;
  for (const long ordinary : widths) {
    const long width = style.width(ordinary);
    const auto layer = dense_layer(inputs, width, style, /*sees_data=*/hidden_->is_empty());
    hidden_->push_back(layer);
    if (plain) {
      layers_.push_back({layer->ptr(0)->as<torch::nn::LinearImpl>(), layer->ptr(1)->as<Activation>()});
    }
    inputs = width;
  }
  register_module("hidden", hidden_);
  output_ = register_module("output", torch::nn::Linear(inputs, 1));
}

bool Tower::is_one_function(const at::Tensor& x) const {
  const bool suits = x.is_cpu() && x.scalar_type() == at::kFloat && !compat::in_bfloat16_region() &&
                     output_->weight.scalar_type() == at::kFloat && output_->weight.is_cpu();
  return suits && !layers_.empty() && std::all_of(layers_.begin(), layers_.end(), [&](const Layer& layer) {
           const auto& choice = layer.activation->choice();
           return !layer.activation->has_listener() && !choice.learns() &&
                  fitting_kernel(choice, x, is_training()) != nullptr;
         });
}

at::Tensor Tower::forward(const at::Tensor& x) {
  if (!is_one_function(x)) return output_(hidden_->forward(x));
  std::vector<at::Tensor> parameters;
  for (const auto& layer : layers_) {
    parameters.push_back(layer.linear->weight);
    parameters.push_back(layer.linear->bias);
  }
  parameters.push_back(output_->weight);
  parameters.push_back(output_->bias);
  const auto& choice = layers_.front().activation->choice();
  const auto curve = c10::make_intrusive<Curve>(*fitting_kernel(choice, x, is_training()), choice.numbers);
  return DenseLayers::apply(x, at::TensorList(parameters), curve);
}

}  // namespace actlab
