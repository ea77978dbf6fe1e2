#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace actlab {

/// Labelled texts, all in memory.
struct TextSplit {
  std::vector<std::string> texts;  // valid UTF-8
  at::Tensor labels;               // int64 [N], 0..classes-1
};

/// A data set of single-label texts as its publisher splits it.
struct TextSet {
  std::string name;
  std::string
      note;  // empty, or what part of the published set this is and what was left out ("3 empty texts, …")
  TextSplit train;
  TextSplit validation;  // empty where the publisher gives none: a run takes it from `train` by its seed
  TextSplit test;
  std::vector<std::string> class_names;

  /// 16 hexadecimal digits over names, texts and labels (FNV-1a): equal data, equal fingerprint.
  std::string fingerprint() const;
};

}  // namespace actlab
