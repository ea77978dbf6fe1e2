#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace actlab {

/// Each clip (last dimension) moved by up to `longest` steps to either side; what comes in is `fill`. For
/// samples and for frames of features alike.
at::Tensor shift(const at::Tensor& clips, long longest, double fill, at::Generator& generator);

/// White noise in float audio [N, samples], at a signal-to-noise ratio drawn evenly from lowest..highest dB
/// for each clip. Silence stays silent.
at::Tensor add_noise(const at::Tensor& audio, double lowest, double highest, at::Generator& generator);

/// SpecAugment without time warping (Park et al. 2019): bands and stretches of time of random width and
/// place, replaced by the clip's mean.
struct SpecAugment {
  long frequency_masks = 1, frequency_width = 8;  // width: at most as many channels
  long time_masks = 1, time_width = 20;           // frames
};
at::Tensor spec_augment(const at::Tensor& features, const SpecAugment& options, at::Generator& generator);

}  // namespace actlab
