#pragma once

// The rows of the catalogue, one file a family, and the little vocabulary in which they are written.
// The tables are laid out by hand: name, formula, arguments / function / origin / range, traits, extras.
// To add a function: one row(...) in its family. Groups, tests, gain and command-line name follow from it.

#include <string>
#include <vector>

#include "lib/activations/catalogue.h"

namespace actlab::families {

/// The yes-or-no properties of a row, joined with |; see Row for their meaning.
enum Trait : unsigned {
  none = 0,
  monotone = 1,
  smooth = 2,
  zero_centred = 4,
  native = 8,
  random = 16,
  ordered = 32
};

/// What only a few rows have.
struct Extra {
  std::vector<double> kinks;
  std::vector<std::string> aliases = {};
  std::string twin = {};
  long width_factor = 1;
};

Row row(std::string name, std::string formula, std::vector<Argument> arguments, Function function,
        std::string origin, std::string range, unsigned traits, Extra extra = {});

/// Applies `operation` in float32 where x is bfloat16 on the CPU, for operators that LibTorch 1.13 lacks
/// there.
template <class Operation>
at::Tensor widened(const at::Tensor& x, Operation operation) {
  if (x.scalar_type() != at::kBFloat16 || !x.is_cpu()) return operation(x);
  return operation(x.to(at::kFloat)).to(at::kBFloat16);
}

std::vector<Row> sigmoidal();
std::vector<Row> rectified();
std::vector<Row> exponential();
std::vector<Row> gated();
std::vector<Row> others();  // shrinkage, periodic, multi-unit

}  // namespace actlab::families
