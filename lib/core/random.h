#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace actlab {

/// The streams of random numbers of a run. Each purpose has generators of its own, derived from
/// (seed, purpose, name), so whoever draws more or fewer numbers shifts nobody else's.
enum class Stream { initialisation, data_order, noise, split };

/// A fresh CPU generator for `seed`, a purpose and the name of the drawing place (a parameter, a module,
/// an epoch). The same triple always gives the same numbers, whatever was drawn elsewhere.
at::Generator make_generator(long seed, Stream stream, const std::string& name);

/// A permutation of 0..count-1 (int64) for one epoch: depends on seed and epoch alone.
at::Tensor epoch_order(long seed, long epoch, long count);

/// The same where examples of similar size shall share a batch: the permutation's examples are sorted by
/// size within blocks of 50 batches, and the batches then come in random order, except that a last one that
/// is not full stays last. sizes: int64 [count].
at::Tensor epoch_order(long seed, long epoch, const at::Tensor& sizes, long batch_size);

/// The same where examples lie in blocks of consecutive rows, as in a file larger than memory: the blocks
/// come in random order, and the rows of each in random order, so that reading stays in one block at a time.
/// Depends on seed, epoch, count and block alone. Holds the rows of one block, and 8 bytes for each other
/// block.
class BlockOrder {
 public:
  /// count: examples; block: rows of a block, 1 or more; the last block may be shorter.
  BlockOrder(long seed, long epoch, long count, long block);

  /// The next `rows` examples of the order (fewer at its end): int64.
  at::Tensor next(long rows);

 private:
  at::Generator generator_;
  long count_, block_, blocks_begun_ = 0;
  at::Tensor blocks_, rows_;  // blocks in their order; rows left of the last one begun
};

/// 64-bit FNV-1a of `text`; `start` continues an earlier hash. Stable across platforms and releases.
constexpr uint64_t fnv1a_start = 14695981039346656037ULL;
uint64_t fnv1a_bytes(const void* data, size_t bytes, uint64_t start = fnv1a_start);
uint64_t fnv1a(const std::string& text, uint64_t start = fnv1a_start);

/// 16 lower-case hexadecimal digits.
std::string hex(uint64_t value);

}  // namespace actlab
