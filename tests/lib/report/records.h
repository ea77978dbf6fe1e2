#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "lib/report/comparison.h"

namespace actlab {

inline const Yardstick by_accuracy = {"accuracy", true, 0.005};
inline const Yardstick by_log_loss = {"log_loss", false, 0.005};

/// A run on made-up data: what the tests of this folder change one field of.
inline RunRecord make_record(const std::string& activation, long seed, double accuracy) {
  RunRecord run;
  run.task = "image_classification";
  run.dataset = {{"name", "glyphs"},  {"fingerprint", "0123456789abcdef"},
                 {"note", ""},        {"train", 5400},
                 {"validation", 600}, {"test", 1000}};
  run.model = {{"name", "mlp"}, {"arguments", {{"depth", "3"}}}, {"parameters", 235146}};
  const auto name = activation.substr(0, activation.find(':'));
  run.activation = {{"name", name}, {"arguments", nlohmann::json::object()}, {"text", activation}};
  run.seed = seed;
  run.hyperparameters = to_json(Hyperparameters{});
  run.validation = {{"accuracy", accuracy - 0.01}};
  run.test = {{"accuracy", accuracy}, {"log_loss", 1 - accuracy}};
  run.history.add({{"epoch", 1}, {"validation_accuracy", accuracy - 0.5}});
  run.history.add({{"epoch", 2}, {"validation_accuracy", accuracy - 0.01}});
  run.history.add({{"epoch", 3}, {"validation_accuracy", accuracy - 0.02}});
  run.probes = {{"first", 0, 0.002, 0, 0, 0, 0, 1},    {"middle", 0, 0.1, 0, 0, 0, 0, 1},
                {"last", 0, 0.5, 0, 0, 0, 0, 1},       {"first", 3, 0.3, 0.1, 0.2, 0, 0, 1},
                {"middle", 3, 0.2, 0.2, 0.4, 0, 0, 1}, {"last", 3, 0.1, 0.6, 0, 0, 0, 1}};
  run.train_seconds = 10;
  run.samples_per_second = 12345;
  run.environment = {{"libtorch", "1.13.0"}, {"cpu", "a processor"}, {"threads", 1}};
  run.started_at = "2026-01-01T00:00:0" + std::to_string(seed % 10);
  return run;
}

/// The same, cut short: no test metrics.
inline RunRecord make_broken_record(const std::string& activation, long seed, RunStatus status) {
  auto run = make_record(activation, seed, 0.1);
  run.status = status;
  run.error = status_name(status);
  run.test.clear();
  run.validation.clear();
  run.history = {};
  if (status == RunStatus::failed) {
    run.probes.clear();
    run.model["parameters"] = 0;
    run.train_seconds = run.samples_per_second = 0;
  }
  return run;
}

/// Five activations over five seeds with a failure of every kind: a table with everything in it.
inline std::vector<RunRecord> make_records() {
  std::vector<RunRecord> records;
  for (long seed = 0; seed < 5; ++seed) {
    const double luck = 0.002 * static_cast<double>(seed);
    const double noise = seed % 2 == 0 ? 0.001 : -0.001;
    records.push_back(make_record("sigmoid", seed, 0.10 + 3 * noise));
    records.push_back(make_record("relu", seed, 0.88 + luck));
    records.push_back(make_record("leaky_relu:slope=0.01", seed, 0.881 + luck - 3 * noise));
    records.push_back(make_record("gelu", seed, 0.89 + luck + noise));
    records.push_back(seed < 3 ? make_record("elu:alpha=1", seed, 0.87 + noise)
                               : make_broken_record("elu:alpha=1", seed, RunStatus::diverged));
    records.push_back(make_broken_record("tanh", seed, seed == 0 ? RunStatus::failed : RunStatus::diverged));
  }
  for (auto& run : records) {
    if (run.activation["name"] == "sigmoid") run.probes[0].gradient_norm = 1.6e-9;
  }
  return records;
}

inline const ComparisonRow& row_of(const Comparison& comparison, const std::string& name) {
  for (const auto& row : comparison.rows) {
    if (row.name == name) return row;
  }
  throw std::out_of_range(name);
}

inline Verdict verdict_of(const Comparison& comparison, const std::string& name) {
  return row_of(comparison, name).finding.judgement.verdict;
}

inline Comparison compare_one(const std::vector<RunRecord>& records, const std::string& baseline = "relu") {
  const auto comparisons = compare(records, baseline, by_accuracy);
  EXPECT_EQ(comparisons.size(), 1u);
  return comparisons.at(0);
}

}  // namespace actlab
