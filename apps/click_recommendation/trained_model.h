#pragma once

#include <string>

#include "datasets/clicks/click_set.h"
#include "lib/cli/domain.h"
#include "models/recommendation/recommendation.h"

namespace actlab {

/// What the commands that ask a saved model have in common.
struct ModelOptions {
  std::string load;               // checkpoint
  std::string dataset, data_dir;  // events; empty: those that the model was trained on
  std::string format = "table";   // table, csv, json
  std::string device = "cpu";
  int threads = 1;
};

/// --load, --format, --device and --threads.
void add_model_flags(CLI::App& command, ModelOptions& options);
/// --dataset and --data-dir, of commands that read events again.
void add_events_flags(CLI::App& command, ModelOptions& options);

/// A saved model with what it takes to ask it.
class TrainedModel {
 public:
  /// Throws a data error for a checkpoint that is damaged or of another program.
  explicit TrainedModel(const ModelOptions& options);

  /// For the events of the options (ClickTask::load), as the model knows its data.
  nlohmann::json request() const;
  const nlohmann::json& facts() const { return model_.description.at("facts"); }
  const ClickShape& shape() const { return shape_; }
  Network& network() { return *model_.network; }
  at::Device device() const { return device_; }

  /// The probability of a click for each row: double [N], on the CPU.
  at::Tensor probabilities(const ClickRows& rows);

 private:
  const ModelOptions& options_;
  at::Device device_;
  LoadedModel model_;
  ClickShape shape_;
};

}  // namespace actlab
