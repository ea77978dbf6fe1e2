#include "apps/speech_recognition/explain.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "apps/common/classification.h"

namespace actlab {
namespace {

constexpr double patch_time = 100;  // ms
constexpr long patch_share = 5;     // of all bands

/// Where patches of `length` begin so that they overlap by half and reach both ends.
std::vector<long> places(long whole, long length) {
  std::vector<long> begins;
  for (long begin = 0; begin < whole - length; begin += std::max(1L, length / 2)) begins.push_back(begin);
  begins.push_back(whole - length);
  return begins;
}

/// One mask a patch: bool [patches, channels, frames].
at::Tensor make_patches(long channels, long frames, const FeatureOptions& options) {
  const long width = std::clamp(std::lround(patch_time / options.hop), 1L, frames);
  const long height = options.coefficients > 0 ? channels : std::max(1L, channels / patch_share);
  std::vector<at::Tensor> patches;
  for (const long band : places(channels, height)) {
    for (const long frame : places(frames, width)) {
      patches.push_back(torch::zeros({channels, frames}, torch::kBool));
      patches.back().slice(0, band, band + height).slice(1, frame, frame + width).fill_(true);
    }
  }
  return torch::stack(patches);
}

}  // namespace

at::Tensor explain(const Recogniser& recogniser, const at::Tensor& heard) {
  const torch::NoGradGuard no_grad;
  const auto& options = recogniser.format().features;
  const auto patches = make_patches(heard.size(1), heard.size(2), options);
  const auto mean = torch::tensor(recogniser.description().at("facts").at("mean").get<std::vector<double>>())
                        .to(torch::kFloat)
                        .view({1, -1, 1});
  const auto logits = recogniser.judge(heard);
  const auto winner = logits.argmax(1);
  constexpr long batch = 64;
  std::vector<at::Tensor> leads;
  for (const auto& some : patches.split(batch))
    leads.push_back(lead(recogniser.judge(torch::where(some, mean, heard)), winner));
  const auto loss = lead(logits, winner) - torch::cat(leads);
  const auto weight = patches.to(torch::kFloat);
  const auto effect = (weight * loss.view({-1, 1, 1})).sum(0) / weight.sum(0);
  return options.coefficients > 0 ? effect.slice(0, 0, 1) : effect;
}

}  // namespace actlab
