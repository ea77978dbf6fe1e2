#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/report/comparison.h"
#include "lib/report/setting.h"

namespace actlab {

/// Every run of some records, trials of learning rates included, by all that decides it but rate and seed.
class RateSearch {
 public:
  /// The records must outlive it.
  explicit RateSearch(const std::vector<const RunRecord*>& records);

  /// How an activation did at the rates that it was run with, everything else as in `runs`, which are some of
  /// the records.
  std::vector<RateFigures> figures(const Runs& runs, const std::string& metric) const;

 private:
  using BySeed = std::map<long, const RunRecord*>;

  Numbering numbers_;  // of all that decides a run but rate and seed
  std::map<size_t, std::map<double, BySeed>> rates_;
};

}  // namespace actlab
