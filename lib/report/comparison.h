#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/experiment/run.h"
#include "lib/statistics/intervals.h"
#include "lib/statistics/verdict.h"

namespace actlab {

/// How it is decided whether runs differ.
enum class Method {
  once_on_test_data,       // all runs are there: judge()
  in_looks_on_validation,  // runs go on until there is a verdict: judge_looks() (docs/choose.md)
};

/// What activations are ranked and judged by.
struct Yardstick {
  std::string metric;  // name of a metric, e.g. "accuracy"
  bool larger_is_better = true;
  double threshold = 0;  // smallest difference of the metric that matters in practice; above 0
  Method method = Method::once_on_test_data;

  /// The examples that the metric is measured on: test or validation.
  const char* part() const { return method == Method::once_on_test_data ? "test" : "validation"; }
};

/// Metrics that are shares of a whole: shown in percent, and known in steps of one test example.
bool is_share(const std::string& metric);

/// What the runs say about a difference (judge()), and where they are too few: how many pairs it would take
/// (pairs_needed()), if so much can be said.
struct Finding {
  Judgement judgement;
  std::optional<long> pairs_needed;
  long looks = 0;  // that were taken, where the yardstick judges in looks
};

/// Norms of the gradient with respect to the pre-activations at the first and the last activation site of a
/// network.
struct GradientFlow {
  double first = 0;
  double last = 0;
  double ratio = 0;  // first over last; NaN with fewer than two sites
};

/// A mean over runs with the smallest and the largest of them; NaN of none.
struct Spread {
  double mean = 0, smallest = 0, largest = 0;
  long count = 0;
};

/// What runs were like after an epoch, over those that got so far.
struct EpochFigures {
  long epoch = 0;
  Spread metric;      // the yardstick's, on validation data
  Spread train_loss;  // mean over the epoch
  Spread seconds;     // of training until then
};

/// How runs at one learning rate did on validation data. Trials of rates count like other runs.
struct RateFigures {
  double lr = 0;
  Spread metric;      // at the best epoch, over seeds that every rate of the activation was run with
  long diverged = 0;  // of those seeds
};

/// What one activation site showed after an epoch; medians over runs, fractions in [0, 1].
struct SiteEpoch {
  long epoch = 0;  // 0: before training
  double gradient = 0;
  double dead = 0;
  double saturated = 0;
};

/// What one activation site showed; medians over runs.
struct SiteFigures {
  std::string site;              // the module's path
  double initial_gradient = 0;   // norm of the gradient with respect to the pre-activations, before training
  double final_gradient = 0;     // the same after the last epoch
  double initial_saturated = 0;  // fractions of the outputs in [0, 1]
  double final_saturated = 0;
  double dead = 0;                     // fraction of the units after the last epoch
  std::vector<SiteEpoch> epochs = {};  // every one that was measured
};

/// How soon an activation reaches the goal of its comparison on validation data, over the runs that do.
struct Pace {
  long reached = 0;  // runs that do
  Interval epochs;   // whole epochs until then
  Interval seconds;  // of training until then, at the pace of the run's median epoch
  Interval speedup;  // seconds of the baseline over own, common seeds: geometric mean
};

/// What the table says about one activation in one setting (same task, data set, model, hyperparameters).
/// Medians are over the runs with status ok, or over the diverged ones where no run is ok; NaN where nothing
/// was measured.
struct ComparisonRow {
  std::string activation;  // canonical text with effective arguments
  std::string name;        // row name alone
  double lr = 0;           // learning rate
  bool lr_at_end = false;  // it was tuned, and is the smallest or largest rate that was tried
  Interval metric;         // the yardstick's, over the seeds with status ok
  Interval test;           // the same metric on test data, whatever the yardstick looks at
  Interval difference;     // paired with the baseline over the seeds judged; count 0 for the baseline itself
  Finding finding;         // about that difference; says nothing for the baseline itself
  long ok = 0, diverged = 0, failed = 0;  // ended without a finite metric: diverged
  long parameters = 0;                    // trainable; 0 when no run got as far as a model
  double samples_per_second = 0;          // median
  double train_seconds = 0;               // of a whole run, median
  GradientFlow initial_gradient;          // medians before training (the ratio is the median of the ratios)
  GradientFlow final_gradient;            // the same after the last epoch
  double dead = 0;  // mean over sites of the last epoch, median over seeds, fractions in [0, 1]
  double saturated = 0;
  std::vector<SiteFigures> sites;  // in the order of the signal
  double best_epoch = 0;           // the selected epoch, median over seeds
  std::vector<EpochFigures> epochs;
  std::vector<RateFigures> rates;  // ascending; empty where fewer than two were run
  Pace pace;
  bool best = false;  // best mean
  bool is_baseline = false;
};

/// Two catalogue names of one function in the same comparison: how far chance alone moves them.
struct NoiseFloor {
  std::string first, second;
  Interval difference;  // first − second, paired
  Finding finding;      // about that difference alone
};

/// A run that ended without a metric.
struct BrokenRun {
  std::string activation;
  long seed = 0;
  RunStatus status = RunStatus::failed;
  std::string error;
};

/// One table: everything that was held equal, and a row for each activation, best first.
struct Comparison {
  std::string task, dataset, fingerprint, note, model;
  Yardstick yardstick;
  nlohmann::json dataset_counts;   // train, validation, test
  nlohmann::json hyperparameters;  // without a tuned learning rate, which is each row's own
  nlohmann::json tuning;           // empty, or `rates` and `seeds` that the learning rate was tuned over
  std::vector<long> seeds;
  std::string baseline;            // canonical text
  std::string requested_baseline;  // what was asked for, when that is not among the runs; else empty
  std::vector<ComparisonRow> rows;
  std::vector<NoiseFloor> noise_floors;
  std::vector<BrokenRun> broken;
  double best_possible = 0;                               // value of the metric; NaN: not known
  double pace_goal = 0;                                   // value of the metric (pace.h); NaN: no goal
  long runs = 0;                                          // records that this comparison rests on
  double train_seconds = 0;                               // of all of them together
  nlohmann::json environments = nlohmann::json::array();  // every distinct one, without the time of the start
};

/// Groups records into settings, compares activations within each and judges every difference from the
/// baseline (docs/verdicts.md). `baseline`: a row name or canonical text; when it is missing from a setting,
/// or empty, the first activation of that setting's records (relu if present) stands in. An unknown metric
/// is a usage error, one that some runs have and others lack a data error. Records only; nothing is trained.
/// Of two records for one activation and seed the one with the better status counts, then the first.
std::vector<Comparison> compare(const std::vector<RunRecord>& records, const std::string& baseline,
                                const Yardstick& yardstick);

/// The same of records that lie elsewhere.
std::vector<Comparison> compare_runs(const std::vector<const RunRecord*>& records,
                                     const std::string& baseline, const Yardstick& yardstick);

}  // namespace actlab
