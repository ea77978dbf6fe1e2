#include "lib/layers/propagation.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include "lib/activations/activation.h"
#include "lib/core/random.h"
#include "lib/layers/initialise.h"
#include "lib/layers/network.h"

namespace actlab {
namespace {

/// Activations of one width, a linear layer behind each.
class Stack : public Network {
 public:
  Stack(const ActivationChoice& choice, long layers, long width) {
    // A network's first linear layer sees data rather than an activation's output and is drawn in its own way
    // (initialise.h): this one takes that place, and the stack is what follows.
    register_module("data", torch::nn::Linear(1, 1));
    for (long i = 0; i < layers; ++i) {
      activation_.push_back(
          register_module(fmt::format("activation{}", i), std::make_shared<Activation>(choice, width)));
      linear_.push_back(
          register_module(fmt::format("linear{}", i), torch::nn::Linear(width, choice.input_width(width))));
    }
  }

  at::Tensor layer(size_t index, const at::Tensor& x) {
    return linear_[index]->forward(activation_[index]->forward(x));
  }

  at::Tensor forward(const std::vector<at::Tensor>& inputs) override {
    auto signal = inputs.front();
    for (size_t i = 0; i < linear_.size(); ++i) signal = layer(i, signal);
    return signal;
  }

 private:
  std::vector<std::shared_ptr<Activation>> activation_;
  std::vector<torch::nn::Linear> linear_;
};

double mean_square(const at::Tensor& x) {
  return x.detach().to(torch::kDouble).square().mean().item<double>();
}

/// [batch, inputs], each purpose with numbers of its own.
at::Tensor normal(long inputs, const PropagationSettings& settings, const std::string& purpose) {
  return torch::empty({settings.batch, inputs})
      .normal_(0, 1, make_generator(settings.seed, Stream::noise, purpose));
}

}  // namespace

std::vector<Propagation> propagate(const ActivationChoice& choice, const std::vector<long>& depths,
                                   const PropagationSettings& settings) {
  Stack stack(choice, depths.back(), settings.width);
  initialise(stack, settings.policy, choice, settings.seed);
  seed_noise(stack, settings.seed);
  for (auto& parameter : stack.parameters()) parameter.requires_grad_(false);  // gradients of signals only

  const long inputs = choice.input_width(settings.width);
  const auto input = normal(inputs, settings, "input").requires_grad_();
  const auto direction = normal(inputs, settings, "gradient");
  std::vector<Propagation> result;
  auto signal = input;
  for (const long depth : depths) {
    for (long i = result.empty() ? 0 : result.back().layers; i < depth; ++i)
      signal = stack.layer(static_cast<size_t>(i), signal);
    const auto gradient = torch::autograd::grad({signal}, {input}, {direction}, /*retain_graph=*/true)[0];
    result.push_back(
        {depth, mean_square(signal) / mean_square(input), mean_square(gradient) / mean_square(direction)});
  }
  return result;
}

}  // namespace actlab
