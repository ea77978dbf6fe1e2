#include "apps/click_recommendation/candidates.h"

namespace actlab {

std::vector<long> candidates(const ClickCatalogue& catalogue, const ClickUser& user) {
  std::vector<bool> seen(catalogue.items().size());
  for (const long item : user.seen) seen[static_cast<size_t>(item)] = true;
  std::vector<long> items;
  for (size_t item = 0; item < seen.size(); ++item) {
    if (!seen[item]) items.push_back(static_cast<long>(item));
  }
  return items;
}

}  // namespace actlab
