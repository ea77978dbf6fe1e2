#pragma once

#include <string>

#include "apps/click_recommendation/trained_model.h"

namespace actlab {

struct RecommendOptions : ModelOptions {
  std::string user;
  long top = 10;
  bool explain = false;
};

/// Prints the items that the user has not seen and most probably clicks on, in the circumstances of the
/// user's last event. Returns the exit code.
int recommend(const RecommendOptions& options);

}  // namespace actlab
