#pragma once

#include <map>
#include <nlohmann/json.hpp>

#include "tests/apps/process.h"

namespace actlab::test {

/// The record files of an output folder, sorted.
inline std::vector<fs::path> records_in(const std::string& output) {
  std::vector<fs::path> files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(output + "/runs", none)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// A record without what the clock and the machine put there.
inline nlohmann::json lasting(nlohmann::json record) {
  record.erase("timing");
  record.erase("environment");
  for (auto& epoch : record["history"]) epoch.erase("seconds");
  return record;
}

/// Every record by run-id, without what the clock and the machine put there.
inline std::map<std::string, nlohmann::json> contents(const std::vector<fs::path>& files) {
  std::map<std::string, nlohmann::json> records;
  for (const auto& file : files) records[file.stem()] = lasting(nlohmann::json::parse(slurp(file)));
  return records;
}

}  // namespace actlab::test
