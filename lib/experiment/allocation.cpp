#include "lib/experiment/allocation.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace actlab {
namespace {

constexpr double unknown = std::numeric_limits<double>::infinity();

/// Adds up what contenders cost that share the runs of the baseline.
class Bill {
 public:
  explicit Bill(const Contender& baseline) : baseline_(baseline), paid_seeds_(baseline.seeds) {}

  double cost(const Contender& contender, long target) const {
    const auto more = [](long to, long from) { return static_cast<double>(std::max(0L, to - from)); };
    return more(target, contender.seeds) * contender.seconds + more(target, paid_seeds_) * baseline_.seconds;
  }

  void add(const Contender& contender, long target) {
    sum_ += cost(contender, target);
    paid_seeds_ = std::max(paid_seeds_, target);
  }

  double sum() const { return sum_; }

 private:
  const Contender& baseline_;
  long paid_seeds_;
  double sum_ = 0;
};

}  // namespace

std::vector<size_t> worth_their_time(const std::vector<Contender>& contenders, const Contender& baseline,
                                     double worker_seconds) {
  const Bill nothing(baseline);
  std::vector<double> decision;
  for (const auto& contender : contenders)
    decision.push_back(contender.needed ? nothing.cost(contender, *contender.needed) : unknown);
  std::vector<size_t> order(contenders.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return decision[a] < decision[b]; });

  const auto affordable = [&](bool until_decided) {
    Bill bill(baseline);
    std::vector<size_t> chosen;
    for (const size_t i : order) {
      const auto& contender = contenders[i];
      if (until_decided && !contender.needed) continue;
      const long target = until_decided ? *contender.needed : contender.next;
      if (bill.sum() + bill.cost(contender, target) > worker_seconds) continue;
      bill.add(contender, target);
      chosen.push_back(i);
    }
    return chosen;
  };
  const auto in_reach = affordable(true);
  return in_reach.empty() ? affordable(false) : in_reach;
}

double price(const std::vector<Contender>& contenders, const Contender& baseline, bool until_decided) {
  Bill bill(baseline);
  for (const auto& contender : contenders)
    bill.add(contender, until_decided && contender.needed ? *contender.needed : contender.next);
  return bill.sum();
}

}  // namespace actlab
