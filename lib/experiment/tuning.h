#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/experiment/run.h"

namespace actlab {

/// The budget for choosing a learning rate, the same for every activation: each rate is tried with each seed.
struct Tuning {
  std::vector<double> rates;  // ascending
  std::vector<long> seeds;    // the first ones of the comparison
};

/// Model and activation: the runs of a grid that share a learning rate, and take equally long.
std::string kind_of(const RunSpec& spec);

/// Reads `tune` or `tune:low=0.0001,high=0.1,rates=5,seeds=1`: so many rates at equal factors from low to
/// high, rounded to two digits, with the first so many of `seeds`. Default: 5 rates and one seed, from 0.0001
/// to 0.1, for sgd from 0.001 to 1. Throws a usage error for anything else.
Tuning parse_tuning(const std::string& text, const std::string& optimizer, const std::vector<long>& seeds);

/// The runs that choose: every model and activation of `grid` at every rate. Trials are measured on
/// validation data alone, and are the same runs whatever other rates are tried.
std::vector<RunSpec> make_trials(const std::vector<RunSpec>& grid, const Tuning& tuning);

/// The record of a run-id, if there is one.
using FindRecord = std::function<std::optional<RunRecord>(const std::string& run_id)>;

/// `grid` with every learning rate replaced by the one that its trials chose: best mean of the validation
/// metric over the seeds, the smaller of two equal ones. A rate at which a trial diverged is out; where all
/// are, it is the smallest. Runs of which a trial has no record yet, or a failed one, are left out.
std::vector<RunSpec> at_chosen_rates(const std::vector<RunSpec>& grid, const Tuning& tuning,
                                     const FindRecord& find, const std::string& metric,
                                     bool larger_is_better);

}  // namespace actlab
