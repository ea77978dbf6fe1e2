#pragma once

#include <vector>

#include "datasets/clicks/score.h"

namespace actlab {

/// The items (places in ClickCatalogue::items) that the user is not known to have seen, in their order.
std::vector<long> candidates(const ClickCatalogue& catalogue, const ClickUser& user);

}  // namespace actlab
