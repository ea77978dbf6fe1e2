#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "lib/experiment/run.h"
#include "lib/experiment/task.h"

namespace actlab {

/// Something that a worker reports.
struct RunEvent {
  enum class Kind { started, epoch, finished };

  RunEvent(Kind what, const RunSpec& which) : kind(what), spec(which) {}

  Kind kind;
  const RunSpec& spec;
  EpochResult epoch;                 // of an `epoch`
  RunStatus status = RunStatus::ok;  // of a `finished`
  std::string error;
};

struct PoolOptions {
  int jobs = 1;                  // worker processes
  int threads = 1;               // threads in each, of LibTorch, OpenMP and the BLAS
  std::filesystem::path output;  // records go to its Store
  std::function<void(const RunEvent&)> on_event;
  std::filesystem::path tensorboard = {};              // where event files go; empty: none are written
  std::function<bool(const RunSpec&)> may_start = {};  // asked before each run; refused ones are left out
};

struct PoolResult {
  long ok = 0, diverged = 0, failed = 0;
  bool interrupted = false;
};

/// Runs every spec in worker processes: this program again, with the hidden command `worker`, so that each
/// starts with its own thread counts and none can take another down. Workers write the records. One that
/// crashes or is killed leaves a `failed` record with the reason and is replaced. After one interrupt
/// (lib/core/interrupt.h) workers are asked to stop, after two they are killed; finished records stay.
PoolResult run_pool(const std::vector<RunSpec>& specs, const PoolOptions& options);

/// The other end: reads one RunSpec a line from standard input until it ends, runs it, saves the record, and
/// reports one JSON event a line on standard output. Returns the exit code.
int worker_main(const Task& task, const std::filesystem::path& output,
                const std::filesystem::path& tensorboard, int threads);

}  // namespace actlab
