#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "lib/experiment/run.h"

namespace actlab {

/// A file of scalars as TensorBoard reads it: records of TFRecord (length, masked CRC-32C of it, data, masked
/// CRC-32C of them), each an Event protobuf. Everything added is on its way to the disk at once, so a killed
/// program leaves a file that ends with the last whole event or in the middle of one, which readers skip.
class EventWriter {
 public:
  /// Throws a data error that names the file when it cannot be written.
  explicit EventWriter(const std::filesystem::path& file);

  /// One event: a value for each tag at this step. The same error.
  void add(long step, const std::map<std::string, double>& scalars);

 private:
  void write(const std::string& event);

  std::filesystem::path file_;
  std::ofstream stream_;
};

/// The folder below `folder` that holds the events of this run: model, activation, seed and the beginning of
/// the run-id, without characters that a folder or TensorBoard's list of runs cannot have.
std::filesystem::path event_folder(const std::filesystem::path& folder, const RunSpec& spec);

/// What happens in a run, for TensorBoard: loss, validation metrics, learning rate and seconds by epoch, at
/// the end the test metrics. Takes the place of what an earlier call wrote of the same run.
class RunEvents {
 public:
  RunEvents(const std::filesystem::path& folder, const RunSpec& spec);

  void epoch(const EpochResult& epoch);
  void end(const RunRecord& record);

 private:
  EventWriter file_;
  double seconds_ = 0;
  long last_epoch_ = 0;
};

}  // namespace actlab
