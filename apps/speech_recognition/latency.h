#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lib/experiment/task.h"

namespace actlab {

struct LatencyOptions {
  std::string model, activations, baseline;
  std::vector<std::string> load;  // checkpoints instead of fresh models
  long calls = 500;               // of each
  nlohmann::json request;         // for Task::load: the clip, its features and the number of classes
  std::string format = "table";   // table, markdown, csv, json
};

/// Prints the response time for one clip on one thread of the CPU, features and network together: median,
/// 99th percentile, and the ratio to the baseline. Every round calls all of them once, in an order of chance,
/// so that whatever else the machine does falls on all alike; a ratio is that of two calls of one round.
/// Returns the exit code.
int measure_latency(const Task& task, const LatencyOptions& options);

}  // namespace actlab
