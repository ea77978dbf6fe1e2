#pragma once

#include <string>

namespace actlab {

/// Whether more is better: false for losses and calibration errors.
inline bool larger_is_better(const std::string& metric) { return metric != "log_loss" && metric != "ece"; }

}  // namespace actlab
