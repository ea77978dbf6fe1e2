#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace actlab {

/// Events as a network takes them.
struct ClickRows {
  at::Tensor tokens;   // int32 [N, columns]; 0 is nothing, see `input` of the facts
  at::Tensor numbers;  // float32 [N, M], standardised; 0 where a number is missing
  at::Tensor targets;  // int32 [N, 2]: click 0 or 1, and the user's index or -1 where there are no users

  long count() const { return tokens.defined() ? tokens.size(0) : 0; }
};

/// A data set of events, encoded by what its training rows hold.
struct ClickSet {
  std::string name;
  std::string note;         // which part of a published set it is, how it is split, what was left out
  std::string fingerprint;  // 16 hexadecimal digits over everything that a network gets to see
  ClickRows train, validation, test;
  long block = 0;  // > 0: memory-mapped rows; an order that stays within blocks of so many reads them fast
  /// What models need, and what encodes further rows:
  ///   input: {tokens, fields: [{name, kind: single|bag|history, first, count, candidate}], numbers: [name]};
  ///   class_names; schema; encoder.
  nlohmann::json facts;
  /// Of generated data: the best possible value of a metric on the test rows, e.g. auc and log_loss, expected
  /// over labels drawn by the true probabilities.
  std::map<std::string, double> ceiling = {};
};

}  // namespace actlab
