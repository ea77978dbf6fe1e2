#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace actlab {

/// Recordings of one length with their labels, all in memory; samples stay 16-bit integers.
struct SpeechSplit {
  at::Tensor audio;     // int16 [N, samples]
  at::Tensor labels;    // int64 [N], 0..classes-1
  at::Tensor speakers;  // int64 [N], index into SpeechSet::speakers; -1 where nobody is known to speak
};

/// A data set of single spoken words.
struct SpeechSet {
  std::string name;
  std::string note;  // empty, or what part of the published set this is and how it was split
  long sample_rate;  // Hz
  SpeechSplit train;
  SpeechSplit validation;  // empty where the publisher gives none: a run takes it from `train` by its seed
  SpeechSplit test;
  std::vector<std::string> class_names;
  std::vector<std::string> speakers;  // names, sorted

  /// 16 hexadecimal digits over names, rate, samples and labels (FNV-1a): equal data, equal fingerprint.
  std::string fingerprint() const;
};

}  // namespace actlab
