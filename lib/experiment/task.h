#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lib/activations/catalogue.h"
#include "lib/training/trainer.h"

namespace actlab {

/// A loaded data set. Where `validation` is empty, a run splits it off `train` by its seed.
struct Dataset {
  std::string name;
  std::string fingerprint;  // equal data, equal fingerprint
  std::string note;         // empty, or what part of the published set this is
  Examples train, validation, test;
  /// All that Task::build needs to know about the data; kept in checkpoints. A model fits other data whose
  /// `input` and `class_names` are the same.
  nlohmann::json facts;
  /// Values that take the place of random ones at the start, by the parameter's path, e.g. word vectors. A
  /// row that begins with NaN keeps its random start.
  std::map<std::string, at::Tensor> initial = {};
  /// Of data whose truth is known: the best value of a test metric that any model can expect, by its name.
  std::map<std::string, double> ceiling = {};
};

/// One line of a domain's list of models, as `models` prints it.
struct ModelInfo {
  std::string name, description, arguments;
};

/// The one thing to write to extend the suite to a new kind of product.
class Task {
 public:
  virtual ~Task() = default;

  virtual std::string name() const = 0;  // also the program's name
  virtual std::vector<ModelInfo> models() const = 0;
  /// Loads what `request` asks for: dataset, data_directory, train_limit, test_limit and the task's own keys.
  virtual Dataset load(const nlohmann::json& request) const = 0;
  /// A fresh model for data with these facts; its weights are set by initialise() afterwards.
  virtual std::shared_ptr<Network> build(const Spec& model, const ActivationChoice& activation,
                                         const nlohmann::json& facts) const = 0;
  /// Loss and metrics for data with these facts; selects by primary_metric().
  virtual Objective objective(const nlohmann::json& facts, const Hyperparameters& hyper) const = 0;
  virtual std::string primary_metric() const = 0;
  /// The smallest difference of that metric that matters in practice, above 0: what verdicts are measured
  /// against. Throws a usage error for a metric that this task does not have.
  virtual double practical_threshold(const std::string& metric) const = 0;
};

}  // namespace actlab
