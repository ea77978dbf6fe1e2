#pragma once

#include <string>
#include <vector>

#include "lib/experiment/run.h"
#include "lib/experiment/task.h"

namespace actlab {

/// Everything that is varied and everything that is held equal.
struct Experiment {
  std::vector<Spec> models;
  std::vector<ActivationChoice> activations;
  std::vector<long> seeds;
  Hyperparameters hyper;
  std::string device = "cpu";
  bool probes = true;
};

/// Every run of the grid, seed by seed and within a seed activation by activation: whatever was finished when
/// a program stops is a fair comparison, and timings of activations are interleaved.
std::vector<RunSpec> make_grid(const Experiment& experiment, const Task& task, const Dataset& data,
                               const nlohmann::json& request);

/// The i-th of n parts (0 ≤ i < n), dealt out run by run. `text` is `i/n`; empty means everything.
std::vector<RunSpec> take_shard(const std::vector<RunSpec>& grid, const std::string& text);

}  // namespace actlab
