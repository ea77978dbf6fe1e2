#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace actlab::test {

/// Reference values under `name`, written by tests/golden/statistics.py.
inline nlohmann::json golden(const std::string& name) {
  return nlohmann::json::parse(std::ifstream(std::string(ACTLAB_GOLDEN) + "/statistics.json")).at(name);
}

}  // namespace actlab::test
