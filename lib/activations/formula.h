#pragma once

#include "lib/activations/catalogue.h"

namespace actlab {

/// The row of a formula that a user typed, `expr:x * sigmoid(beta * x);beta=1`. Its arguments are the
/// constants, learned from the number given, one a channel unless shared. LibTorch's TorchScript compiler
/// turns the text into operators, behind a check that lets arithmetic on x through and nothing else
/// (formula_source.h); docs/formulas.md is the user's page. float32 and float64 are computed as they are,
/// shorter types in float32. Nothing is known about monotony, range and kinks. Where a branch of where()
/// overflows, its gradient is NaN although the other branch is taken: that is the formula's to avoid, as
/// where(x > 0, x, exp(min(x, 0)) - 1) does.
///
/// The same text gives the same row, which lives as long as the program. Thread-safe. Throws a usage error
/// that shows the place when the formula is no arithmetic, does not compile, gives another shape or type than
/// that of x, is nowhere finite in [-3, 3], or has no derivative with respect to x or to a constant.
const Row* formula_row(const Spec& spec);

}  // namespace actlab
