#include "datasets/speech/augment.h"

#include <torch/torch.h>

#include <algorithm>

namespace actlab {
namespace {

/// True [N, length] in one stretch a row: width 0..widest, any place where it fits.
at::Tensor stretches(long count, long length, long widest, at::Generator& generator) {
  const auto width = torch::randint(0, std::min(widest, length) + 1, {count, 1}, generator, torch::kLong);
  const auto place = torch::rand({count, 1}, generator) * (length - width + 1);
  const auto begin = place.floor().to(torch::kLong), index = torch::arange(length).unsqueeze(0);
  return (index >= begin) & (index < begin + width);
}

}  // namespace

at::Tensor shift(const at::Tensor& clips, long longest, double fill, at::Generator& generator) {
  const long length = clips.size(-1);
  auto steps = torch::randint(-longest, longest + 1, {clips.size(0)}, generator, torch::kLong);
  auto source = torch::arange(length).unsqueeze(0) - steps.unsqueeze(1);
  while (source.dim() < clips.dim()) source = source.unsqueeze(1);
  const auto outside = (source < 0) | (source >= length);
  return clips.gather(-1, source.clamp(0, length - 1).expand(clips.sizes())).masked_fill(outside, fill);
}

at::Tensor add_noise(const at::Tensor& audio, double lowest, double highest, at::Generator& generator) {
  const auto ratio = torch::rand({audio.size(0), 1}, generator) * (highest - lowest) + lowest;
  const auto noise = torch::randn(audio.sizes(), generator);
  return audio + noise * audio.square().mean(1, true).sqrt() * torch::pow(10, -ratio / 20);
}

at::Tensor spec_augment(const at::Tensor& features, const SpecAugment& options, at::Generator& generator) {
  const long count = features.size(0);
  auto masked = torch::zeros(features.sizes(), torch::kBool);
  for (long i = 0; i < options.frequency_masks; ++i)
    masked |= stretches(count, features.size(1), options.frequency_width, generator).unsqueeze(2);
  for (long i = 0; i < options.time_masks; ++i)
    masked |= stretches(count, features.size(2), options.time_width, generator).unsqueeze(1);
  return torch::where(masked, features.mean({1, 2}, true), features);
}

}  // namespace actlab
