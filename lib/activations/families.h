#pragma once

// The rows of the catalogue, one file a family, and the little vocabulary in which they are written.
// The tables are laid out by hand: name, formula, arguments / function / origin / range, traits, extras.
// To add a function: one row(...) in its family. Groups, tests, gain and command-line name follow from it.

#include <string>
#include <vector>

#include "lib/activations/catalogue.h"

namespace actlab::families {

/// The yes-or-no properties of a row, joined with |; see Row and Kind for their meaning.
enum Trait : unsigned {
  none = 0,
  monotone = 1u << 0,
  smooth = 1u << 1,
  zero_centred = 1u << 2,
  native = 1u << 3,
  random = 1u << 4,
  ordered = 1u << 5,
  layer_wide = 1u << 6,
  learns_on_request = 1u << 7,
  normalising = 1u << 8,
  cancels = 1u << 9,
  multi_unit = 1u << 10,
  contextual = 1u << 11,
  self_normalising = 1u << 12
};

/// What only a few rows have.
struct Extra {
  Kinks kinks;
  std::vector<std::string> aliases = {};
  std::string twin = {};
  double width_factor = 1;
  std::vector<Learned> (*learned)(const Numbers& numbers) = nullptr;
};

Row row(std::string name, std::string formula, std::vector<Argument> arguments, Function function,
        std::string origin, std::string range, unsigned traits, Extra extra = {});

/// Applies `operation` in float32 where x is bfloat16, for operators that LibTorch 1.13 lacks there, and for
/// formulas that would lose too much in between.
template <class Operation>
at::Tensor widened(const at::Tensor& x, Operation operation) {
  if (x.scalar_type() != at::kBFloat16) return operation(x);
  return operation(x.to(at::kFloat)).to(at::kBFloat16);
}

std::vector<Row> sigmoidal();
std::vector<Row> rectified();
std::vector<Row> exponential();
std::vector<Row> gated();
std::vector<Row> shrinkage();
std::vector<Row> periodic();  // and other functions that go up and down
std::vector<Row> adaptive();  // see the rest of the sample or batch, or learn their whole shape
std::vector<Row> multi_unit_rows();
std::vector<Row> output();

}  // namespace actlab::families
