#include "apps/activations/curve.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "apps/activations/selection.h"
#include "lib/activations/activation.h"

namespace actlab {
namespace {

constexpr double beside_kink = 1e-7;  // how far the two neighbours of a kink are from it

/// The other channels of a contextual row's sample.
at::Tensor company(const ActivationChoice& choice) {
  if (stands_at_output(choice)) return at::zeros({2}, at::kDouble);
  constexpr long others = 255;
  const auto shares = (at::arange(others, at::kDouble) + 0.5) / static_cast<double>(others);
  return at::erfinv(2 * shares - 1) * std::sqrt(2.0);
}

/// All outputs of one unit at x, [points, outputs], for an input that varies along the first dimension.
at::Tensor outputs_at(const ActivationChoice& choice, const at::Tensor& x) {
  auto constant = choice;
  constant.frozen = true;
  const auto column = x.unsqueeze(1);
  if (choice.row->kind == Kind::contextual) {
    const auto others = company(choice).unsqueeze(0).expand({x.size(0), -1});
    const auto sample = at::cat({column, others}, 1);
    Activation site(constant, sample.size(1));
    site.eval();
    // Pictures of one pixel, so that rows for images alone have a curve too.
    return site.forward(sample.unsqueeze(2).unsqueeze(3)).select(1, 0).flatten(1);
  }
  const long outputs = choice.outputs_per_unit();
  Activation site(constant, outputs);
  site.eval();
  const auto ones = at::ones({x.size(0), choice.input_width(outputs) - 1}, at::kDouble);
  return site.forward(at::cat({ones, column}, 1));
}

std::vector<double> to_vector(const at::Tensor& tensor) {
  const auto flat = tensor.detach().contiguous();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

/// The points (x, y), interrupted between the two neighbours of a kink if they differ: there the function
/// jumps.
std::vector<ChartPoint> interrupted(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<ChartPoint> points;
  for (size_t i = 0; i < x.size(); ++i) {
    const bool behind_kink = i > 0 && x[i] - x[i - 1] < 3 * beside_kink;
    if (behind_kink && std::abs(y[i] - y[i - 1]) > 1e-4) points.push_back({x[i], std::nan("")});
    points.push_back({x[i], y[i]});
  }
  return points;
}

}  // namespace

std::vector<Curve> curves(const ActivationChoice& choice, const std::vector<double>& x) {
  const c10::AutoGradMode with_gradients(true);
  const auto leaf = at::tensor(x, at::kDouble).requires_grad_();
  const auto outputs = outputs_at(choice, leaf);
  std::vector<Curve> result;
  for (long i = 0; i < outputs.size(1); ++i) {
    const auto value = outputs.select(1, i);
    const auto slope = torch::autograd::grad({value.sum()}, {leaf}, {}, /*retain_graph=*/true)[0];
    const auto suffix = outputs.size(1) == 1 ? "" : fmt::format(", output {}", i + 1);
    result.push_back({choice.text() + suffix, x, to_vector(value), to_vector(slope)});
  }
  return result;
}

std::string note_on_inputs(const ActivationChoice& choice) {
  if (choice.row->kind == Kind::contextual)
    return stands_at_output(choice) ? "beside two inputs that are 0"
                                    : "one input of a standard normal sample of 256";
  const bool several = choice.row->kind == Kind::multi_unit && choice.width_factor() > 1;
  return several ? "the last input, the others 1" : "";
}

std::vector<double> points_between(const ActivationChoice& choice, double low, double high, long count) {
  const auto kinks = choice.row->kinks.at(choice.numbers);
  const auto near_kink = [&](double x) {
    return std::any_of(kinks.begin(), kinks.end(),
                       [x](double kink) { return std::abs(x - kink) < beside_kink; });
  };
  std::vector<double> points;
  for (long i = 0; i < count; ++i) {
    const double x = low + (high - low) * static_cast<double>(i) / static_cast<double>(count - 1);
    if (!near_kink(x)) points.push_back(x);
  }
  for (const double kink : kinks) {
    if (kink > low && kink < high) points.insert(points.end(), {kink - beside_kink, kink + beside_kink});
  }
  std::sort(points.begin(), points.end());
  return points;
}

Series value_series(const Curve& curve) { return {curve.name, interrupted(curve.x, curve.value)}; }
Series slope_series(const Curve& curve) { return {curve.name, interrupted(curve.x, curve.slope)}; }

void limit_height(Chart& chart, double reach) {
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      if (point.y > 1.05 * reach) chart.y.high = reach;
      if (point.y < -1.05 * reach) chart.y.low = -reach;
    }
  }
}

}  // namespace actlab
