#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace actlab {

enum class MelScale {
  htk,    // 2595 lg(1 + f / 700); triangles of height 1 (HTK, torchaudio's default)
  slaney  // linear below 1 kHz, logarithmic above; triangles of area 1 in Hz (Auditory Toolbox, librosa's
          // default)
};

enum class Compression {
  log,  // natural logarithm of energy + floor
  pcen  // per-channel energy normalisation (Wang et al. 2017), floor as its epsilon
};

/// How a clip becomes a picture of times and frequencies.
struct FeatureOptions {
  long sample_rate = 16'000;
  double window = 25, hop = 10;  // ms; periodic Hann window
  long mels = 40;
  double low = 20, high = 0;  // Hz; high 0: half the sample rate
  MelScale scale = MelScale::htk;
  Compression compression = Compression::log;
  double floor = 1e-6;
  long coefficients = 0;  // > 0: as many of the orthonormal DCT-II of the bands (MFCC)
};

/// Channels (bands or coefficients) and frames of a clip: 1 + (samples - window) / hop, so no frame reaches
/// beyond the clip. Throws a usage error for options that cannot be: window longer than the clip or shorter
/// than a hop, frequencies outside 0..rate/2, more coefficients than bands, and more bands than the spectrum
/// can tell apart.
struct FeatureShape {
  long channels, frames;
};
FeatureShape feature_shape(long samples, const FeatureOptions& options);

/// Float [N, channels, frames] of clips [N, samples], int16 or float (-1..1): power spectrum of windowed
/// frames, filled with zeros up to the next power of two; mel bands; compression; DCT. As librosa computes
/// them with center=False and htk=True, norm=None or htk=False, norm='slaney'; frames begin at multiples of
/// the hop. Throws as feature_shape does.
at::Tensor features(const at::Tensor& audio, const FeatureOptions& options);

/// Triangular filters, float [mels, fft / 2 + 1].
at::Tensor mel_filters(const FeatureOptions& options);

}  // namespace actlab
