#pragma once

#include "lib/activations/catalogue.h"

namespace actlab {

/// Whether a row of one variable never rises and then falls again (is quasiconvex), for all arguments in
/// their ranges: the largest of several values is then that of the smallest or of the largest input. Monotone
/// rows are, and those of the table in shape.cpp, which the check `properties` keeps true.
bool falls_then_rises(const Row& row);

}  // namespace actlab
