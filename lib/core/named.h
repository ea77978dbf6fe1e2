#pragma once

#include <string>
#include <vector>

#include "lib/core/error.h"

namespace actlab {

/// The entry of that `name` in an explicit list; `kind` says in the error what the list is of. Throws a usage
/// error with the nearest name.
template <typename Entry>
const Entry& find_named(const std::string& kind, const std::string& name, const std::vector<Entry>& list) {
  std::vector<std::string> names;
  for (const auto& entry : list) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  throw unknown_name(kind, name, names);
}

}  // namespace actlab
