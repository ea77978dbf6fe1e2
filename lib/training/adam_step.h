#pragma once

#include <cstdint>

namespace actlab {

/// The numbers of one step of Adam (Kingma & Ba 2015) or AdamW (Loshchilov & Hutter 2019).
struct AdamStep {
  float shrink;          // AdamW: 1 − rate·decay; Adam: 1
  float gradient_decay;  // Adam: decay times weight is added to the gradient; AdamW: 0
  float beta1, beta2;    // memory of both moments
  float new1, new2;      // 1 − beta1, 1 − beta2
  float inverse_root;    // 1/√(1 − beta2^t)
  float epsilon;
  float rate;  // learning rate/(1 − beta1^t)
};

/// Updates `count` weights and their moments in one pass over memory; LibTorch's operators take ten.
void adam_step(const AdamStep& step, long count, float* weight, const float* gradient, float* first,
               float* second);

/// The same for `count` rows of a table, rows[0] to rows[count - 1]. weight: [any, width]; gradient: [count,
/// width], one row a number in `rows`; moments: [any, 2, width], where both moments of a row lie side by
/// side, because a row of a large table costs one walk through the page tables for each place where it lies.
void adam_step_on_rows(const AdamStep& step, const int64_t* rows, long count, long width, float* weight,
                       const float* gradient, float* moments);

}  // namespace actlab
