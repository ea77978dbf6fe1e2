#pragma once

// The pieces that the vision models are made of.

#include <torch/nn/modules/container/sequential.h>

#include <memory>
#include <string>
#include <vector>

#include "lib/activations/activation.h"
#include "lib/layers/layers.h"
#include "models/vision/vision.h"

namespace actlab {

/// Modules one after the other; unlike LibTorch's Sequential, it can itself be part of another.
class Chain : public torch::nn::SequentialImpl {
 public:
  at::Tensor forward(const at::Tensor& x) { return torch::nn::SequentialImpl::forward(x); }
};

/// A network over images: standardises its input, then computes logits.
class VisionNetwork : public Network {
 public:
  explicit VisionNetwork(const ImageShape& shape);
  /// inputs: one tensor [N, C, H, W], bytes or floats in 0..255 → [N, classes].
  at::Tensor forward(const std::vector<at::Tensor>& inputs) final;

 private:
  virtual at::Tensor logits(const at::Tensor& x) = 0;  // x: [N, C, H, W], standardised
  std::shared_ptr<Standardise> standardise_;
};

/// What the hidden layers of one network have in common.
struct LayerStyle {
  ActivationChoice activation;
  std::string norm = "none";  // none, batch (Ioffe & Szegedy 2015), layer (Ba et al. 2016)
  double dropout = 0;         // after each dense layer's activation
  bool equal_parameters = false;

  /// The width of a hidden layer that has `ordinary` outputs with an ordinary activation: the same, or, where
  /// parameters are to be equal, times 2/(1 + width factor): ⅔ for gated linear units (Shazeer 2020, GLU
  /// variants improve transformer), 4/3 for CReLU. A layer costs its width once as outputs, times the factor,
  /// and once as the next layer's inputs; the sum of both stays. Whole models come within a quarter of the
  /// ordinary count for factors of 2 and ½, because layers between two that both change, or beside the
  /// images, weigh otherwise. Rounded to a width that the activation can have.
  long width(long ordinary) const;
};

/// The arguments `norm`, `dropout` and `equal_parameters` of a model.
LayerStyle layer_style(const Spec& model, const ActivationChoice& activation, const std::string& norm);

struct Convolution {
  long kernel = 3;
  std::vector<long> padding = {1, 1};  // rows above and below, columns left and right
  long stride = 1;
};

/// linear → norm → activation → dropout, [N, inputs] → [N, outputs]. The linear part and its norm are as wide
/// as the activation's input: outputs times its width factor. A norm takes the place of the bias.
std::shared_ptr<Chain> dense_layer(long inputs, long outputs, const LayerStyle& style);

/// conv → norm, without an activation: [N, inputs, H, W] → [N, outputs, H', W'].
std::shared_ptr<Chain> convolution(long inputs, long outputs, const LayerStyle& style,
                                   const Convolution& form = {});

/// conv → norm → activation, as wide as the activation asks for.
std::shared_ptr<Chain> conv_layer(long inputs, long outputs, const LayerStyle& style,
                                  const Convolution& form = {});

/// conv → norm → activation → 2×2 maximum pooling. Where pools_first() allows, the pooling comes before the
/// activation, which then handles a quarter of the values; probes see what the activation sees.
std::shared_ptr<Chain> pooled_conv_layer(long inputs, long outputs, const LayerStyle& style,
                                         const Convolution& form = {});

/// Whether max(f(x)) = f(max(x)) for this activation f, whatever it learns: element-wise, never decreasing,
/// nothing learned (a negative PReLU slope turns the order round), nothing drawn. Values and gradients are
/// then the same; where rounding makes f equal at two places of a window, the gradient may go to the other
/// one.
bool pools_first(const ActivationChoice& activation);

/// Throws a usage error unless height and width are at least `smallest`.
void require_size(const std::string& model, const ImageShape& shape, long smallest);

}  // namespace actlab
