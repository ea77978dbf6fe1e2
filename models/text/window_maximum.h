#pragma once

#include <torch/nn/modules/linear.h>

#include <memory>

#include "lib/activations/activation.h"

namespace actlab {

/// Filters over windows of consecutive words, an activation, and the maximum over time (Kim 2014,
/// Convolutional neural networks for sentence classification, section 2). Equal to a one-dimensional
/// convolution, the activation at every place, and a maximum over the windows that lie inside of the text.
///
/// The maximum passes the gradient of one place on, so the backward pass works on one window a text and
/// filter rather than on all. On the CPU in float32, and where the activation is a curve that draws nothing,
/// it sees those places alone, and so do the probes. Differentiable once.
class WindowMaximum : public torch::nn::Module {
 public:
  /// vector_width: numbers a word; window: words a filter sees; both ≥ 1.
  WindowMaximum(long vector_width, long window, long filters, const ActivationChoice& activation);

  /// vectors: [N, L, vector_width], 0 behind the end of each text; lengths: int64 [N], 1..L → [N, filters]. A
  /// text shorter than a window has one window, filled up with zeros.
  at::Tensor forward(const at::Tensor& vectors, const at::Tensor& lengths);

 private:
  at::Tensor at_largest_places(const at::Tensor& vectors, const at::Tensor& windows);
  at::Tensor at_all_places(const at::Tensor& vectors, const at::Tensor& windows);

  long window_;
  std::shared_ptr<torch::nn::LinearImpl> filters_;  // [filters, window · vector_width], word by word
  std::shared_ptr<Activation> activation_;
};

}  // namespace actlab
