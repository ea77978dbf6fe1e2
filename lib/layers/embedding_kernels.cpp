#include "lib/layers/embedding_kernels.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "lib/core/wide.h"

namespace actlab {
namespace {

constexpr long tokens_ahead = 8;  // prefetched: memory takes about as long as eight rows do

/// Sorts by the upper half of the keys, least significant digit first; equal ones keep their order.
void radix_sort(std::vector<uint64_t>& keys, uint64_t largest) {
  constexpr int bits = 11;
  constexpr uint64_t mask = (1U << bits) - 1;
  std::vector<uint64_t> sorted(keys.size());
  for (int shift = 32; largest >> shift > 0; shift += bits) {
    std::array<uint32_t, mask + 2> start{};
    for (const auto key : keys) ++start[(key >> shift & mask) + 1];
    std::partial_sum(start.begin(), start.end(), start.begin());
    for (const auto key : keys) sorted[start[key >> shift & mask]++] = key;
    keys.swap(sorted);
  }
}

}  // namespace

ACTLAB_WIDE long first_out_of_range(const int32_t* tokens, long count, long rows) {
  const auto limit = static_cast<uint32_t>(rows);
  uint32_t largest = 0;  // negative ones are large as unsigned numbers
  for (long i = 0; i < count; ++i) largest = std::max(largest, static_cast<uint32_t>(tokens[i]));
  if (largest < limit) return count;
  return std::find_if(tokens, tokens + count,
                      [limit](int32_t token) { return static_cast<uint32_t>(token) >= limit; }) -
         tokens;
}

void gather_rows(const float* table, long width, const int32_t* tokens, long count, float* out) {
  for (long i = 0; i < count; ++i) {
    if (i + tokens_ahead < count) prefetch(table + tokens[i + tokens_ahead] * width, width);
    std::copy_n(table + tokens[i] * width, width, out + i * width);
  }
}

ACTLAB_WIDE void mean_rows(const float* table, long width, const int32_t* tokens, long texts, long length,
                           float* __restrict out, float* __restrict inverse_count) {
  const auto* const end = tokens + texts * length;
  for (long text = 0; text < texts; ++text, out += width) {
    std::fill_n(out, width, 0.0F);
    long count = 0;
    for (long i = 0; i < length; ++i, ++tokens) {
      if (tokens + tokens_ahead < end) prefetch(table + tokens[tokens_ahead] * width, width);
      if (*tokens == 0) continue;
      const auto* row = table + *tokens * width;
      for (long j = 0; j < width; ++j) out[j] += row[j];
      ++count;
    }
    const float scale = count > 0 ? 1.0F / static_cast<float>(count) : 0.0F;
    for (long j = 0; j < width; ++j) out[j] *= scale;
    inverse_count[text] = scale;
  }
}

TokenGroups group_tokens(const int32_t* tokens, long count, long places_per_source) {
  std::vector<uint64_t> keys;
  keys.reserve(static_cast<size_t>(count));
  uint64_t largest = 0;
  for (long first = 0, source = 0; first < count; first += places_per_source, ++source) {
    for (long i = first; i < first + places_per_source; ++i) {
      if (tokens[i] == 0) continue;
      keys.push_back(static_cast<uint64_t>(tokens[i]) << 32 | static_cast<uint64_t>(source));
      largest = std::max(largest, keys.back());
    }
  }
  radix_sort(keys, largest);
  TokenGroups groups;
  groups.sources.reserve(keys.size());
  for (const auto key : keys) {
    const auto token = static_cast<int32_t>(key >> 32);
    if (groups.tokens.empty() || groups.tokens.back() != token) {
      if (!groups.tokens.empty()) groups.ends.push_back(static_cast<int32_t>(groups.sources.size()));
      groups.tokens.push_back(token);
    }
    groups.sources.push_back(static_cast<int32_t>(key));
  }
  groups.ends.push_back(static_cast<int32_t>(groups.sources.size()));
  return groups;
}

ACTLAB_WIDE void add_groups(const TokenGroups& groups, const float* gradient, long width, long first,
                            long last, bool to_token, float* __restrict out) {
  const auto at = [](const std::vector<int32_t>& numbers, long i) { return numbers[static_cast<size_t>(i)]; };
  for (long group = first; group < last; ++group) {
    auto* row = out + (to_token ? at(groups.tokens, group) : group) * width;
    const long begin = group == 0 ? 0 : at(groups.ends, group - 1), end = at(groups.ends, group);
    std::copy_n(gradient + at(groups.sources, begin) * width, width, row);
    for (long i = begin + 1; i < end; ++i) {
      const auto* addend = gradient + at(groups.sources, i) * width;
      for (long j = 0; j < width; ++j) row[j] += addend[j];
    }
  }
}

}  // namespace actlab
