#pragma once

#include <string>
#include <vector>

#include "apps/speech_recognition/clip_format.h"
#include "lib/cli/domain.h"

namespace actlab {

/// A trained model with all that it takes to ask it about sounds.
class Recogniser {
 public:
  /// Reads a checkpoint of `task`; errors as those of load_model.
  Recogniser(const Task& task, const std::string& file, at::Device device);

  const nlohmann::json& description() const { return model_.description; }
  const ClipFormat& format() const { return format_; }
  /// The classes, `_unknown_` and `_silence_` among them where the model knows these.
  const std::vector<std::string>& words() const { return words_; }

  /// Features [N, channels, frames] of clips: float -1..1 or int16, [N, samples].
  at::Tensor hear(const at::Tensor& audio) const { return features(audio, format_.features); }
  /// Logits [N, classes], float on the CPU, of features; differentiable in them.
  at::Tensor judge(const at::Tensor& heard) const;

 private:
  at::Device device_;
  LoadedModel model_;
  ClipFormat format_;
  std::vector<std::string> words_;
};

}  // namespace actlab
