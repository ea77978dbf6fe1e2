#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/experiment/run.h"

namespace actlab {

/// Called with a sentence about a record that cannot be used.
using Complaint = std::function<void(const std::string&)>;

/// The records of an output folder: one file a run, OUTPUT/runs/<run-id>.json. Records from several machines
/// are merged by copying files together.
class Store {
 public:
  /// `output` need not exist yet.
  explicit Store(std::filesystem::path output) : runs_(std::move(output) / "runs") {}

  /// Makes the folder; throws a usage error when it cannot be written.
  void prepare() const;

  /// Written whole or not at all; throws a data error that names the file (full disk, …).
  void save(const RunRecord& record) const;

  /// Nothing when there is no such record, or when it is damaged (then `complain` hears about it).
  std::optional<RunRecord> find(const std::string& run_id, const Complaint& complain) const;

  /// Every readable record in the order in which the runs started; throws a data error when there is no such
  /// folder.
  std::vector<RunRecord> load_all(const Complaint& complain) const;

 private:
  std::filesystem::path file_of(const std::string& run_id) const { return runs_ / (run_id + ".json"); }

  std::filesystem::path runs_;
};

}  // namespace actlab
