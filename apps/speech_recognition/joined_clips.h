#pragma once

#include <ATen/core/Generator.h>

#include "apps/speech_recognition/truth.h"
#include "datasets/speech/speech_set.h"

namespace actlab {

/// One long recording made of a set's test clips, each once in an order of chance, with pauses of `shortest`
/// to `longest` seconds between them, in white noise at `noise` dB below the mean power of the clips. It is
/// made block by block and is the same for every model.
class JoinedClips {
 public:
  struct Options {
    double shortest = 0.5, longest = 2.5;
    double noise = 40;
  };
  JoinedClips(const SpeechSet& set, const Options& options);

  /// The next `samples`, float; fewer at the end, none after it.
  at::Tensor next(long samples);

  /// What was said so far; its clips' middles count as the words'.
  const std::vector<SpokenWord>& truth() const { return truth_; }

 private:
  void add_clip();

  SpeechSplit clips_;
  std::vector<std::string> class_names_;
  long sample_rate_;
  Options options_;
  at::Generator generator_;
  at::Tensor order_, ready_;
  double level_;     // of the noise
  long made_ = 0;    // clips
  long length_ = 0;  // samples made so far
  std::vector<SpokenWord> truth_;
};

}  // namespace actlab
