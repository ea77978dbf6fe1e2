#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lib/training/trainer.h"

namespace actlab {

// What tasks and `predict` commands of single-label classification share.

/// Cross entropy with the label smoothing of `hyper`, selected by accuracy; metrics with the area under the
/// ROC curve where wanted.
Objective classification_objective(long classes, const Hyperparameters& hyper, bool with_auc);

/// The threshold of `metric`; throws a usage error for one that is not in the list.
double find_threshold(const std::string& metric, const std::map<std::string, double>& thresholds);

/// By how much the logit of one class, a winner a row (int64 [N] or [1]), leads the mean of the others: [N]
/// of logits [N, classes]. Softmax makes of it whatever is added to all logits.
at::Tensor lead(const at::Tensor& logits, const at::Tensor& winners);

struct Guess {
  std::string name;
  double probability;
};

/// The `top` most probable classes, best first, by the logits [classes] of one example.
std::vector<Guess> most_probable(const at::Tensor& logits, const std::vector<std::string>& names, long top);

/// A list of {"class", "probability"}.
nlohmann::json to_json(const std::vector<Guess>& guesses);

}  // namespace actlab
