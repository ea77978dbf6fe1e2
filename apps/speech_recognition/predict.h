#pragma once

#include <string>
#include <vector>

#include "lib/experiment/task.h"

namespace actlab {

struct PredictSpeechOptions {
  std::string load;                // checkpoint
  std::vector<std::string> files;  // recordings of any format, rate and length
  long top = 1;                    // words shown for each
  bool explain = false;            // draw what decided (explain.h)
  std::string pictures = ".";      // folder for these pictures
  std::string format = "table";    // table, csv, json
  std::string device = "cpu";
  int threads = 1;
};

/// Prints the most probable words of each recording with their probabilities, and the milliseconds that its
/// features and the network took. Of a recording longer than a clip the loudest part counts (fit_clip).
/// Returns the exit code.
int predict_words(const Task& task, const PredictSpeechOptions& options);

}  // namespace actlab
