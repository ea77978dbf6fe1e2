#include "apps/speech_recognition/augmentation.h"

#include <torch/torch.h>

#include <cmath>

#include "datasets/speech/augment.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

constexpr double longest_shift = 100;                                        // ms
constexpr double noisy_share = 0.8, quietest_noise = 40, loudest_noise = 0;  // dB below the clip
constexpr long mask_share = 5;  // a mask is at most this part of all bands or frames

RandomChange::Change shift_change(const ClipFormat& format) {
  const long frames = std::lround(longest_shift / format.features.hop);
  // What comes in are features of zeros, as if the clip itself had been shifted.
  const auto silence = features(torch::zeros({1, format.samples}), format.features).slice(2, 0, 1);
  return [=](const at::Tensor& x, at::Generator& generator) {
    return shift(x - silence, frames, 0, generator).add_(silence);
  };
}

RandomChange::Change noise_change(const ClipFormat& format) {
  return [=](const at::Tensor& audio, at::Generator& generator) {
    const auto noisy = torch::rand({audio.size(0), 1}, generator) < noisy_share;
    const auto clean = audio.to(torch::kFloat) / 32768;
    const auto heard = add_noise(clean, loudest_noise, quietest_noise, generator);
    return features(torch::where(noisy, heard, clean), format.features);
  };
}

RandomChange::Change spec_change() {
  return [](const at::Tensor& x, at::Generator& generator) {
    return spec_augment(x, {1, x.size(1) / mask_share, 1, x.size(2) / mask_share}, generator);
  };
}

}  // namespace

Augmentation parse_augmentation(const std::string& text) {
  if (text == "none") return {};
  if (text == "all") return {true, true, true};
  Augmentation augmentation;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const auto name = text.substr(begin, end - begin);
    if (name != "shift" && name != "noise" && name != "spec")
      throw unknown_name("augmentation", name, {"none", "shift", "noise", "spec", "all"});
    augmentation.shift |= name == "shift";
    augmentation.noise |= name == "noise";
    augmentation.spec |= name == "spec";
    begin = end + 1;
  }
  return augmentation;
}

std::string to_text(const Augmentation& augmentation) {
  std::vector<std::string> names;
  if (augmentation.shift) names.emplace_back("shift");
  if (augmentation.noise) names.emplace_back("noise");
  if (augmentation.spec) names.emplace_back("spec");
  return names.empty() ? "none" : join(names, ",");
}

at::Tensor RandomChange::forward(const at::Tensor& batch) {
  if (!is_training()) return batch;
  const torch::NoGradGuard no_grad;
  return change_(batch.cpu(), noise_).to(batch.device());
}

AugmentedNetwork::AugmentedNetwork(std::shared_ptr<Network> model, const Augmentation& augmentation,
                                   const ClipFormat& format)
    : model_(register_module("model", std::move(model))) {
  const auto add = [&](bool wanted, const char* name, const RandomChange::Change& change) {
    return wanted ? register_module(name, std::make_shared<RandomChange>(change)) : nullptr;
  };
  noise_ = add(augmentation.noise, "noise", noise_change(format));
  shift_ = add(augmentation.shift, "shift", shift_change(format));
  spec_ = add(augmentation.spec, "spec", spec_change());
}

at::Tensor AugmentedNetwork::forward(const std::vector<at::Tensor>& inputs) {
  const bool from_audio = noise_ && is_training();
  at::Tensor x = from_audio ? noise_->forward(inputs.at(1)) : inputs.at(0);
  if (shift_) x = shift_->forward(x);
  if (spec_) x = spec_->forward(x);
  return model_->forward({x});
}

}  // namespace actlab
