#pragma once

// What the kernels' callers share: pieces of tensors as floats.

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "lib/activations/kernels/kernel.h"

namespace actlab::kernels {

constexpr long block = 8192;    // elements at a time: few calls, and short sums in float32
constexpr long grain = 32'768;  // elements that are worth a thread

/// Elements of float32 or bfloat16 as floats, a piece at a time.
class Floats {
 public:
  explicit Floats(const at::Tensor& x) {
    if (x.scalar_type() == at::kFloat) {
      floats_ = x.data_ptr<float>();
    } else {
      halves_ = reinterpret_cast<uint16_t*>(x.data_ptr<at::BFloat16>());
    }
  }
  const float* read(long offset, long count, std::vector<float>& buffer) const {
    float* place = write_to(offset, count, buffer);
    if (halves_ != nullptr) widen(halves_ + offset, place, static_cast<size_t>(count));
    return place;
  }
  /// Where a piece is to be written, before finish() of the same piece.
  float* write_to(long offset, long count, std::vector<float>& buffer) const {
    if (floats_ != nullptr) return floats_ + offset;
    buffer.resize(static_cast<size_t>(std::max(count, block)));
    return buffer.data();
  }
  void finish(long offset, long count, const std::vector<float>& buffer) const {
    if (halves_ != nullptr) narrow(buffer.data(), halves_ + offset, static_cast<size_t>(count));
  }

 private:
  float* floats_ = nullptr;
  uint16_t* halves_ = nullptr;
};

}  // namespace actlab::kernels
