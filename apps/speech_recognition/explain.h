#pragma once

#include "apps/speech_recognition/recogniser.h"

namespace actlab {

/// What decided a model's word for one clip: how much each band and frame adds to the lead of the most
/// probable class, its logit less the mean of the others'. By occlusion (Zeiler and Fergus 2014, Visualizing
/// and understanding convolutional networks, section 4.2): patches of the features [1, channels, frames] are
/// covered with the training mean, and the lead that is lost is averaged over the patches that cover a place.
/// No gradient is asked for, so flat activations hide nothing. Patches are about 100 ms long and a fifth of
/// the bands high; cepstral coefficients are no frequencies, so of these all are covered together.
/// Returns float [channels, frames]; of coefficients [1, frames].
at::Tensor explain(const Recogniser& recogniser, const at::Tensor& heard);

}  // namespace actlab
