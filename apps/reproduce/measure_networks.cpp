// What small networks can represent and learn.

#include <torch/torch.h>

#include <cmath>

#include "apps/common/classification.h"
#include "apps/reproduce/dense_stack.h"
#include "apps/reproduce/measurements.h"
#include "lib/core/constants.h"
#include "lib/core/random.h"
#include "lib/statistics/moments.h"
#include "lib/training/trainer.h"

namespace actlab {
namespace {

using nlohmann::json;
constexpr long seeds = 5;

at::Tensor normal(long rows, long columns, long seed, const std::string& name) {
  return torch::empty({rows, columns}).normal_(0, 1, make_generator(seed, Stream::noise, name));
}

at::Tensor uniform(long rows, long columns, long seed, const std::string& name) {
  return torch::empty({rows, columns}).uniform_(-1, 1, make_generator(seed, Stream::noise, name));
}

/// A task of two classes: points of the plane (or more) and their labels.
struct Points {
  std::string name;
  Examples (*draw)(long count, long seed);
};

/// The signs of the two coordinates differ, or not.
Examples draw_xor(long count, long seed) {
  const auto x = uniform(count, 2, seed, "xor");
  return {{x}, (x.select(1, 0) * x.select(1, 1) > 0).to(torch::kLong)};
}

/// Two arms of one and a half turns each.
Examples draw_spirals(long count, long seed) {
  const auto along = (uniform(count, 1, seed, "spirals").squeeze(1) + 1) / 2;
  const auto arm = (torch::arange(count) % 2).to(torch::kLong);
  const auto radius = 0.15 + 0.85 * along;
  const auto angle = 3 * pi * along + pi * arm;
  const auto x = torch::stack({radius * angle.cos(), radius * angle.sin()}, 1);
  return {{2 * x + 0.04 * normal(count, 2, seed, "spread")}, arm};
}

/// Labels that have nothing to do with the points: what can be learned is learned by heart.
Examples draw_random(long count, long seed) {
  const auto label = uniform(count, 1, seed, "label").squeeze(1) > 0;
  return {{normal(count, 10, seed, "points")}, label.to(torch::kLong)};
}

/// Six by six fields in turn: corners everywhere.
Examples draw_checkerboard(long count, long seed) {
  const auto x = uniform(count, 2, seed, "checkerboard");
  return {{1.7 * x}, ((x * 3).floor().sum(1).remainder(2) > 0.5).to(torch::kLong)};
}

/// Rings about the centre: smooth everywhere.
Examples draw_rings(long count, long seed) {
  const auto x = uniform(count, 2, seed, "rings");
  return {{1.7 * x}, ((3.5 * pi * x.square().sum(1).sqrt()).sin() > 0).to(torch::kLong)};
}

/// Accuracy on `measured` after training on `training`.
double trained_accuracy(const ActivationChoice& choice, const std::vector<long>& widths, long seed,
                        const Examples& training, const Examples& measured, Hyperparameters hyper) {
  DenseStack network(choice, widths, seed);
  seed_noise(network, seed);
  const auto objective = classification_objective(2, hyper, false);
  TrainingOptions options;
  options.seed = seed;
  options.probes = false;
  const auto trained = train(network, training, measured, objective, hyper, options);
  if (trained.diverged) return 0.5;  // as good as a coin
  return evaluate(network, measured, objective, at::kCPU).at("accuracy");
}

std::vector<ActivationChoice> with_identity() {
  auto choices = article_activations();
  choices.insert(choices.begin(), resolve_activation(parse_spec("identity")));
  return choices;
}

/// The product of the weights of a network without activations, bias included, in float64.
at::Tensor as_one_map(DenseStack& network, const at::Tensor& x) {
  auto matrix = torch::eye(x.size(1), torch::kDouble);
  auto bias = torch::zeros({x.size(1)}, torch::kDouble);
  for (const auto& layer : network.layers()) {
    const auto weight = layer->weight.to(torch::kDouble).t();
    matrix = matrix.matmul(weight);
    bias = bias.matmul(weight) + layer->bias.to(torch::kDouble);
  }
  return x.to(torch::kDouble).matmul(matrix) + bias;
}

/// R² of the best affine map from x to y.
double linear_share(const at::Tensor& x, const at::Tensor& y) {
  const auto with_one = torch::cat({x, torch::ones({x.size(0), 1}, x.options())}, 1);
  const auto solution = std::get<0>(torch::linalg_lstsq(with_one, y));
  const auto rest = (y - with_one.matmul(solution)).square().sum(), all = (y - y.mean(0)).square().sum();
  return 1 - (rest / all).item<double>();
}

/// ∂outputs/∂inputs at each row of x: [N, outputs, inputs].
at::Tensor jacobians(DenseStack& network, const at::Tensor& points) {
  const auto x = points.clone().requires_grad_();
  const auto y = network.forward(x);
  std::vector<at::Tensor> rows;
  for (long i = 0; i < y.size(1); ++i)
    rows.push_back(torch::autograd::grad({y.select(1, i).sum()}, {x}, {}, /*retain_graph=*/true)[0]);
  return torch::stack(rows, 1);
}

}  // namespace

json measure_linearity() {
  const torch::NoGradGuard no_grad;
  const auto x = normal(2000, 8, 0, "linearity");
  DenseStack identities(resolve_activation(parse_spec("identity")), std::vector<long>(17, 8), 0);
  const auto wanted = as_one_map(identities, x);
  const double error = (identities.forward(x).to(torch::kDouble) - wanted).abs().max().item<double>() /
                       wanted.abs().max().item<double>();
  json shares;
  for (const auto& choice : with_identity()) {
    std::vector<double> of_seeds;
    for (long seed = 0; seed < seeds; ++seed) {
      DenseStack network(choice, {8, 32, 32, 32, 4}, seed);
      network.eval();
      of_seeds.push_back(linear_share(x.to(torch::kDouble), network.forward(x).to(torch::kDouble)));
    }
    shares[choice.text()] = median(of_seeds);
  }
  return {{"layers", 16}, {"matrix_error", error}, {"linear_share", shares}};
}

json measure_boundaries() {
  Hyperparameters hyper;
  hyper.epochs = 60;
  hyper.batch_size = 50;
  hyper.lr = 0.01;
  json result;
  for (const auto& [name, draw] : {Points{"xor", draw_xor}, {"spirals", draw_spirals}}) {
    for (const auto& choice : with_identity()) {
      for (long seed = 0; seed < seeds; ++seed) {
        const double accuracy =
            trained_accuracy(choice, {2, 32, 32, 2}, seed, draw(600, seed), draw(1000, seed + 1000), hyper);
        result[name][choice.text()].push_back(accuracy);
      }
    }
  }
  return result;
}

json measure_capacity() {
  Hyperparameters hyper;
  hyper.epochs = 150;
  hyper.batch_size = 100;
  json result;
  // Inputs, and so many points that not every activation fits all of them.
  const std::vector<std::tuple<Points, long, long>> tried = {{{"random labels", draw_random}, 10, 1000},
                                                             {{"checkerboard", draw_checkerboard}, 2, 400},
                                                             {{"rings", draw_rings}, 2, 400}};
  for (const auto& [points, inputs, count] : tried) {
    for (const auto& choice : article_activations()) {
      for (long seed = 0; seed < seeds; ++seed) {
        const auto examples = points.draw(count, seed);
        double best = 0;
        for (const double lr : {0.003, 0.03}) {
          hyper.lr = lr;
          best =
              std::max(best, trained_accuracy(choice, {inputs, 24, 24, 2}, seed, examples, examples, hyper));
        }
        result[points.name][choice.text()].push_back(best);
      }
    }
  }
  return result;
}

json measure_linear_maps() {
  auto result = json::array();
  const auto x = normal(300, 16, 0, "points").to(torch::kDouble);
  auto direction = normal(300, 16, 1, "directions").to(torch::kDouble);
  direction = direction / direction.norm(2, {1}, true) * x.norm(2, {1}, true);
  for (const auto& choice : article_activations()) {
    DenseStack network(choice, {16, 32, 32, 32, 4}, 0);
    network.to(torch::kDouble);
    network.eval();
    const auto maps = jacobians(network, x);
    for (const double radius : {1e-4, 1e-3, 1e-2, 1e-1, 1.0}) {
      const auto step = radius * direction;
      const auto linear = maps.matmul(step.unsqueeze(2)).squeeze(2);
      const auto real = network.forward(x + step) - network.forward(x);
      const auto error = ((real - linear).norm(2, {1}) / real.norm(2, {1})).detach();
      result.push_back({{"activation", choice.text()},
                        {"radius", radius},
                        {"error", error.median().item<double>()},
                        {"exact", (error < 1e-9).to(torch::kDouble).mean().item<double>()}});
    }
  }
  return result;
}

}  // namespace actlab
