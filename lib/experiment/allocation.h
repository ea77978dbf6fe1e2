#pragma once

#include <optional>
#include <vector>

namespace actlab {

/// An activation whose comparison with the baseline may get more runs.
struct Contender {
  long seeds = 0;              // that it has run: the first so many
  long next = 0;               // seeds at its next look
  std::optional<long> needed;  // seeds of the look that probably decides; nothing: no such look is in sight
  double seconds = 0;          // of a worker for one run
};

/// What runs of `contenders` are worth their time, as indices. Those whose decision is in reach come first:
/// the cheapest decisions, together with the runs of the baseline (`seeds` and `seconds` are its own), as
/// many as `worker_seconds` pay for. Where none is in reach, the next looks of as many as possible, again
/// those that are nearest to a decision first. Nothing when not even one look can be paid.
std::vector<size_t> worth_their_time(const std::vector<Contender>& contenders, const Contender& baseline,
                                     double worker_seconds);

/// Seconds of workers until all of them have run so many seeds: `next`, or where it is known `needed`.
double price(const std::vector<Contender>& contenders, const Contender& baseline, bool until_decided);

}  // namespace actlab
