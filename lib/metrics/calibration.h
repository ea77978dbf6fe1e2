#pragma once

namespace actlab {

/// Bins of equal width over a probability, for the expected calibration error.
constexpr long calibration_bins = 15;

}  // namespace actlab
