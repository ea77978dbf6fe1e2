#pragma once

#include <vector>

#include "lib/statistics/moments.h"

namespace actlab {

/// Cohen's d_z of paired differences: their mean in units of their own spread (Cohen 1988). Without spread
/// ±∞, or NaN when the mean is 0 too; NaN below two values.
double cohens_dz(const Moments& differences);

/// Factor that takes the bias from a standardised mean with that many degrees of freedom (for d_z: pairs −
/// 1): J(m) = Γ(m/2) / (√(m/2) Γ((m − 1)/2)) (Hedges 1981). 0 for one degree, where the mean of d does not
/// exist. std::invalid_argument below one degree.
double hedges_correction(long degrees);

/// Cliff's δ (1993): the share of all pairs in which a run of `method` beats one of `baseline` less the share
/// in which it loses, from −1 to 1. NaN when one has no runs; std::invalid_argument when a value is not
/// finite.
double cliffs_delta(const std::vector<double>& method, const std::vector<double>& baseline);

}  // namespace actlab
