#pragma once

#include <ATen/core/Tensor.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "lib/metrics/classification.h"

namespace actlab {

inline nlohmann::json golden(const std::string& name) {
  return nlohmann::json::parse(std::ifstream(ACTLAB_GOLDEN "/" + name + ".json"));
}

/// Every value that `expected` has a number for, and none that it has null for.
inline void expect_metrics(const MetricValues& values, const nlohmann::json& expected,
                           const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const auto& wanted = expected.at(name);
    if (wanted.is_null()) {
      EXPECT_EQ(values.count(name), 0U) << expected.at("name") << " " << name;
    } else {
      EXPECT_NEAR(values.at(name), wanted, 1e-12 * std::max(1.0, wanted.get<double>()))
          << expected.at("name") << " " << name;
    }
  }
}

}  // namespace actlab
