#pragma once

#include <string>

#include "apps/click_recommendation/trained_model.h"

namespace actlab {

struct ScoreOptions : ModelOptions {
  std::string file;    // a table with the columns of the model's schema
  std::string output;  // CSV file that gets the answers instead of standard output
};

/// Prints the probability of a click for every row of a file, a batch at a time. Rows that cannot be read are
/// left out and counted on standard error. Returns the exit code.
int score_rows(const ScoreOptions& options);

}  // namespace actlab
