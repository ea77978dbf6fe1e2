#pragma once

#include <string>
#include <vector>

#include "datasets/clicks/value_map.h"

namespace actlab {

/// What another table says of a value: of an item, or of a user.
class SideTable {
 public:
  explicit SideTable(size_t columns) : empty_(columns) {}

  /// A second row for the same key is left out.
  void add(std::string_view key, std::vector<std::string> row) {
    if (static_cast<size_t>(keys_.insert(key)) == rows_.size()) rows_.push_back(std::move(row));
  }
  /// Appends its columns, empty ones for a key that is not known.
  void extend(std::string_view key, std::vector<std::string_view>& values) const {
    const long place = keys_.find(key);
    const auto& row = place < 0 ? empty_ : rows_[static_cast<size_t>(place)];
    values.insert(values.end(), row.begin(), row.end());
  }

 private:
  ValueMap keys_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::string> empty_;
};

}  // namespace actlab
