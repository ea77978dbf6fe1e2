// What functions do by themselves, and to a signal in random layers.

#include <torch/torch.h>

#include <cmath>

#include "apps/reproduce/measurements.h"
#include "lib/activations/activation.h"
#include "lib/activations/gain.h"
#include "lib/core/random.h"
#include "lib/layers/initialise.h"
#include "lib/layers/propagation.h"
#include "lib/statistics/moments.h"

namespace actlab {
namespace {

using nlohmann::json;

/// f at each of these points, in evaluation mode, float64.
at::Tensor values_of(const ActivationChoice& choice, const at::Tensor& points) {
  Activation activation(choice, 1);
  activation.to(torch::kDouble);
  activation.eval();
  return activation.forward(points.unsqueeze(1)).squeeze(1);
}

at::Tensor slopes_of(const ActivationChoice& choice, const at::Tensor& points) {
  const auto x = points.clone().requires_grad_();
  return torch::autograd::grad({values_of(choice, x).sum()}, {x})[0];
}

at::Tensor grid(double low, double high, long points) {
  return torch::linspace(low, high, points, torch::kDouble);
}

double number(const at::Tensor& value) { return value.item<double>(); }

/// Mean and deviation of f(z) for z ~ N(0, deviation²).
json signal_of(const ActivationChoice& choice, double deviation) {
  const auto z = grid(-8, 8, 16001);
  auto weights = torch::exp(-z.square() / 2);
  weights = weights / weights.sum();
  const auto values = values_of(choice, z * deviation).detach();
  const double mean = number((weights * values).sum());
  return {{"s", deviation},
          {"mean", mean},
          {"deviation", std::sqrt(number((weights * (values - mean).square()).sum()))}};
}

json curve_of(const at::Tensor& x, const at::Tensor& values, const at::Tensor& slopes) {
  auto curve = json::array();
  for (long i = 0; i < x.size(0); ++i) curve.push_back({number(x[i]), number(values[i]), number(slopes[i])});
  return curve;
}

}  // namespace

json measure_ranges() {
  json result;
  for (const auto& choice : article_activations()) {
    const auto values = values_of(choice, grid(-50, 50, 100001)).detach();
    json signals = json::array();
    for (const double deviation : {0.1, 1.0, 10.0}) signals.push_back(signal_of(choice, deviation));
    result[choice.text()] = {{"range", {number(values.min()), number(values.max())}}, {"signal", signals}};
  }
  return result;
}

json measure_softmax() {
  auto result = json::array();
  for (const double scale : {1.0, 100.0, 10000.0}) {
    auto generator = make_generator(0, Stream::noise, "softmax");
    const auto logits = torch::empty({10000, 10}).normal_(0, scale, generator);
    const auto probabilities = torch::softmax(logits, 1);
    result.push_back({{"scale", scale},
                      {"largest_error", number((probabilities.to(torch::kDouble).sum(1) - 1).abs().max())},
                      {"smallest", number(probabilities.min())}});
  }
  return result;
}

json measure_slopes() {
  json result;
  for (const auto& choice : article_activations()) {
    const auto x = grid(-6, 6, 121);
    const auto ends = slopes_of(choice, torch::tensor({-10.0, 10.0}, torch::kDouble)).abs();
    const auto around = slopes_of(choice, torch::tensor({-1e-9, 1e-9}, torch::kDouble));
    result[choice.text()] = {{"curve", curve_of(x, values_of(choice, x), slopes_of(choice, x))},
                             {"largest", number(slopes_of(choice, grid(-10, 10, 20001)).abs().max())},
                             {"at_ten", number(ends.min())},
                             {"lowest", number(values_of(choice, grid(-10, 10, 20001)).min())},
                             {"jump", std::abs(number(around[1] - around[0]))}};
  }
  return result;
}

json measure_propagation() {
  const std::vector<long> depths = {1, 2, 4, 8, 16, 32, 64, 100};
  auto result = json::array();
  for (const auto& choice : article_activations()) {
    for (const auto& policy : initialisation_policies()) {
      std::vector<std::vector<double>> signals(depths.size()), gradients(depths.size());
      for (const long seed : {0L, 1L, 2L}) {
        const auto stack = propagate(choice, depths, {policy, 128, 128, seed});
        for (size_t i = 0; i < depths.size(); ++i) {
          signals[i].push_back(stack[i].signal);
          gradients[i].push_back(stack[i].gradient);
        }
      }
      for (size_t i = 0; i < depths.size(); ++i)
        result.push_back({{"activation", choice.text()},
                          {"init", policy},
                          {"layers", depths[i]},
                          {"signal", median(signals[i])},
                          {"gradient", median(gradients[i])}});
    }
  }
  return result;
}

json measure_scale() {
  constexpr long layers = 32, width = 128, batch = 128;
  auto result = json::array();
  for (const auto& choice : article_activations()) {
    Activation activation(choice, width);
    activation.eval();
    for (const double factor : {0.7, 1.0, 1.2, 1.5, 2.0}) {
      std::vector<double> gradients;
      for (const long seed : {0L, 1L, 2L}) {
        const auto normal = [&](long rows, long columns, double deviation, const std::string& name) {
          return torch::empty({rows, columns}, torch::kDouble)
              .normal_(0, deviation, make_generator(seed, Stream::noise, name));
        };
        const auto input = normal(batch, width, 1, "input").to(torch::kFloat).requires_grad_();
        auto signal = input;
        const double deviation = factor * gain(choice).forward / std::sqrt(static_cast<double>(width));
        for (long i = 0; i < layers; ++i)
          signal = activation.forward(signal).matmul(
              normal(width, width, deviation, "weights" + std::to_string(i)).to(torch::kFloat));
        const auto back = normal(batch, width, 1, "gradient").to(torch::kFloat);
        const auto gradient = torch::autograd::grad({signal}, {input}, {back})[0].to(torch::kDouble);
        gradients.push_back(number(gradient.square().mean()) /
                            number(back.to(torch::kDouble).square().mean()));
      }
      result.push_back({{"activation", choice.text()}, {"factor", factor}, {"gradient", median(gradients)}});
    }
  }
  return result;
}

}  // namespace actlab
