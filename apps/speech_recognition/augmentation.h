#pragma once

#include <memory>
#include <string>

#include "apps/speech_recognition/clip_format.h"
#include "lib/activations/activation.h"
#include "lib/layers/network.h"

namespace actlab {

/// How training clips are changed at random, a factor of an experiment: every activation sees the same
/// changes.
struct Augmentation {
  bool shift = false;  // by up to 100 ms to either side, as the Speech Commands protocol does
  bool noise = false;  // white, 0 to 40 dB below the clip, in 80 % of the clips, as many as in that protocol:
                       // a network that never trains on clean clips fails on them
  bool spec =
      false;  // SpecAugment: a stretch of up to a fifth of bands, and of frames, takes the clip's mean
};

/// `none`, `all`, or names with commas between, in any order.
Augmentation parse_augmentation(const std::string& text);
/// As parse_augmentation reads it; equal augmentation, equal text.
std::string to_text(const Augmentation& augmentation);

/// A random change of a batch in training, drawn from a stream of its own; no change in evaluation.
class RandomChange : public torch::nn::Module, public NoiseSite {
 public:
  using Change = std::function<at::Tensor(const at::Tensor& batch, at::Generator& generator)>;
  explicit RandomChange(Change change) : change_(std::move(change)) {}

  /// The change happens on the CPU, where the generator is; the result goes to the batch's device.
  at::Tensor forward(const at::Tensor& batch);
  void set_noise(at::Generator generator) override { noise_ = std::move(generator); }

 private:
  Change change_;
  at::Generator noise_;
};

/// A speech model behind the augmentation of its training clips, of which the model knows nothing.
class AugmentedNetwork : public Network {
 public:
  AugmentedNetwork(std::shared_ptr<Network> model, const Augmentation& augmentation,
                   const ClipFormat& format);

  /// inputs: features [N, channels, frames], and for training with noise int16 audio [N, samples], from which
  /// noisy features are computed; → logits [N, classes].
  at::Tensor forward(const std::vector<at::Tensor>& inputs) override;

 private:
  std::shared_ptr<Network> model_;
  std::shared_ptr<RandomChange> noise_, shift_, spec_;  // null where not wanted
};

}  // namespace actlab
