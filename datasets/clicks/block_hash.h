#pragma once

#include <cstddef>
#include <cstdint>

namespace actlab {

/// A 64-bit hash of bytes as fast as memory is read: four lanes of eight bytes, each rotated and multiplied,
/// after XXH64 (Collet 2012; the numbers differ). Against damage by chance; `start` continues an earlier
/// hash, and how bytes are cut into pieces counts.
uint64_t block_hash(const void* data, size_t bytes, uint64_t start = 0);

}  // namespace actlab
