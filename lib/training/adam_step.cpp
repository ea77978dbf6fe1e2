#include "lib/training/adam_step.h"

#include <cmath>

#include "lib/core/wide.h"

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
