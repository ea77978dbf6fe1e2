#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lib/activations/catalogue.h"
#include "lib/training/trainer.h"

namespace actlab {

/// A loaded data set. Where `validation` is empty, run_one splits it off `train` by the run's seed.
struct Dataset {
  std::string name;
  std::string fingerprint;
  std::string note;
  Examples train, validation, test;
  nlohmann::json facts;  // all that Task::build needs to know about the data, and class_names; goes into checkpoints
};

/// The one thing to write to extend the suite to a new kind of product.
class Task {
 public:
  virtual ~Task() = default;

  virtual std::string name() const = 0;  // also the program's name
  /// Loads what `request` (the program's own JSON: dataset, data_directory, limits, …) asks for.
  virtual Dataset load(const nlohmann::json& request) const = 0;
  /// A fresh model for data with these facts; weights not yet initialised by policy.
  virtual std::shared_ptr<Network> build(const Spec& model, const ActivationChoice& activation,
                                         const nlohmann::json& facts) const = 0;
  virtual Objective objective(const nlohmann::json& facts, const Hyperparameters& hyper) const = 0;
  /// A difference of the primary metric below this is of no practical use.
  virtual double practical_threshold() const = 0;
};

}  // namespace actlab
