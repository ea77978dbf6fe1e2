#include "lib/layers/embedding_kernels.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "lib/core/wide.h"

namespace actlab {
namespace {

constexpr long tokens_ahead = 16;  // prefetched: as many lines as a core waits for at a time

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

/// The mean of the rows of `length` tokens other than padding; returns one over their number.
template <class Width>
ACTLAB_INLINE float mean_row(const float* table, Width width, const int32_t* token, long length,
                             float* __restrict out) {
  for (long j = 0; j < width; ++j) out[j] = 0;
  long count = 0;
  for (long i = 0; i < length; ++i, ++token) {
    if (*token == 0) continue;
    const auto* row = table + *token * width;
    for (long j = 0; j < width; ++j) out[j] += row[j];
    ++count;
  }
  const float scale = count > 0 ? 1.0F / static_cast<float>(count) : 0.0F;
  for (long j = 0; j < width; ++j) out[j] *= scale;
  return scale;
}

template <class Width>
ACTLAB_INLINE void write_means(const float* table, Width width, const GroupedTokens& batch,
                               float* __restrict out, long stride, float* __restrict inverse_count) {
  const auto* const end = batch.tokens + batch.rows * batch.columns;
  for (long row = 0; row < batch.rows; ++row, out += stride) {
    auto* __restrict mean = out;
    for (const auto& group : batch.groups) {
      const auto* token = batch.tokens + row * batch.columns + group.first;
      for (long i = 0; i < group.count && token + i + tokens_ahead < end; ++i)
        prefetch(table + token[i + tokens_ahead] * width, width);
      if (group.count == 1) {
        for (long j = 0; j < width; ++j) mean[j] = table[*token * width + j];
        *inverse_count++ = 1;
      } else {
        *inverse_count++ = mean_row(table, width, token, group.count, mean);
      }
      mean += width;
    }
  }
}

template <class Width>
ACTLAB_INLINE void add_rows(const TokenGroups& groups, const MeanGradients& from, Width width, long first,
                            long last, bool to_token, float* __restrict out) {
  const auto *sources = groups.sources.data(), *ends = groups.ends.data();
  const auto per_row = static_cast<int32_t>(from.groups);
  const long gap = from.stride - from.groups * width;
  const auto place = [&](int32_t source) { return source * width + (gap == 0 ? 0 : source / per_row * gap); };
  const auto* const end_of_sources = sources + groups.sources.size();
  for (long group = first; group < last; ++group) {
    auto* row = out + (to_token ? groups.tokens[static_cast<size_t>(group)] : group) * width;
    for (long j = 0; j < width; ++j) row[j] = 0;
    const auto* const end = sources + ends[group];
    for (const auto* source = sources + (group == 0 ? 0 : ends[group - 1]); source < end; ++source) {
      if (source + tokens_ahead < end_of_sources)
        prefetch(from.gradient + place(source[tokens_ahead]), width);
      const auto* addend = from.gradient + place(*source);
      const float factor = from.scale[*source];
      for (long j = 0; j < width; ++j) row[j] += factor * addend[j];
    }
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

ACTLAB_WIDE void mean_rows(const float* table, long width, const GroupedTokens& batch, float* out,
                           long stride, float* inverse_count) {
  with_known(width, [&](auto known) { write_means(table, known, batch, out, stride, inverse_count); });
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

ACTLAB_WIDE void add_groups(const TokenGroups& groups, const MeanGradients& from, long first, long last,
                            bool to_token, float* out) {
  with_known(from.width, [&](auto known) { add_rows(groups, from, known, first, last, to_token, out); });
}

}  // namespace actlab
