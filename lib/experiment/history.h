#pragma once

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "lib/core/shared_name.h"
#include "lib/training/trainer.h"

namespace actlab {

/// What was measured after each epoch of a run: a table with a row an epoch, in their order, and a column a
/// figure: epoch, lr, train_loss, seconds, and validation_accuracy and the like. NaN where nothing was
/// measured.
class History {
 public:
  using Row = std::vector<std::pair<std::string_view, double>>;  // names and values of figures

  void add(const EpochResult& epoch);
  void add(const Row& row);

  size_t size() const { return columns_.empty() ? 0 : values_.size() / columns_.size(); }
  bool empty() const { return values_.empty(); }
  /// A value an epoch.
  std::vector<double> column(std::string_view figure) const;

  friend void to_json(nlohmann::json& json, const History& history);

 private:
  void add_column(std::string_view figure);
  /// The number of columns where there is none of that name.
  size_t find_column(std::string_view figure) const;

  std::vector<SharedName> columns_;
  std::vector<double> values_;  // row by row
};

}  // namespace actlab
