#include "lib/experiment/run.h"

#include <cmath>

#include "lib/core/error.h"
#include "lib/core/random.h"

namespace actlab {
namespace {

using nlohmann::json;

json to_json(const SiteProbe& probe) {
  return {{"site", probe.site.text()},
          {"epoch", probe.epoch},
          {"gradient_norm", probe.gradient_norm},
          {"dead_fraction", probe.dead_fraction},
          {"saturated_fraction", probe.saturated_fraction},
          {"zero_fraction", probe.zero_fraction},
          {"mean", probe.mean},
          {"variance", probe.variance}};
}

SiteProbe probe_from_json(const json& value) {
  SiteProbe probe;
  probe.site = value.at("site").get<std::string>();
  probe.epoch = value.at("epoch");
  probe.gradient_norm = number_or_nan(value.at("gradient_norm"));
  probe.dead_fraction = number_or_nan(value.at("dead_fraction"));
  probe.saturated_fraction = number_or_nan(value.at("saturated_fraction"));
  probe.zero_fraction = number_or_nan(value.at("zero_fraction"));
  probe.mean = number_or_nan(value.at("mean"));
  probe.variance = number_or_nan(value.at("variance"));
  return probe;
}

MetricValues metrics_from_json(const json& values) {
  MetricValues metrics;
  for (const auto& [name, value] : values.items()) metrics[name] = number_or_nan(value);
  return metrics;
}

History history_from_json(const json& epochs) {
  History history;
  for (const auto& epoch : epochs) {
    History::Row row = {{"epoch", epoch.at("epoch").get<double>()}};
    for (const auto& [figure, value] : epoch.items()) row.emplace_back(figure, number_or_nan(value));
    history.add(row);
  }
  return history;
}

/// What is read on its own of a value that else many records share; the rest of it.
json take_out(const json& value, const char* key, json* own) {
  auto rest = value;
  *own = value.value(key, *own);
  rest.erase(key);
  return rest;
}

}  // namespace

std::string status_name(RunStatus status) {
  switch (status) {
    case RunStatus::ok:
      return "ok";
    case RunStatus::diverged:
      return "diverged";
    case RunStatus::failed:
      return "failed";
  }
  return "";
}

RunStatus status_from_name(const std::string& name) {
  for (const auto status : {RunStatus::ok, RunStatus::diverged, RunStatus::failed}) {
    if (status_name(status) == name) return status;
  }
  throw unknown_name("status of a record", name, {"ok", "diverged", "failed"});
}

double number_or_nan(const json& value) { return value.is_null() ? std::nan("") : value.get<double>(); }

json to_json(const Hyperparameters& hyper) {
  json value = {{"epochs", hyper.epochs},
                {"batch_size", hyper.batch_size},
                {"lr", hyper.lr},
                {"optimizer", hyper.optimizer},
                {"momentum", hyper.momentum},
                {"schedule", hyper.schedule},
                {"warmup", hyper.warmup},
                {"init", hyper.init},
                {"weight_decay", hyper.weight_decay},
                {"clip", hyper.clip},
                {"label_smoothing", hyper.label_smoothing},
                {"patience", hyper.patience},
                {"dtype", hyper.dtype}};
  if (hyper.kernels != "fused") value["kernels"] = hyper.kernels;  // the others keep the id of their runs
  return value;
}

Hyperparameters hyperparameters_from_json(const json& value) {
  Hyperparameters hyper;
  hyper.epochs = value.at("epochs");
  hyper.batch_size = value.at("batch_size");
  hyper.lr = value.at("lr");
  hyper.optimizer = value.at("optimizer");
  hyper.momentum = value.at("momentum");
  hyper.schedule = value.at("schedule");
  hyper.warmup = value.at("warmup");
  hyper.init = value.at("init");
  hyper.weight_decay = value.at("weight_decay");
  hyper.clip = value.at("clip");
  hyper.label_smoothing = value.at("label_smoothing");
  hyper.patience = value.at("patience");
  hyper.dtype = value.at("dtype");
  hyper.kernels = value.value("kernels", hyper.kernels);
  return hyper;
}

json to_json(const RunSpec& spec) {
  json value = {{"task", spec.task},          {"dataset", spec.dataset},
                {"model", spec.model.text()}, {"activation", spec.activation},
                {"seed", spec.seed},          {"hyperparameters", to_json(spec.hyper)},
                {"request", spec.request},    {"device", spec.device},
                {"probes", spec.probes}};
  if (!spec.tuning.empty()) value["tuning"] = spec.tuning;
  return value;
}

RunSpec run_spec_from_json(const json& value) {
  return {value.at("task"),
          value.at("dataset"),
          parse_spec(value.at("model")),
          value.at("activation"),
          value.at("seed"),
          hyperparameters_from_json(value.at("hyperparameters")),
          value.at("request"),
          value.at("device"),
          value.at("probes"),
          value.value("tuning", json::object())};
}

std::string RunSpec::run_id() const {
  json identity = to_json(*this);
  for (const auto* key : {"request", "device", "probes"}) identity.erase(key);
  return hex(fnv1a(identity.dump()));
}

json to_json(const RunRecord& record) {
  json probes = json::array();
  for (const auto& probe : record.probes) probes.push_back(to_json(probe));
  json value = {{"schema", record_schema},
                {"run_id", record.run_id},
                {"status", status_name(record.status)},
                {"error", record.error},
                {"task", record.task},
                {"dataset", record.dataset},
                {"model", record.model},
                {"activation", record.activation},
                {"seed", record.seed},
                {"hyperparameters", record.hyperparameters},
                {"metrics", {{"validation", record.validation}, {"test", record.test}}},
                {"history", record.history},
                {"probes", probes},
                {"timing",
                 {{"train_seconds", record.train_seconds},
                  {"samples_per_second", record.samples_per_second},
                  {"peak_memory_bytes", record.peak_memory_bytes}}},
                {"environment", record.environment}};
  value["activation"]["learned"] = record.learned;
  value["environment"]["started_at"] = record.started_at;
  if (!record.tuning->empty()) value["tuning"] = record.tuning;
  return value;
}

RunRecord record_from_json(const json& value, const std::string& place) {
  try {
    if (value.at("schema") != record_schema) {
      throw data_error("a record has a schema that this version does not read",
                       place + ": " + value["schema"].dump(), "schema 1",
                       "use the version of ActLab that wrote it");
    }
    RunRecord record;
    record.run_id = value.at("run_id");
    record.status = status_from_name(value.at("status"));
    record.error = value.at("error");
    record.task = value.at("task");
    record.seed = value.at("seed");
    record.validation = metrics_from_json(value.at("metrics").at("validation"));
    record.test = metrics_from_json(value.at("metrics").at("test"));
    const auto& timing = value.at("timing");
    record.train_seconds = number_or_nan(timing.at("train_seconds"));
    record.samples_per_second = number_or_nan(timing.at("samples_per_second"));
    record.peak_memory_bytes = timing.at("peak_memory_bytes");
    json started_at = "";
    record.dataset = value.at("dataset");
    record.model = value.at("model");
    record.activation = take_out(value.at("activation"), "learned", &record.learned);
    record.hyperparameters = value.at("hyperparameters");
    record.tuning = value.value("tuning", json::object());
    record.history = history_from_json(value.at("history"));
    for (const auto& probe : value.at("probes")) record.probes.push_back(probe_from_json(probe));
    record.environment = take_out(value.at("environment"), "started_at", &started_at);
    record.started_at = started_at;
    return record;
  } catch (const json::exception& problem) {
    throw data_error("a record is damaged", place + ": " + problem.what(), "a record of schema 1",
                     "delete the file; the next call does that run again");
  }
}

}  // namespace actlab
