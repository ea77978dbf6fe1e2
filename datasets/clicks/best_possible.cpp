#include "datasets/clicks/best_possible.h"

#include <algorithm>
#include <cmath>

namespace actlab {

std::map<std::string, double> best_possible(std::vector<double> probabilities) {
  std::sort(probabilities.begin(), probabilities.end());
  // Σ over pairs i ≠ j of p_i (1 - p_j), where i is clicked and j is not: all of them, and those in order.
  double clicks = 0, others = 0, both = 0, loss = 0;
  for (const double p : probabilities) {
    clicks += p;
    others += 1 - p;
    both += p * (1 - p);  // i = j
    if (p > 0 && p < 1) loss -= p * std::log(p) + (1 - p) * std::log1p(-p);
  }
  double ordered = 0, below = 0;  // below: Σ (1 - p_j) over smaller p_j
  for (size_t i = 0; i < probabilities.size();) {
    const double p = probabilities[i];
    size_t tied = i;
    while (tied < probabilities.size() && probabilities[tied] == p) ++tied;
    const auto count = static_cast<double>(tied - i);
    ordered += count * p * (below + (count - 1) * (1 - p) / 2);
    below += count * (1 - p);
    i = tied;
  }
  return {{"auc", ordered / (clicks * others - both)},
          {"log_loss", loss / static_cast<double>(probabilities.size())}};
}

}  // namespace actlab
