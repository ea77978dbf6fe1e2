#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/experiment/run.h"
#include "lib/experiment/task.h"

namespace actlab {

/// Seconds since this process was started, loading of its libraries included.
double seconds_since_start();

/// How long runs of a kind (model and activation) take in a worker that has its data, from the order to the
/// record.
class RunTimes {
 public:
  RunTimes(const Task& task, const Dataset& data) : task_(task), data_(data) {}

  /// `start_up`: seconds that its worker first needs for itself and the data, as far as it is known.
  void started(const RunSpec& spec, double start_up);
  /// Without the start of its worker, but never less than its record accounts for.
  void finished(const RunSpec& spec, const RunRecord& record);
  /// A record of an earlier call, which knows the training alone.
  void learn(const RunSpec& spec, const RunRecord& record);

  /// Whether more than a guess from a few steps is known of this kind.
  bool known(const RunSpec& spec) const;
  /// Of a run of this kind: the median of what was measured, else what records say, else estimated from a
  /// few steps.
  double typical(const RunSpec& spec);
  /// The longest of the last ones, before any were measured twice the estimate.
  double longest(const RunSpec& spec);

 private:
  const Task& task_;
  const Dataset& data_;
  std::map<std::string, double> start_;                  // run-id → seconds_since_start(), worker ready
  std::map<std::string, std::vector<double>> measured_;  // kind → seconds
  std::map<std::string, double> recorded_, estimated_;
};

}  // namespace actlab
