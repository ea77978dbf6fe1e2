#include "lib/training/adam_step.h"

#include <cmath>

#include "lib/core/wide.h"

namespace actlab {
namespace {

/// Rows to prefetch: more lines than a core waits for at a time crowd each other out (3 rows of 16 numbers
/// are best; measured).
long rows_ahead_of(long width) { return width < 8 ? 8 : 3; }

inline void update(const AdamStep& s, long count, float* __restrict weight, const float* __restrict gradient,
                   float* __restrict first, float* __restrict second) {
  for (long i = 0; i < count; ++i) {
    const float g = gradient[i] + s.gradient_decay * weight[i];
    first[i] = first[i] * s.beta1 + g * s.new1;
    second[i] = second[i] * s.beta2 + g * g * s.new2;
    const float scale = std::sqrt(second[i]) * s.inverse_root + s.epsilon;
    weight[i] = weight[i] * s.shrink - s.rate * first[i] / scale;
  }
}

}  // namespace

ACTLAB_WIDE void adam_step(const AdamStep& step, long count, float* weight, const float* gradient,
                           float* first, float* second) {
  const AdamStep numbers = step;  // in registers
  update(numbers, count, weight, gradient, first, second);
}

ACTLAB_WIDE void adam_step_on_rows(const AdamStep& step, const int64_t* rows, long count, long width,
                                   float* weight, const float* gradient, float* moments) {
  const AdamStep numbers = step;
  const long rows_ahead = rows_ahead_of(width);
  for (long i = 0; i < count; ++i) {
    if (i + rows_ahead < count) {
      const long next = rows[i + rows_ahead] * width;
      prefetch(weight + next, width);
      prefetch(moments + 2 * next, 2 * width);
    }
    const long place = rows[i] * width;
    float* first = moments + 2 * place;
    update(numbers, width, weight + place, gradient + i * width, first, first + width);
  }
}

}  // namespace actlab
