#include "datasets/speech/features.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "lib/core/constants.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

long to_samples(double milliseconds, const FeatureOptions& options) {
  return std::lround(milliseconds * static_cast<double>(options.sample_rate) / 1000);
}

long fft_size(const FeatureOptions& options) {
  long size = 1;
  while (size < to_samples(options.window, options)) size *= 2;
  return size;
}

double top_frequency(const FeatureOptions& options) {
  return options.high > 0 ? options.high : static_cast<double>(options.sample_rate) / 2;
}

// Slaney (1998): 200/3 Hz a mel up to 1 kHz, then 27 mel for every factor of 6.4.
constexpr double slaney_slope = 200.0 / 3, slaney_knee = 1000;
const double slaney_step = std::log(6.4) / 27;

double to_mel(double frequency, MelScale scale) {
  if (scale == MelScale::htk) return 2595 * std::log10(1 + frequency / 700);
  if (frequency < slaney_knee) return frequency / slaney_slope;
  return slaney_knee / slaney_slope + std::log(frequency / slaney_knee) / slaney_step;
}

double to_frequency(double mel, MelScale scale) {
  if (scale == MelScale::htk) return 700 * (std::pow(10, mel / 2595) - 1);
  constexpr double knee = slaney_knee / slaney_slope;
  return mel < knee ? mel * slaney_slope : slaney_knee * std::exp((mel - knee) * slaney_step);
}

/// Orthonormal DCT-II, float [coefficients, mels].
at::Tensor dct(long coefficients, long mels) {
  const auto k = torch::arange(coefficients, torch::kDouble).unsqueeze(1);
  const auto n = torch::arange(mels, torch::kDouble) + 0.5;
  auto basis =
      torch::cos(pi / static_cast<double>(mels) * k * n) * std::sqrt(2.0 / static_cast<double>(mels));
  basis[0] *= std::sqrt(0.5);
  return basis.to(torch::kFloat);
}

/// (E / (floor + M)^alpha + delta)^r - delta^r with the smoothed energy M(t) = (1 - s) M(t-1) + s E(t), M(0)
/// = E(0), and the paper's constants (Wang et al. 2017, Trainable frontend for robust and far-field keyword
/// spotting). `energy`: [N, channels, frames].
at::Tensor pcen(const at::Tensor& energy, double floor) {
  constexpr double alpha = 0.98, delta = 2, r = 0.5, s = 0.025;
  auto smooth = torch::empty_like(energy);
  smooth.select(2, 0).copy_(energy.select(2, 0));
  for (long t = 1; t < energy.size(2); ++t) {
    auto now = smooth.select(2, t);
    now.copy_(smooth.select(2, t - 1)).lerp_(energy.select(2, t), s);
  }
  return (energy / (smooth + floor).pow(alpha) + delta).pow(r) - std::pow(delta, r);
}

/// One batch small enough for the cache: float [n, samples] to [n, mels, frames].
at::Tensor mel_energies(const at::Tensor& audio, const at::Tensor& window, const at::Tensor& filters,
                        long hop, long fft) {
  const auto frames = audio.unfold(1, window.size(0), hop) * window;
  // Real and imaginary parts side by side: each filter weighs the squares of both.
  const auto spectrum = torch::view_as_real(torch::fft_rfft(frames, fft)).flatten(2).square_();
  return spectrum.matmul(filters).transpose(1, 2);
}

void check(const FeatureOptions& options, long samples) {
  const auto refuse = [](const std::string& what, const std::string& given, const std::string& allowed) {
    throw usage_error(what + " is out of range", given, allowed);
  };
  const long window = to_samples(options.window, options), hop = to_samples(options.hop, options);
  const double top = top_frequency(options), half = static_cast<double>(options.sample_rate) / 2;
  if (hop < 1 || window < hop || window > samples) {
    refuse("the window or hop of features", fmt::format("{} and {} ms", options.window, options.hop),
           fmt::format("hop <= window <= {} ms, the clip's length",
                       1000.0 * static_cast<double>(samples) / (2 * half)));
  }
  if (!(options.low >= 0 && options.low < top && top <= half))
    refuse("the frequency range", fmt::format("{} to {} Hz", options.low, top),
           fmt::format("0 to {} Hz", half));
  if (options.mels < 1 || options.coefficients < 0 || options.coefficients > options.mels) {
    refuse("the number of bands or coefficients",
           fmt::format("{} coefficients of {} bands", options.coefficients, options.mels),
           "at least one band, and no more coefficients than bands");
  }
  if (!(options.floor > 0)) refuse("the floor", fmt::format("{}", options.floor), "above 0");
}

}  // namespace

FeatureShape feature_shape(long samples, const FeatureOptions& options) {
  check(options, samples);
  const long window = to_samples(options.window, options), hop = to_samples(options.hop, options);
  return {options.coefficients > 0 ? options.coefficients : options.mels, 1 + (samples - window) / hop};
}

at::Tensor mel_filters(const FeatureOptions& options) {
  const double low = to_mel(options.low, options.scale), high = to_mel(top_frequency(options), options.scale);
  std::vector<double> edges;
  for (long i = 0; i < options.mels + 2; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(options.mels + 1);
    edges.push_back(to_frequency(low + (high - low) * part, options.scale));
  }
  const auto edge = torch::tensor(edges, torch::kDouble).unsqueeze(1);
  const auto left = edge.slice(0, 0, options.mels), middle = edge.slice(0, 1, options.mels + 1),
             right = edge.slice(0, 2);
  const long fft = fft_size(options);
  const auto bins = torch::arange(fft / 2 + 1, torch::kDouble) * static_cast<double>(options.sample_rate) /
                    static_cast<double>(fft);
  auto filters =
      torch::minimum((bins - left) / (middle - left), (right - bins) / (right - middle)).clamp_min(0);
  if (options.scale == MelScale::slaney) filters = filters * 2 / (right - left);
  if ((filters.sum(1) == 0).any().item<bool>()) {
    throw usage_error("there are more mel bands than the spectrum can tell apart",
                      fmt::format("{} bands", options.mels),
                      "fewer bands, a longer window or a wider range of frequencies");
  }
  return filters.to(torch::kFloat);
}

at::Tensor features(const at::Tensor& audio, const FeatureOptions& options) {
  const auto [channels, frames] = feature_shape(audio.size(1), options);
  const auto window = torch::hann_window(to_samples(options.window, options));
  const auto filters = mel_filters(options).repeat_interleave(2, 1).t().contiguous();
  const double scale = audio.scalar_type() == torch::kShort ? 1.0 / 32768 : 1.0;
  const auto basis = options.coefficients > 0 ? dct(options.coefficients, options.mels) : at::Tensor();
  auto result = torch::empty({audio.size(0), channels, frames});
  constexpr long batch = 16;
  for (long begin = 0; begin < audio.size(0); begin += batch) {
    const long count = std::min(batch, audio.size(0) - begin);
    const auto samples = audio.narrow(0, begin, count).to(torch::kFloat) * scale;
    auto energy = mel_energies(samples, window, filters, to_samples(options.hop, options), fft_size(options));
    auto picture = options.compression == Compression::pcen ? pcen(energy, options.floor)
                                                            : (energy + options.floor).log_();
    result.narrow(0, begin, count).copy_(basis.defined() ? basis.matmul(picture) : picture);
  }
  return result;
}

}  // namespace actlab
