#pragma once

#include <string>
#include <vector>

#include "lib/experiment/task.h"

namespace actlab {

struct PredictOptions {
  std::string load;                // checkpoint
  std::vector<std::string> files;  // image files of any format and size
  long top = 3;                    // classes shown for each
  std::string format = "table";    // table, csv, json
  std::string device = "cpu";
};

/// Prints the most probable classes of each image on standard output. Returns the exit code.
int predict(const Task& task, const PredictOptions& options);

}  // namespace actlab
