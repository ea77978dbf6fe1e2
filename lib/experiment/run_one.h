#pragma once

#include <functional>

#include "lib/experiment/run.h"
#include "lib/experiment/task.h"

namespace actlab {

/// What a caller may want to see of a run while it happens and after.
struct RunHooks {
  std::function<void(const EpochResult&)> on_epoch;
  std::function<void(Network&)> on_trained;  // the selected network, on its device, before the test
};

/// A record with everything that is known before the run starts.
RunRecord start_record(const RunSpec& spec);

/// The only function that trains. Splits, builds, initialises, trains, selects on validation data and
/// measures the test data once, or not at all in a trial of a learning rate. A run that diverges or throws is
/// a record too. Everything random depends on spec.seed alone.
RunRecord run_one(const Task& task, const Dataset& data, const RunSpec& spec, const RunHooks& hooks = {});

/// Train and validation examples for a seed: the data set's own validation part, else a tenth of the training
/// data drawn by (seed, split) alone, so every activation gets the same.
std::pair<Examples, Examples> split_validation(const Dataset& data, long seed);

/// Seconds that one run of `spec` would train, extrapolated from a few steps.
double estimate_seconds(const Task& task, const Dataset& data, const RunSpec& spec);

}  // namespace actlab
