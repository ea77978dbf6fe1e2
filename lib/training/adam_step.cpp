#include "lib/training/adam_step.h"

#include <cmath>

// Twice the width where the processor has it. AVX2 without FMA rounds as SSE does, so both give the same
// bits.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define ACTLAB_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define ACTLAB_WIDE
#endif

namespace actlab {

ACTLAB_WIDE void adam_step(const AdamStep& step, long count, float* __restrict weight,
                           const float* __restrict gradient, float* __restrict first,
                           float* __restrict second) {
  const AdamStep s = step;
  for (long i = 0; i < count; ++i) {
    const float g = gradient[i] + s.gradient_decay * weight[i];
    first[i] = first[i] * s.beta1 + g * s.new1;
    second[i] = second[i] * s.beta2 + g * g * s.new2;
    const float scale = std::sqrt(second[i]) * s.inverse_root + s.epsilon;
    weight[i] = weight[i] * s.shrink - s.rate * first[i] / scale;
  }
}

}  // namespace actlab
