#pragma once

#include <type_traits>

/// Before a kernel: a second version of it with twice the vector width, taken at run time where the processor
/// has AVX2. AVX2 without FMA rounds as SSE does, so both give the same bits.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define ACTLAB_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define ACTLAB_WIDE
#endif

/// For what such a kernel calls: only what is part of it gets its vector width.
#if defined(__GNUC__)
#define ACTLAB_INLINE inline __attribute__((always_inline))
#else
#define ACTLAB_INLINE inline
#endif

namespace actlab {

/// Calls work(width) with a usual width of vectors as a constant: loops of known length need no bookkeeping,
/// which would take longer than a row.
template <class Work>
ACTLAB_INLINE void with_known(long width, Work work) {
  if (width == 16) return work(std::integral_constant<long, 16>());
  if (width == 1) return work(std::integral_constant<long, 1>());
  work(width);
}

/// Asks for `count` floats that are needed soon: rows of a large table lie where no processor guesses them.
inline void prefetch(const float* values, long count) {
  constexpr long floats_in_a_cache_line = 16;
  for (long i = 0; i < count; i += floats_in_a_cache_line) __builtin_prefetch(values + i);
}

}  // namespace actlab
