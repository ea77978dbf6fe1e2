#pragma once

/// Before a kernel: a second version of it with twice the vector width, taken at run time where the processor
/// has AVX2. AVX2 without FMA rounds as SSE does, so both give the same bits.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define ACTLAB_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define ACTLAB_WIDE
#endif

namespace actlab {

/// Asks for `count` floats that are needed soon: rows of a large table lie where no processor guesses them.
inline void prefetch(const float* values, long count) {
  constexpr long floats_in_a_cache_line = 16;
  for (long i = 0; i < count; i += floats_in_a_cache_line) __builtin_prefetch(values + i);
}

}  // namespace actlab
