#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lib/experiment/task.h"

namespace actlab {

struct NoiseOptions {
  std::vector<std::string> load;                                            // checkpoints
  std::vector<std::string> levels = {"-5", "0", "5", "10", "20", "clean"};  // signal to noise, dB
  nlohmann::json request;        // for Task::load; without a dataset, each model's own
  std::string format = "table";  // table, markdown, csv, json
  std::string device = "cpu";
  int threads = 1;
};

/// Prints the accuracy of every checkpoint on test clips in white noise, by signal-to-noise ratio (of a
/// clip's mean power to the noise's). The noise of a clip depends on its place and the level alone, so every
/// checkpoint hears the same. Returns the exit code.
int measure_noise(const Task& task, const NoiseOptions& options);

}  // namespace actlab
