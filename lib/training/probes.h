#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lib/core/shared_name.h"
#include "lib/layers/network.h"

namespace actlab {

/// What one activation site looked like after an epoch, on validation data, in evaluation mode.
struct SiteProbe {
  SharedName site;  // the module's path, e.g. "hidden.3.activation"
  long epoch = 0;   // 0 = before training
  double gradient_norm =
      0;  // ‖∂loss/∂(pre-activation)‖₂ over the probe batch; 0 where nothing is learned before
  double dead_fraction = 0;       // units whose output is exactly 0 on the whole validation set
  double saturated_fraction = 0;  // outputs other than 0 where |f'(x)| is at most 5 % of the row's largest
                                  // slope (of a multi-unit row: with respect to each of the output's inputs)
  double zero_fraction = 0;       // outputs that are exactly 0
  double mean = 0;                // of the pre-activations
  double variance = 0;            // population variance of the pre-activations
};

/// Measures every Activation below a network, in order of registration. A unit is a channel. A site that acts
/// several times in one forward pass (a recurrent cell, at each step) is measured over all of its calls,
/// which may differ in their number of rows. Leaves the network in evaluation mode and touches neither
/// gradients, running statistics nor random numbers, so training does not notice.
class Probes {
 public:
  explicit Probes(Network& network);

  /// Runs `forward_all` (a pass over the whole validation set, without gradients) while looking for dead
  /// units.
  void watch_dead_units(const std::function<void()>& forward_all);

  /// One forward and backward pass of `loss_of_batch` (returns the scalar loss of a fixed probe batch); fills
  /// in the other fields. dead_fraction is that of the last watch_dead_units(), 0 before it.
  std::vector<SiteProbe> measure(long epoch, const std::function<at::Tensor()>& loss_of_batch);

 private:
  struct Site;
  class Listening;
  Network& network_;
  std::vector<std::shared_ptr<Site>> sites_;
};

}  // namespace actlab
