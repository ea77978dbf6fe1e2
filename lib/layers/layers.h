#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "lib/activations/activation.h"

namespace actlab {

/// First module of a model: bytes (or floats) to standardised floats, channel by channel. Its mean and scale
/// (one over the deviation) are buffers, so a checkpoint carries the preprocessing with it.
class Standardise : public torch::nn::Module {
 public:
  /// mean, deviation: one number a channel, in the units of the input (0 to 255 for bytes); deviation > 0.
  Standardise(const std::vector<double>& mean, const std::vector<double>& deviation);

  /// x: [N, C, …] of any type → (x − mean)/deviation, float32. Throws a usage error for another number of
  /// channels.
  at::Tensor forward(const at::Tensor& x);

 private:
  at::Tensor mean_, scale_;
};

/// Inverted dropout (Srivastava et al. 2014) with a generator of its own, so that masks depend on the seed
/// and the site alone, not on the device (they are drawn on the CPU). Identity in evaluation.
class Dropout : public torch::nn::Module, public NoiseSite {
 public:
  enum class Form {
    inverted,  // dropped values become 0, the others are scaled to keep the mean
    alpha      // dropped values become SELU's lower limit, and all are scaled and shifted to keep mean 0 and
               // variance 1 (Klambauer et al. 2017, Self-normalizing neural networks, section 3)
  };
  explicit Dropout(double rate, Form form = Form::inverted);  // rate in [0, 1)
  at::Tensor forward(const at::Tensor& x);
  void set_noise(at::Generator generator) override { noise_ = std::move(generator); }

 private:
  double rate_;
  Form form_;
  at::Generator noise_;
};

/// Maximum over non-overlapping 2×2 windows of [N, C, H, W]; an odd last row or column is dropped, as
/// LibTorch's max_pool2d does. Same values, gradients (first maximum of a window wins; NaN wins) and memory
/// format, several times faster for dense float32 on the CPU, where it is differentiable once; other inputs,
/// and all of them where LibTorch's kernels are chosen, go to LibTorch's operator.
at::Tensor max_pool_2x2(const at::Tensor& x);

/// max_pool_2x2(activation.forward(x)) in less time and memory where the kernels are fused: the activation
/// handles one element a window, the largest one where pools_first() (blocks.h) allows, else the one that it
/// makes largest, and nothing as large as its result is stored. The same to rounding. A listener of the
/// activation gets all inputs and outputs, but those after the pooling where that comes first.
at::Tensor largest_activations(Activation& activation, const at::Tensor& x);

}  // namespace actlab
