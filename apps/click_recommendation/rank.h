#pragma once

#include <vector>

#include "apps/click_recommendation/trained_model.h"

namespace actlab {

struct RankOptions : ModelOptions {
  std::vector<long> at = {10, 50};
  long users = 0;  // the first so many test users; 0 = all
};

/// Prints how well a saved model orders the items for the users of the test rows, beside its AUC on them. The
/// protocol: everything before the test rows is known; candidates of a user are all items of the set but
/// those that the user is known to have seen, shown in the circumstances of the last known event; relevant
/// are those among them that the user clicks in the test rows. Returns the exit code.
int rank_items(const RankOptions& options);

}  // namespace actlab
