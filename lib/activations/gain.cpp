#include "lib/activations/gain.h"

#include <torch/torch.h>

#include <cmath>
#include <map>
#include <mutex>

#include "lib/activations/activation.h"
#include "lib/core/constants.h"

namespace actlab {
namespace {

/// Inputs of the smallest group of channels that depend on each other.
long inputs_of(const ActivationChoice& choice) { return choice.input_width(choice.outputs_per_unit()); }

/// A row and its derivative at points that stand for one unit each.
struct Values {
  at::Tensor value;       // [points, outputs of a unit]
  at::Tensor derivative;  // [points, inputs of a unit], summed over the outputs' squares where there are two
};

/// Contextual rows: all points are channels of one sample, as in a wide layer. Gradients that come
/// back with alternating signs cancel in what the points share, as independent ones do.
Values evaluate_sample(const ActivationChoice& choice, const at::Tensor& x) {
  const c10::AutoGradMode with_gradients(true);
  auto constant = choice;
  constant.frozen = true;
  Activation site(constant, x.size(0));
  site.eval();
  const auto leaf = x.detach().t().clone().requires_grad_();
  const auto value = site.forward(leaf);
  const auto signs = 1 - 2 * at::arange(x.size(0), at::kDouble).remainder(2).unsqueeze(0);
  const auto slope = torch::autograd::grad({(value * signs).sum()}, {leaf})[0];
  return {value.detach().t(), slope.t()};
}

/// x: [points, inputs of a unit], float64. In evaluation mode, at the choice's starting arguments.
Values evaluate(const ActivationChoice& choice, const at::Tensor& x) {
  if (choice.row->kind == Kind::contextual) return evaluate_sample(choice, x);
  const c10::AutoGradMode with_gradients(true);
  auto constant = choice;
  constant.frozen = true;
  Activation site(constant, choice.outputs_per_unit());
  site.eval();
  const auto leaf = x.detach().clone().requires_grad_();
  const auto value = site.forward(leaf);
  at::Tensor squares = at::zeros_like(x);
  for (long output = 0; output < value.size(1); ++output) {
    const auto slope = torch::autograd::grad({value.select(1, output).sum()}, {leaf}, {}, true)[0];
    squares += slope.square();
  }
  return {value.detach(), squares.sqrt()};
}

/// The middles of `count` equal steps from -limit to limit, [count, 1].
at::Tensor midpoints(double limit, long count) {
  return ((at::arange(count, at::kDouble) + 0.5) * (2 * limit / static_cast<double>(count)) - limit)
      .unsqueeze(1);
}

/// Points first, first + 1, … of Richtmyer's sequence in the unit cube: fractions of multiples of √2, √3, √5,
/// … (Niederreiter 1978, Quasi-Monte Carlo methods and pseudo-random numbers). [count, dimensions]
at::Tensor cube_points(long first, long count, long dimensions) {
  const auto primes =
      at::tensor({2., 3., 5., 7., 11., 13., 17., 19., 23., 29., 31., 37., 41., 43., 47., 53.});
  const auto steps = primes.to(at::kDouble).slice(0, 0, dimensions).sqrt();
  return (at::arange(first + 1, first + count + 1, at::kDouble).unsqueeze(1) * steps + 0.5).frac();
}

/// Integrals of (f, f², |∇f|²) over a normal distribution.
struct Moments {
  double mean, square, slope_square;
};

Moments moments(const Values& values, const at::Tensor& weights) {
  return {(weights * values.value.mean(1)).sum().item<double>(),
          (weights * values.value.square().mean(1)).sum().item<double>(),
          (weights * values.derivative.square().sum(1)).sum().item<double>()};
}

Moments line_moments(const ActivationChoice& choice) {
  constexpr double limit = 12;
  constexpr long steps_per_unit = 4096;
  const auto x = midpoints(limit, 2 * static_cast<long>(limit) * steps_per_unit);
  const auto density = (-x.flatten().square() / 2).exp() / std::sqrt(2 * pi);
  return moments(evaluate(choice, x), density / static_cast<double>(steps_per_unit));
}

/// In blocks, so that memory stays small for many inputs.
Moments cube_moments(const ActivationChoice& choice) {
  constexpr long blocks = 16, block = 1 << 15;
  const auto weight = at::full({block}, 1.0 / static_cast<double>(blocks * block), at::kDouble);
  Moments sum{0, 0, 0};
  for (long i = 0; i < blocks; ++i) {
    const auto normal = at::erfinv(2 * cube_points(i * block, block, inputs_of(choice)) - 1) * std::sqrt(2.0);
    const auto part = moments(evaluate(choice, normal), weight);
    sum = {sum.mean + part.mean, sum.square + part.square, sum.slope_square + part.slope_square};
  }
  return sum;
}

}  // namespace

Gain gain(const ActivationChoice& choice) {
  static std::mutex mutex;
  static std::map<std::string, Gain> known;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto text = choice.text();
  const auto found = known.find(text);
  if (found != known.end()) return found->second;
  const auto m = inputs_of(choice) == 1 ? line_moments(choice) : cube_moments(choice);
  return known[text] = {1 / std::sqrt(m.square), 1 / std::sqrt(m.slope_square), m.mean};
}

double largest_slope(const ActivationChoice& choice) {
  constexpr double limit = 10;
  constexpr long steps = 20480, points = 1 << 17;
  const long inputs = inputs_of(choice);
  const auto x = inputs == 1 ? midpoints(limit, steps) : (2 * cube_points(0, points, inputs) - 1) * limit;
  return evaluate(choice, x).derivative.abs().max().item<double>();
}

}  // namespace actlab
