#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "lib/statistics/intervals.h"

namespace actlab {

/// How a bootstrap is drawn. The same seed gives the same interval on every machine.
struct Resampling {
  double level = 0.95;
  long resamples = 2000;
  uint64_t seed = 1;
};

/// A statistic of a sample, such as interquartile_mean.
using Statistic = std::function<double(const std::vector<double>&)>;

/// Bias-corrected and accelerated bootstrap interval (Efron 1987) of `statistic`, whose value stands in
/// `mean` of the result; the acceleration comes from the jackknife. For paired runs give their differences().
/// It asks for no normal distribution but for enough values: below about ten it is too narrow
/// (docs/verdicts.md has its measured coverage), so verdicts rest on the t interval. Without spread low =
/// high = mean. std::invalid_argument when a value is not finite, the level not in (0, 1) or fewer than 100
/// resamples are asked for.
Interval bootstrap_interval(const std::vector<double>& values, const Statistic& statistic,
                            const Resampling& resampling = {});

/// The same for the mean.
Interval bootstrap_interval(const std::vector<double>& values, const Resampling& resampling = {});

/// Runs of one method on each of several tasks (task = data set and model), tasks in the same order for both
/// methods.
using Runs = std::vector<std::vector<double>>;

/// Probability that a run of `method` is better than a run of `baseline` on a task drawn at random; a tie
/// counts half (Agarwal et al. 2021; on one task it is the Mann–Whitney statistic). Larger values are better.
/// The two may differ in their number of runs. NaN without a task; std::invalid_argument when the tasks
/// differ in number, one has no runs or a value is not finite.
double probability_of_improvement(const Runs& method, const Runs& baseline);

/// The same with its stratified percentile bootstrap interval as in that paper: within every task the runs of
/// either method are drawn again, independently. `count` is the number of runs of `method`. NaN bounds where
/// some task has fewer than two runs of either method.
Interval improvement_interval(const Runs& method, const Runs& baseline, const Resampling& resampling = {});

}  // namespace actlab
