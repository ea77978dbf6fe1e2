#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace actlab {

/// What of the environments of runs (RunRecord::environment) decides speed and rounding and is not the same
/// in all: "kernels: fused, not stated; threads: 1, 2". Empty where nothing of it differs. Versions of ActLab
/// do not count.
std::string differences_of(const std::set<nlohmann::json>& environments);

}  // namespace actlab
