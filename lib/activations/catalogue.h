#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "lib/core/spec.h"

namespace actlab {

/// A number that a row takes, given as `name=value` behind the colon.
struct Argument {
  std::string name;
  double fallback;
  double low;  // smallest and largest value that make sense
  double high;
  bool learned = false;  // the value is then where training starts; one a channel unless the row is shared
  bool whole = false;    // whole numbers only
};

/// What a row's function sees besides its input.
struct Call {
  const std::vector<double>& numbers;  // one per Argument, in the row's order
  const std::vector<at::Tensor>&
      parameters;          // one per Argument, shaped to broadcast over x; undefined if not learned
  long channel_dimension;  // where multi-unit rows find the inputs of a unit
  bool training;           // random rows draw only in training
  at::Generator* noise;    // the site's own stream; defined when a random row trains
};

/// The value of a row at every element of x. Any shape; element-wise unless the row is multi-unit: then
/// output channel c of C sees input channels c, c + C, c + 2C, …
using Function = at::Tensor (*)(const at::Tensor& x, const Call& call);

/// One activation function: everything the suite knows about it. Tests, gains, documentation and the name on
/// the command line follow from the row, so adding a function is one row and one Function.
struct Row {
  std::string name;
  std::string formula;  // as printed, UTF-8
  std::vector<Argument> arguments;
  Function function;
  std::string origin;  // authors, year, title
  std::string range;   // "(0, 1)", UTF-8
  bool monotone;
  bool smooth;                // continuously differentiable everywhere
  bool zero_centred;          // takes both signs, f(0) = 0 and odd or nearly so
  bool native;                // LibTorch has the operator itself
  std::vector<double> kinks;  // points to leave out of derivative tests (for the default arguments)
  std::vector<std::string> aliases;
  std::string twin;       // rows that are one function at default arguments (frozen, where they learn)
                          // share this text; else empty
  long width_factor = 1;  // input channels per output channel (2 for GLU); 0 when the first argument says
                          // (maxout's pieces): builders ask ActivationChoice::width_factor()
  bool random = false;    // draws noise in training (RReLU)
  bool ordered = false;   // every argument must be greater than the one before it (min < max)
};

/// The table, in the order in which it is printed.
const std::vector<Row>& catalogue();

/// A named subset for `--activations`, e.g. `article`. Members are row names.
struct Group {
  std::string name;
  std::string meaning;
  std::vector<std::string> members;
};
const std::vector<Group>& groups();

/// A row with its arguments resolved: what a user asked for, checked.
struct ActivationChoice {
  const Row* row = nullptr;
  std::vector<double> numbers;  // one per Argument
  bool shared = false;          // learned arguments: one for the layer rather than one a channel
  bool frozen = false;          // learned arguments stay at their start

  /// Canonical: name and every argument, also those at their defaults (`leaky_relu:slope=0.01`);
  /// `shared=true` and `frozen=true` where set. Resolving the text gives an equal choice.
  std::string text() const;

  /// Input channels per output channel: a builder makes the layer before the site this many times as wide.
  long width_factor() const;
};

/// Resolves one spec. Arguments: the row's own; `shared=true|false` and `frozen=true|false` for learned ones.
/// Throws a usage error with the nearest name or key, or when a number is out of range.
ActivationChoice resolve_activation(const Spec& spec);

/// Resolves the value of `--activations`: names with arguments, groups and `all`, without duplicates, in
/// order. Throws as resolve_activation() does; groups take no arguments.
std::vector<ActivationChoice> resolve_activations(const std::string& text);

}  // namespace actlab
