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

/// An output folder that several tests begin with, trained once in a process.
class SharedRecords {
 public:
  explicit SharedRecords(const std::string& name)
      : place_(fs::temp_directory_path() / ("actlab_" + name + "_" + std::to_string(getpid()))) {}
  ~SharedRecords() { fs::remove_all(place_); }

  /// Keeps a copy of the folder the first time, and puts it there every other time.
  void keep_or_restore(const fs::path& output) const {
    if (fs::exists(place_)) {
      fs::copy(place_, output, fs::copy_options::recursive);
    } else {
      fs::copy(output, place_, fs::copy_options::recursive);
    }
  }

 private:
  fs::path place_;
};

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
