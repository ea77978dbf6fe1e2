#pragma once

#include "datasets/text/vocabulary.h"
#include "models/text/text.h"

namespace actlab {

struct Explanation {
  at::Tensor logits;         // float [N, classes]
  at::Tensor contributions;  // double [N, L], 0 at padding
};

/// What every word adds to the answer of a network in evaluation mode: gradient × input (Shrikumar et al.
/// 2016), ∂s/∂v · v with v the word's vector at its place and s the logit of the most probable class less the
/// mean of the others, which softmax makes of it whatever is added to all logits; of two classes, the
/// log-odds. Where s is linear in the vectors, the contributions sum to s less its value for vectors of
/// zeros.
Explanation explain(TextNetwork& network, const EncodedTexts& texts);

}  // namespace actlab
