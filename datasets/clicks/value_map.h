#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace actlab {

/// A 64-bit hash of bytes, the same on every (little-endian) machine: eight bytes a step, mixed as SplitMix64
/// finishes (Steele et al. 2014), so that texts of eight bytes or less and one length never share a hash.
inline uint64_t value_hash(std::string_view text) {
  const auto mix = [](uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
  };
  uint64_t hash = text.size() * 0x9e3779b97f4a7c15ULL, word = 0;
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::memcpy(&word, text.data(), 8);
    hash = mix(hash ^ word);
    if (text.size() == 8) return hash;
  }
  word = 0;
  for (size_t i = text.size(); i > 0; --i) word = word << 8 | static_cast<unsigned char>(text[i - 1]);
  return mix(hash ^ word);
}

/// Different texts, numbered from 0 in the order of their arrival: open addressing over their hashes. Texts
/// are told apart by 64-bit hashes alone: of ten million longer than eight bytes, two are taken for one with
/// a chance of 3e-6.
class ValueMap {
 public:
  long size() const { return static_cast<long>(ends_.size()); }

  /// -1 where it is not known.
  long find(std::string_view value) const {
    if (slots_.empty()) return -1;
    const Slot& slot = slots_[place_of(value_hash(value))];
    return static_cast<long>(slot.number) - 1;
  }
  /// Its number, a new one where it was not known.
  long insert(std::string_view value) { return static_cast<long>(slot_of(value).number) - 1; }
  /// Counts it `times` more.
  void count(std::string_view value, uint32_t times = 1) { slot_of(value).count += times; }
  /// The counts of all, by their numbers.
  std::vector<uint32_t> counts() const {
    std::vector<uint32_t> counts(ends_.size());
    for (const Slot& slot : slots_) {
      if (slot.number != 0) counts[slot.number - 1] = slot.count;
    }
    return counts;
  }
  /// Asks for what find() of this value will need: entries of a large map lie where no processor guesses
  /// them.
  void prefetch(std::string_view value) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[value_hash(value) & (slots_.size() - 1)]);
  }
  std::string_view value(long number) const {
    const auto i = static_cast<size_t>(number);
    const size_t start = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(bytes_).substr(start, ends_[i] - start);
  }

 private:
  struct Slot {
    uint64_t hash = 0;
    uint32_t number = 0, count = 0;  // numbers from 1; 0: empty
  };

  /// The slot of a value that is known from now on.
  Slot& slot_of(std::string_view value) {
    if (slots_.size() < 2 * (ends_.size() + 1)) grow();
    const uint64_t hash = value_hash(value);
    Slot& slot = slots_[place_of(hash)];
    if (slot.number == 0) {
      bytes_.append(value);
      ends_.push_back(bytes_.size());
      slot = {hash, static_cast<uint32_t>(ends_.size()), 0};
    }
    return slot;
  }
  size_t place_of(uint64_t hash) const {
    const size_t mask = slots_.size() - 1;
    size_t place = hash & mask;
    while (slots_[place].number != 0 && slots_[place].hash != hash) place = (place + 1) & mask;
    return place;
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 16 : 2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number != 0) slots_[place_of(slot.hash)] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::string bytes_;
  std::vector<size_t> ends_;
};

}  // namespace actlab
