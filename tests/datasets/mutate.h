#pragma once

#include <random>

#include "tests/datasets/helpers.h"

namespace actlab::test {

/// Flips, cuts, repeats or inserts bytes at random places.
inline Bytes mutate(Bytes bytes, std::mt19937& random) {
  const auto place = [&] { return bytes.empty() ? 0 : random() % bytes.size(); };
  for (auto changes = 1 + random() % 4; changes > 0; --changes) {
    const auto at = bytes.begin() + static_cast<long>(place());
    switch (random() % 5) {
      case 0:
        bytes.insert(at, static_cast<uint8_t>(random()));
        break;
      case 1:
        bytes.resize(place());
        break;
      case 2:
        bytes.insert(bytes.end(), bytes.begin(), at);
        break;
      default:
        if (!bytes.empty()) *at = static_cast<uint8_t>(random());
    }
    if (bytes.size() > 100'000) bytes.resize(100'000);
  }
  return bytes;
}

}  // namespace actlab::test
