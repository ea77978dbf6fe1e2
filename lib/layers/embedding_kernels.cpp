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

inline void prefetch_ahead(const float* table, long width, const int32_t* token, const int32_t* end) {
  if (token + tokens_ahead < end) prefetch(table + token[tokens_ahead] * width, width);
}

inline float copy_row(const float* table, long width, const int32_t* token, const int32_t* end,
                      float* __restrict out) {
  prefetch_ahead(table, width, token, end);
  std::copy_n(table + *token * width, width, out);
  return 1;
}

/// The mean of the rows of `length` tokens other than padding; returns one over their number.
inline float mean_row(const float* table, long width, const int32_t* token, long length, const int32_t* end,
                      float* __restrict out) {
  std::fill_n(out, width, 0.0F);
  long count = 0;
  for (long i = 0; i < length; ++i, ++token) {
    prefetch_ahead(table, width, token, end);
    if (*token == 0) continue;
    const auto* row = table + *token * width;
    for (long j = 0; j < width; ++j) out[j] += row[j];
    ++count;
  }
  const float scale = count > 0 ? 1.0F / static_cast<float>(count) : 0.0F;
  for (long j = 0; j < width; ++j) out[j] *= scale;
  return scale;
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

ACTLAB_WIDE void mean_rows(const float* table, long width, const GroupedTokens& batch, float* out,
                           float* inverse_count) {
  const auto* const end = batch.tokens + batch.rows * batch.columns;
  for (long row = 0; row < batch.rows; ++row) {
    for (const auto& group : batch.groups) {
      const auto* token = batch.tokens + row * batch.columns + group.first;
      *inverse_count = group.count == 1 ? copy_row(table, width, token, end, out)
                                        : mean_row(table, width, token, group.count, end, out);
      ++inverse_count;
      out += width;
    }
  }
}

TokenGroups group_tokens(const GroupedTokens& batch) {
  std::vector<uint64_t> keys;
  keys.reserve(static_cast<size_t>(batch.rows * batch.columns));
  uint64_t largest = 0, source = 0;
  for (long row = 0; row < batch.rows; ++row) {
    for (const auto& group : batch.groups) {
      const auto* token = batch.tokens + row * batch.columns + group.first;
      for (long i = 0; i < group.count; ++i) {
        if (token[i] == 0) continue;
        keys.push_back(static_cast<uint64_t>(token[i]) << 32 | source);
        largest = std::max(largest, keys.back());
      }
      ++source;
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

ACTLAB_WIDE void add_groups(const TokenGroups& groups, const float* gradient, const float* scale, long width,
                            long first, long last, bool to_token, float* __restrict out) {
  const auto at = [](const std::vector<int32_t>& numbers, long i) { return numbers[static_cast<size_t>(i)]; };
  for (long group = first; group < last; ++group) {
    auto* row = out + (to_token ? at(groups.tokens, group) : group) * width;
    const long begin = group == 0 ? 0 : at(groups.ends, group - 1), end = at(groups.ends, group);
    std::fill_n(row, width, 0.0F);
    for (long i = begin; i < end; ++i) {
      const auto* addend = gradient + at(groups.sources, i) * width;
      const float factor = scale[at(groups.sources, i)];
      for (long j = 0; j < width; ++j) row[j] += factor * addend[j];
    }
  }
}

}  // namespace actlab
