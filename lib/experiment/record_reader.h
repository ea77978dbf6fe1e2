#pragma once

#include <string>
#include <unordered_map>

#include "lib/experiment/run.h"

namespace actlab {

/// Reads records from their text, made for a hundred thousand of them: values that many have alike
/// (environment, hyperparameters, …) are parsed once and shared, histories and probes never become JSON
/// values.
class RunRecordReader {
 public:
  /// Throws a data error that names `place` when the text is no record of schema 1.
  RunRecord read(const std::string& text, const std::string& place);

 private:
  RunRecord read_quickly(const std::string& text);
  const SharedJson& shared(const std::string& text);

  std::unordered_map<std::string, SharedJson> shared_;  // by text
};

}  // namespace actlab
