#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace actlab {

/// Images of one size with their labels, all in memory; bytes stay bytes.
struct ImageSplit {
  at::Tensor images;  // uint8 [N, C, H, W]
  at::Tensor labels;  // int64 [N], 0..classes-1
};

/// A data set as its publisher splits it. Validation data is taken from `train` by whoever trains.
struct ImageSet {
  std::string name;
  std::string note;  // empty, or what part of the published set this is ("part: 1 of 5 training batches, …")
  ImageSplit train;
  ImageSplit test;
  std::vector<std::string> class_names;

  /// 16 hexadecimal digits over names, shapes, pixels and labels (FNV-1a): equal data, equal fingerprint.
  std::string fingerprint() const;
};

}  // namespace actlab
