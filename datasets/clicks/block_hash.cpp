#include "datasets/clicks/block_hash.h"

#include <array>
#include <cstring>

namespace actlab {
namespace {

constexpr uint64_t first_prime = 0x9e3779b185ebca87ULL, second_prime = 0xc2b2ae3d27d4eb4fULL;

uint64_t rotate(uint64_t x, int by) { return x << by | x >> (64 - by); }

uint64_t round(uint64_t lane, uint64_t word) { return rotate(lane + word * second_prime, 31) * first_prime; }

}  // namespace

uint64_t block_hash(const void* data, size_t bytes, uint64_t start) {
  std::array<uint64_t, 4> lanes{start + first_prime, start ^ second_prime, start, start - first_prime};
  const auto* byte = static_cast<const unsigned char*>(data);
  size_t left = bytes;
  for (; left >= sizeof(lanes); left -= sizeof(lanes), byte += sizeof(lanes)) {
    std::array<uint64_t, 4> words;
    std::memcpy(words.data(), byte, sizeof(words));
    for (size_t i = 0; i < lanes.size(); ++i) lanes[i] = round(lanes[i], words[i]);
  }
  std::array<uint64_t, 4> rest{};
  if (left > 0) std::memcpy(rest.data(), byte, left);
  uint64_t hash = bytes;
  for (size_t i = 0; i < lanes.size(); ++i) hash = round(hash ^ round(lanes[i], rest[i]), rest[i] + i);
  hash = (hash ^ hash >> 33) * second_prime;
  return hash ^ hash >> 29;
}

}  // namespace actlab
