#pragma once

#include <string>
#include <vector>

#include "datasets/text/texts.h"
#include "lib/experiment/task.h"

namespace actlab {

struct PredictTextOptions {
  std::string load;                // checkpoint
  std::vector<std::string> texts;  // to classify; else `file`, else standard input line by line
  std::string file;                // a table or plain text
  TextFormat file_format;
  bool explain = false, interactive = false;
  long top = 1;                  // classes shown for each
  std::string format = "table";  // table, csv, json
  std::string output;            // CSV file that gets the answers instead of standard output
  std::string device = "cpu";
  int threads = 1;
};

/// Prints class and probability of each text on standard output. Returns the exit code.
int predict_texts(const Task& task, const PredictTextOptions& options);

}  // namespace actlab
