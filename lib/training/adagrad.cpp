#include "lib/training/adagrad.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "lib/core/memory.h"
#include "lib/core/wide.h"
#include "lib/training/sparse_gradient.h"

namespace actlab {

/// The numbers of a step.
struct RowStep {
  float rate, decay, epsilon;
};

/// rows[0] to rows[count - 1] of `weight` and `sum`, with a row of `gradient` each.
ACTLAB_WIDE void adagrad_step_on_rows(const RowStep& step, const int64_t* rows, long count, long width,
                                      float* weight, const float* gradient, float* sum) {
  constexpr long rows_ahead = 8;
  const auto inverse_width = 1 / static_cast<float>(width);
  for (long i = 0; i < count; ++i, gradient += width) {
    if (i + rows_ahead < count) {
      prefetch(weight + rows[i + rows_ahead] * width, width);
      prefetch(sum + rows[i + rows_ahead], 1);
    }
    float* __restrict row = weight + rows[i] * width;
    float squares = 0;
    for (long j = 0; j < width; ++j) {
      const float g = gradient[j] + step.decay * row[j];
      squares += g * g;
    }
    sum[rows[i]] += squares * inverse_width;
    const float rate = step.rate / (std::sqrt(sum[rows[i]]) + step.epsilon);
    for (long j = 0; j < width; ++j) row[j] -= rate * (gradient[j] + step.decay * row[j]);
  }
}

namespace {

using torch::optim::AdagradOptions;

void step_sparse(at::Tensor& parameter, const at::Tensor& sum, const AdagradOptions& options) {
  auto& gradient = parameter.mutable_grad();
  coalesce(gradient);
  const auto indices = gradient._indices(), values = gradient._values();
  const auto narrow = [](double value) { return static_cast<float>(value); };
  const RowStep numbers{narrow(options.lr()), narrow(options.weight_decay()), narrow(options.eps())};
  constexpr long elements_worth_a_thread = 32768;
  const long width = parameter.size(1), grain = std::max(1L, elements_worth_a_thread / width);
  const auto* row = indices.data_ptr<int64_t>();
  const auto* value = values.data_ptr<float>();
  auto *weight = parameter.data_ptr<float>(), *sums = sum.data_ptr<float>();
  at::parallel_for(0, indices.size(1), grain, [&](int64_t begin, int64_t end) {
    adagrad_step_on_rows(numbers, row + begin, end - begin, width, weight, value + begin * width, sums);
  });
}

/// With LibTorch's operators, for every device and type. sum: shaped like the parameter, or [rows, 1].
void step_dense(at::Tensor& parameter, at::Tensor sum, const AdagradOptions& options) {
  auto gradient = parameter.grad();
  if (options.weight_decay() != 0) gradient = gradient.add(parameter, options.weight_decay());
  const auto squares = gradient.square();
  sum.add_(sum.sizes() == squares.sizes() ? squares : squares.mean(1, /*keepdim=*/true));
  parameter.sub_(gradient.div(sum.sqrt().add_(options.eps())).mul_(options.lr()));
}

}  // namespace

RowWiseAdagrad::RowWiseAdagrad(std::vector<torch::optim::OptimizerParamGroup> groups,
                               const AdagradOptions& defaults)
    : Optimizer(std::move(groups), std::make_unique<AdagradOptions>(defaults)) {}

at::Tensor RowWiseAdagrad::start_of(const at::Tensor& parameter) const {
  if (tables_.count(parameter.unsafeGetTensorImpl()) == 0) return torch::zeros_like(parameter);
  return zeros_in_huge_pages({parameter.size(0), 1}).to(parameter.options().requires_grad(false));
}

at::Tensor RowWiseAdagrad::step(LossClosure) {
  const torch::NoGradGuard no_grad;
  size_t index = 0;
  for (auto& group : param_groups()) {
    const auto& options = static_cast<const AdagradOptions&>(group.options());
    for (auto& parameter : group.params()) {
      if (index == sums_.size()) sums_.push_back(start_of(parameter));
      const auto& sum = sums_[index++];
      if (!parameter.grad().defined()) continue;
      parameter.grad().is_sparse() ? step_sparse(parameter, sum, options)
                                   : step_dense(parameter, sum, options);
    }
  }
  return {};
}

}  // namespace actlab
