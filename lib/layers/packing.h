#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace actlab {

// Sequences of different lengths are padded, [N, columns, …], or packed, [M, …]: the rows that hold something
// and no others, so that padding costs nothing and changes no result. `places` are the rows n·columns + t of
// the padded form that the packed rows hold, int64 [M], each at most once.

/// Whether a row of padded sequences of these lengths (int64 [N]) holds something: bool [N, columns].
at::Tensor inside(const at::Tensor& lengths, long columns);

/// The places inside, sequence by sequence.
at::Tensor places_inside(const at::Tensor& lengths, long columns);

/// [N, columns, …] → [M, …].
at::Tensor pack(const at::Tensor& padded, const at::Tensor& places);

/// [M, C] → [N, columns, C], with `fill` elsewhere.
at::Tensor unpack(const at::Tensor& packed, const at::Tensor& places, long sequences, long columns,
                  double fill = 0);

/// Packed step by step: the first steps of all sequences, then all second ones, and so on, the longest
/// sequence first.
struct PackedSteps {
  /// lengths: int64 [N], each in 1..columns.
  PackedSteps(const at::Tensor& lengths, long columns);

  std::vector<int64_t> sizes;  // how many sequences have a step t; never increasing
  at::Tensor places;
  at::Tensor first, last;  // int64 [N]: the packed rows of each sequence's first and last step
};

}  // namespace actlab
