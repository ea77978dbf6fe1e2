#pragma once

#include <cstdint>

namespace actlab {

/// The random numbers of the generators: SplitMix64 (Steele et al. 2014) with draws of its own: std::
/// distributions differ between platforms.
class Draws {
 public:
  explicit Draws(uint64_t seed) : state_(seed) {}

  uint64_t bits() {
    uint64_t x = state_ += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
  }
  double uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(bits() >> 11) * 0x1p-53;
  }
  int integer(int low, int high) {  // both ends included
    return low + static_cast<int>(bits() % static_cast<uint64_t>(high - low + 1));
  }
  bool chance(double probability) { return uniform(0, 1) < probability; }
  /// About normal with deviation 1: eight bytes added up (Irwin-Hall), from one draw.
  double bell() {
    int sum = 0;
    for (uint64_t rest = bits(); rest != 0; rest >>= 8) sum += static_cast<int>(rest & 0xff);
    return (sum - 8 * 127.5) / (73.9 * 2.8284);
  }

 private:
  uint64_t state_;
};

}  // namespace actlab
