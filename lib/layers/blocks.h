#pragma once

// The pieces that models of every domain are made of.

#include <torch/nn/modules/container/sequential.h>

#include <memory>
#include <string>
#include <vector>

#include "lib/activations/activation.h"
#include "lib/core/spec.h"
#include "lib/layers/layers.h"

namespace actlab {

/// Modules one after the other; unlike LibTorch's Sequential, it can itself be part of another.
class Chain : public torch::nn::SequentialImpl {
 public:
  virtual at::Tensor forward(const at::Tensor& x) { return torch::nn::SequentialImpl::forward(x); }
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

/// An argument that is a list of sizes joined with dashes, `512-256-128`, each in [low, high].
std::vector<long> sizes_argument(const Spec& model, const std::string& key, const std::string& fallback,
                                 long low, long high);

/// Appends the norm of that name (nothing for "none") over [N, channels], or [N, channels, H, W] where
/// `spatial`.
void append_norm(Chain& chain, const std::string& norm, long channels, bool spatial);

/// Appends a fresh activation of `channels` outputs.
void append_activation(Chain& chain, long channels, const LayerStyle& style);

/// Whether max(f(x)) = f(max(x)) for this activation f, whatever it learns: element-wise, never decreasing,
/// nothing learned (a negative PReLU slope turns the order round), nothing drawn. Values and gradients are
/// then the same; where rounding makes f equal at two places of a window, the gradient may go to the other
/// one.
bool pools_first(const ActivationChoice& activation);

/// linear → norm → activation → dropout, [N, inputs] → [N, outputs]. The linear part and its norm are as wide
/// as the activation's input: outputs times its width factor. A norm takes the place of the bias. sees_data:
/// the input is no activation's output (initialise.h).
std::shared_ptr<Chain> dense_layer(long inputs, long outputs, const LayerStyle& style,
                                   bool sees_data = false);

}  // namespace actlab
