#pragma once

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <memory>
#include <string>
#include <vector>

#include "lib/activations/activation.h"
#include "lib/core/random.h"
#include "lib/core/runtime.h"
#include "lib/layers/layers.h"
#include "lib/training/trainer.h"
#include "tests/errors.h"

namespace actlab::test {

inline ActivationChoice choice(const std::string& text) { return resolve_activation(parse_spec(text)); }

/// 5 numbers → 7 hidden units → 3 classes; with batch normalisation and dropout on request.
class Tiny : public Network {
 public:
  explicit Tiny(const std::string& text, bool noisy = false)
      : first(register_module("first", torch::nn::Linear(5, 7))),
        norm(noisy ? register_module("norm", torch::nn::BatchNorm1d(7)) : nullptr),
        activation(register_module("activation", std::make_shared<Activation>(choice(text), 7))),
        dropout(noisy ? register_module("dropout", std::make_shared<Dropout>(0.2)) : nullptr),
        second(register_module("second", torch::nn::Linear(7, 3))) {
    const torch::NoGradGuard no_grad;
    for (const auto& layer : {first, second}) {
      for (const auto& item : layer->named_parameters()) {
        auto generator = make_generator(layer->options.in_features(), Stream::initialisation, item.key());
        at::Tensor(item.value()).normal_(0, 0.5, generator);
      }
    }
  }

  at::Tensor forward(const std::vector<at::Tensor>& inputs) override {
    if (is_training()) seen.push_back(inputs[0].select(1, 0).clone());
    auto x = first(inputs[0]);
    if (norm) x = norm(x);
    x = activation->forward(x);
    if (dropout) x = dropout->forward(x);
    return second(x);
  }

  torch::nn::Linear first;
  torch::nn::BatchNorm1d norm;
  std::shared_ptr<Activation> activation;
  std::shared_ptr<Dropout> dropout;
  torch::nn::Linear second;
  std::vector<at::Tensor> seen;  // first column of every training batch
};

/// Standard normal rows; the class is the largest of three of the numbers, so there is something to learn.
inline Examples blobs(long count, long seed = 0) {
  auto generator = make_generator(seed, Stream::split, "blobs");
  const auto inputs = torch::randn({count, 5}, generator);
  return {{inputs}, inputs.slice(1, 0, 3).argmax(1)};
}

inline Objective classification() {
  Objective objective;
  objective.loss = [](const at::Tensor& outputs, const at::Tensor& targets) {
    return torch::nn::functional::cross_entropy(outputs, targets);
  };
  objective.metrics = [] { return std::make_unique<ClassificationMetrics>(3); };
  return objective;
}

inline std::vector<at::Tensor> state(const Network& network) {
  std::vector<at::Tensor> tensors;
  for (const auto& tensor : network.parameters()) tensors.push_back(tensor.detach().clone());
  for (const auto& tensor : network.buffers()) tensors.push_back(tensor.detach().clone());
  return tensors;
}

/// Bit for bit.
inline bool same(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const at::Tensor& x, const at::Tensor& y) { return x.equal(y); });
}

}  // namespace actlab::test
