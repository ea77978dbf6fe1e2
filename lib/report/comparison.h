#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/experiment/run.h"
#include "lib/statistics/intervals.h"

namespace actlab {

/// What the table says about one activation in one setting (same task, data set, model, hyperparameters).
struct ComparisonRow {
  std::string activation;      // canonical text with effective arguments
  std::string name;            // row name alone
  Interval metric;             // test metric over the seeds with status ok
  Interval difference;         // paired with the baseline over common seeds; count 0 for the baseline itself
  double p_value = 0;          // of that difference, NaN where there is none
  long ok = 0, diverged = 0, failed = 0;
  long parameters = 0;         // trainable
  double samples_per_second = 0;  // median
  double gradient_ratio = 0;   // gradient norm at the first over the last site, before training; median over seeds
  double final_gradient_ratio = 0;  // the same after the last epoch
  double dead = 0;             // mean over sites of the last epoch, median over seeds, fractions in [0, 1]
  double saturated = 0;
  bool best = false;           // best mean
  bool is_baseline = false;
};

/// Two catalogue names of one function in the same comparison: how far chance alone moves them.
struct NoiseFloor {
  std::string first, second;
  Interval difference;
};

/// One table: everything that was held equal, and a row for each activation, best first.
struct Comparison {
  std::string task, dataset, note, model;
  std::string metric;          // e.g. "accuracy"
  bool larger_is_better = true;
  nlohmann::json dataset_counts;  // train, validation, test
  nlohmann::json hyperparameters;
  std::vector<long> seeds;
  std::string baseline;
  std::vector<ComparisonRow> rows;
  std::vector<NoiseFloor> noise_floors;
};

/// Groups records into settings and compares activations within each. `baseline`: a row name or canonical text; when
/// it is missing from a setting, or empty, the first activation of that setting's records (relu if present) stands in.
/// `metric`: name of a test metric. Records only; nothing is trained.
std::vector<Comparison> compare(const std::vector<RunRecord>& records, const std::string& baseline,
                                const std::string& metric, bool larger_is_better);

}  // namespace actlab
