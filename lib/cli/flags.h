#pragma once

#include <c10/core/Device.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "lib/experiment/grid.h"
#include "lib/report/writers.h"

namespace actlab {

/// What a domain's commands understand alike; the defaults are the domain's.
struct Flags {
  std::string dataset, data_dir;
  long train_limit = 0, test_limit = 0;
  std::string model;
  std::string activations = "article";
  std::string baseline;
  std::string metric;               // empty = the task's primary metric
  std::optional<double> threshold;  // nothing = the task's own for the metric
  std::string seeds = "0..2";
  Hyperparameters hyper;
  std::string tune;  // `tune…` or `halving…` where --lr says so (experiment/tuning.h), else empty
  std::string device = "cpu";
  int jobs = 0;  // 0 = one a core
  int threads = 1;
  std::string output = "results";
  std::string tensorboard;  // folder for event files; empty = none
  bool fresh = false, dry_run = false, quiet = false, no_probes = false;
  std::string shard;
  std::string format = "table";
  std::string config;
};

/// Checks a flag for a number from low to high; CLI::Range would let NaN pass.
CLI::Validator number_in(double low, double high);

void add_data_flags(CLI::App& command, Flags& flags);
void add_training_flags(CLI::App& command, Flags& flags);
void add_grid_flags(CLI::App& command, Flags& flags);
/// --jobs, --output, --fresh, --no-probes: how runs are done, under that heading of the help.
void add_worker_flags(CLI::App& command, Flags& flags, const std::string& group);
/// --format, --baseline, --metric, --threshold: how results are shown and judged.
void add_table_flags(CLI::App& command, Flags& flags);
/// --device, --threads, --quiet, --config
void add_run_flags(CLI::App& command, Flags& flags);

/// The device of --device; a fallback is said on standard error.
at::Device device_or_say(const std::string& text);

/// Throws a usage error for a --format that is not among these (writers.h).
void check_format(const std::string& format, const std::vector<std::string>& allowed = format_names());

/// The request for Task::load that these flags stand for; the data directory is resolved.
nlohmann::json data_request(const Flags& flags);

}  // namespace actlab
