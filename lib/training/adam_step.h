#pragma once

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

}  // namespace actlab
