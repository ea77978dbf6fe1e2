#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <string>
#include <vector>

#include "lib/activations/catalogue.h"

namespace actlab {

/// A module that draws random numbers while it trains, from a stream of its own.
class NoiseSite {
 public:
  virtual ~NoiseSite() = default;
  virtual void set_noise(at::Generator generator) = 0;
};

/// One place in a network where an activation acts. Holds a row of the catalogue and that row's own
/// parameters; builders create a fresh one at each site and always pass the width.
class Activation : public torch::nn::Module, public NoiseSite {
 public:
  /// `channels`: output width of the site, the size of dimension `channel_dimension` of forward()'s result
  /// (negative counts from the end). What the row learns becomes a registered parameter of its name, of shape
  /// [channels], or [values, channels] for several values a channel; channels is 1 when shared. Frozen ones
  /// stay constants of the choice. Normalising rows register the buffers running_mean and running_variance.
  Activation(ActivationChoice choice, long channels, long channel_dimension = 1);

  /// x: [N, input_width(channels), …] → [N, channels, …]; differentiable in x and the learned parameters.
  /// Throws an Error when the width does not fit, or when a random row trains before set_noise().
  at::Tensor forward(const at::Tensor& x);

  /// The same, unheard by the listener: for values that the network does not go on with.
  at::Tensor value(const at::Tensor& x);

  /// The same where y = value(x) is known already, as float32 in memory as x, and no more than its gradients
  /// are missing.
  at::Tensor with_value(const at::Tensor& x, const at::Tensor& y);

  const ActivationChoice& choice() const { return choice_; }
  long channel_dimension() const { return channel_dimension_; }
  void set_noise(at::Generator generator) override { noise_ = std::move(generator); }

  /// While set, called after each forward with (input, output); the probes listen here.
  using Listener = std::function<void(const at::Tensor& input, const at::Tensor& output)>;
  void set_listener(Listener listener) { listener_ = std::move(listener); }
  bool has_listener() const { return listener_ != nullptr; }

 private:
  void check_input(const at::Tensor& x, long dimension) const;
  std::vector<at::Tensor> shaped_parameters(const at::Tensor& x, long dimension) const;

  ActivationChoice choice_;
  long channels_;
  long channel_dimension_;
  std::vector<at::Tensor> numbers_;  // one per ActivationChoice::learned()
  std::vector<at::Tensor> state_;    // running mean and variance of normalising rows
  at::Generator noise_;
  Listener listener_;
};

/// Gives every NoiseSite below `module` its own generator, derived from the seed and the site's path.
void seed_noise(torch::nn::Module& module, long seed);

}  // namespace actlab
