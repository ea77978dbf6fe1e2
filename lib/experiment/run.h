#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "lib/core/spec.h"
#include "lib/experiment/history.h"
#include "lib/experiment/shared_json.h"
#include "lib/training/trainer.h"

namespace actlab {

/// A plain value that says everything that a run needs.
struct RunSpec {
  std::string task;
  nlohmann::json dataset;  // what it is: name, fingerprint, note and the counts train and test
  Spec model;
  std::string activation;  // canonical text of an ActivationChoice
  long seed = 0;
  Hyperparameters hyper;
  nlohmann::json request;  // where to find the data set on this machine (Task::load)
  std::string device = "cpu";
  bool probes = true;
  /// Empty where the learning rate was given. Of a run that helps to choose one: `trial`: true. Of a run at
  /// the chosen rate: `rates` and `seeds` that were tried, and `rungs` where some were dropped on the way
  /// (lib/experiment/tuning.h).
  nlohmann::json tuning = nlohmann::json::object();

  bool is_trial() const { return tuning.contains("trial"); }

  /// 16 hexadecimal digits over the canonical JSON of everything that decides the result; where the data
  /// lies, the device and the probes do not enter, so machines can share the runs of one grid.
  std::string run_id() const;
};

enum class RunStatus { ok, diverged, failed };

/// Plain data that says everything that happened in a run; one JSON file each (schema 1 of docs/records.md).
struct RunRecord {
  std::string run_id;
  RunStatus status = RunStatus::ok;
  std::string error;
  std::string task;
  SharedJson dataset;     // name, fingerprint, note, train, validation, test (counts)
  SharedJson model;       // name, arguments, parameters
  SharedJson activation;  // name, arguments, text
  nlohmann::json learned = nlohmann::json::object();  // what became of learned activation parameters, by path
  long seed = 0;
  SharedJson hyperparameters;
  SharedJson tuning;        // RunSpec::tuning
  MetricValues validation;  // at the selected epoch
  MetricValues test;        // measured once, of the selected epoch; never of a trial
  History history;
  std::vector<SiteProbe> probes;
  double train_seconds = 0;
  double samples_per_second = 0;
  long peak_memory_bytes = 0;
  SharedJson environment;  // versions, machine, threads, device, kernels
  std::string started_at;  // 2026-01-31T12:00:00Z

  bool is_trial() const { return tuning->contains("trial"); }
};

nlohmann::json to_json(const Hyperparameters& hyper);
Hyperparameters hyperparameters_from_json(const nlohmann::json& json);
nlohmann::json to_json(const RunSpec& spec);
RunSpec run_spec_from_json(const nlohmann::json& json);
nlohmann::json to_json(const RunRecord& record);

constexpr int record_schema = 1;

/// Throws a data error when the JSON is no record of schema 1; `place` names the file.
RunRecord record_from_json(const nlohmann::json& json, const std::string& place);

std::string status_name(RunStatus status);
RunStatus status_from_name(const std::string& name);

/// JSON has no NaN: it is written as null and read back as NaN.
double number_or_nan(const nlohmann::json& value);

}  // namespace actlab
