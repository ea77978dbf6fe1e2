#pragma once

#include <string>
#include <vector>

#include "apps/reproduce/results.h"
#include "apps/reproduce/study.h"

namespace actlab {

/// Throws a usage error with the nearest name for a quantity, or a word, that no expectation can have.
void check_quantity(const std::string& name);
void check_verdict_words(const std::vector<std::string>& words);

/// "smoke" or "full"; throws a usage error for anything else.
Size size_named(const std::string& name);

/// What became of one expectation in one comparison.
struct Outcome {
  enum class State { holds, fails, unknown };
  State state = State::unknown;
  std::string setting;   // which comparison
  std::string expected;  // in words
  std::string seen;      // in words
  std::string place;     // of the expectation: file and line
};

/// Every expectation of the study that is about records of this size, in every comparison that it is about.
std::vector<Outcome> check_expectations(const Study& study, Size size, const std::vector<Batch>& batches);

}  // namespace actlab
