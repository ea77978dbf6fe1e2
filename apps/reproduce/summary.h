#pragma once

#include <string>
#include <vector>

#include "apps/reproduce/results.h"
#include "lib/report/layout.h"

namespace actlab {

/// One table of several comparisons: a row for each activation, best mean place first, and for each
/// comparison its metric and verdict.
Layout summarise(const std::string& title, const std::vector<NamedComparison>& comparisons);

}  // namespace actlab
