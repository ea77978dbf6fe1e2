#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/experiment/run.h"

namespace actlab {

/// One round of a search: so many rates, each tried for so many epochs.
struct Rung {
  long rates = 0;
  long epochs = 0;
};

/// The budget for choosing a learning rate, the same for every activation. Every rate is tried on the first
/// rung, on a further one the best of the rung before, trained anew; each with every seed.
struct Tuning {
  std::vector<double> rates;  // ascending
  std::vector<long> seeds;    // the first ones of the comparison
  std::vector<Rung> rungs;

  /// Of all trials of one activation together.
  long epochs() const;
};

/// Model and activation: the runs of a grid that share a learning rate, and take equally long.
std::string kind_of(const RunSpec& spec);

/// Reads how the rate of runs with these hyperparameters is to be chosen: rates at equal factors from low to
/// high, rounded to two digits, tried with the first so many of `seeds`. Default: from 0.0001 to 0.1, for sgd
/// from 0.001 to 1, and one seed.
/// - `tune:low=…,high=…,rates=5,seeds=1`: all rates for all epochs.
/// - `halving:low=…,high=…,rates=8,budget=5,seeds=1`: successive halving (Jamieson & Talwalkar 2016) with no
///   more epochs than so many whole runs have. Each rung gets an equal share of them, and the better half of
///   the rates of the rung before, until one is left; a rung that would have no more epochs than the one
///   before is left out.
/// Throws a usage error for anything else, and where the first rung has no whole epoch or ends within the
/// warm-up.
Tuning parse_tuning(const std::string& text, const Hyperparameters& hyper, const std::vector<long>& seeds);

/// What trials have shown on validation data.
struct TrialResults {
  std::function<std::optional<RunRecord>(const std::string& run_id)> find;  // the record, if there is one
  std::string metric;
  bool larger_is_better = true;
};

/// The runs of a rung: every model and activation of `grid` at every rate that got so far. A rate is NaN
/// while trials of the rung before have no record. Trials are measured on validation data alone, and are the
/// same runs whatever else is tried.
std::vector<RunSpec> make_trials(const std::vector<RunSpec>& grid, const Tuning& tuning, size_t rung,
                                 const TrialResults& results);

/// `grid` with every learning rate replaced by the one that its trials chose: best mean of the validation
/// metric over the seeds, the smaller of two equal ones. A rate at which a trial diverged is worse than any
/// other. Runs of which a trial has no record yet, or a failed one, are left out.
std::vector<RunSpec> at_chosen_rates(const std::vector<RunSpec>& grid, const Tuning& tuning,
                                     const TrialResults& results);

}  // namespace actlab
