#pragma once

#include <string>
#include <vector>

#include "datasets/clicks/click_set.h"
#include "lib/layers/network.h"
#include "models/recommendation/recommendation.h"

namespace actlab {

/// What every field adds to the log-odds of a click, to first order.
struct FieldContributions {
  at::Tensor logits;               // [N]
  std::vector<std::string> names;  // of the fields with tokens, then of the numbers
  at::Tensor values;               // double [N, names], on the CPU
};

/// Gradient × input (Shrikumar et al. 2016) of a network in evaluation mode: for a field the sum over its
/// tokens' vectors, in all tables that the network has, for a number its standardised value, so that one at
/// the mean adds nothing. `numbers`: their names.
FieldContributions explain(Network& network, const ClickShape& shape, const std::vector<std::string>& numbers,
                           const ClickRows& rows);

}  // namespace actlab
