#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "lib/core/spec.h"

namespace actlab {

namespace kernels {
struct Kernel;
}

using Numbers = std::vector<double>;

/// A number that a row takes, given as `name=value` behind the colon.
struct Argument {
  std::string name;
  double fallback;
  double low;  // smallest and largest value that make sense
  double high;
  bool learned = false;                   // the value is where training starts; one a channel unless shared
  bool whole = false;                     // whole numbers only
  std::vector<std::string> options = {};  // a word instead of a number, which is then its place in this list

  /// A value as it is typed: the number, or the word that it stands for.
  std::string text(double value) const;
};

/// Numbers of a site that training changes: one a channel, or several (the hinges of APL).
struct Learned {
  std::string name;
  Numbers start;  // for one channel
};

/// What a row's function sees besides its input.
struct Call {
  const Numbers& numbers;  // one per Argument, in the row's order

  /// One per ActivationChoice::learned(), in the type of x. A single number a channel is shaped to broadcast
  /// over x; several stand along a new first dimension, each shaped so: parameter[i] broadcasts.
  const std::vector<at::Tensor>& parameters;
  bool frozen;             // the parameters are constants: operators that take plain numbers may be used
  long channel_dimension;  // counted from the front
  bool training;           // random rows draw, and normalising ones measure, only in training
  at::Generator* noise;    // the site's own stream; defined when a random row trains

  /// Of normalising rows: running mean and variance, [channels], to be updated in place while training.
  const std::vector<at::Tensor>& state;
};

/// The value of a row at every element of x, of any shape; the row's Kind says what an output depends on.
using Function = std::function<at::Tensor(const at::Tensor& x, const Call& call)>;

/// What one output of a row depends on.
enum class Kind {
  element_wise,  // one element of the input
  multi_unit,    // several channels of the input: output channel c of C sees c, c + C, c + 2C, …
  contextual     // other elements of the sample or the batch too (a mean, a neighbourhood)
};

/// Points where a function has no derivative, or jumps; they may depend on its arguments.
class Kinks {
 public:
  using Place = Numbers (*)(const Numbers& numbers);
  Kinks() = default;
  Kinks(std::initializer_list<double> points) : points_(points) {}
  Kinks(Place place) : place_(place) {}  // NOLINT: rows write a function where a list would stand
  Numbers at(const Numbers& numbers) const { return place_ ? place_(numbers) : points_; }

 private:
  Numbers points_;
  Place place_ = nullptr;
};

/// One activation function: everything the suite knows about it. Tests, gains, documentation and the name on
/// the command line follow from the row, so adding a function is one row and one Function.
struct Row {
  std::string name;
  std::string formula;  // as printed, UTF-8
  std::vector<Argument> arguments;
  Function function;
  std::string origin;  // authors, year, title
  std::string range;   // "(0, 1)", UTF-8, at default arguments; of multi-unit and contextual rows as well;
                       // "(not known)" for formulas
  Kind kind = Kind::element_wise;
  bool monotone = false;           // never decreasing, whatever the arguments
  bool smooth = false;             // continuously differentiable everywhere
  bool zero_centred = false;       // odd
  bool native = false;             // LibTorch has the operator itself
  bool random = false;             // draws noise in training (RReLU)
  bool ordered = false;            // every argument must be greater than the one before it (min < max)
  bool layer_wide = false;         // what it learns is one set of numbers a layer, never one a channel
  bool learns_on_request = false;  // its learned arguments stay at their start unless `learned=true`
  bool normalising = false;        // keeps a running mean and variance of its input (Dice)
  bool self_normalising = false;   // drives its signal to mean 0 and variance 1 (SELU): wants alpha dropout
  bool cancels = false;            // differences of nearly equal numbers: accurate to a part of the largest
                                   // intermediate value rather than of the result
  Kinks kinks;
  std::vector<std::string> aliases;
  std::string twin;         // rows that are one function at default arguments (frozen, where they learn)
                            // share this text; else empty
  double width_factor = 1;  // input channels per output channel (2 for GLU, ½ for CReLU); 0 when the first
                            // argument says (maxout's pieces): builders ask ActivationChoice::input_width()

  /// What the row learns, where that is not simply its learned arguments.
  std::vector<Learned> (*learned)(const Numbers& numbers) = nullptr;

  /// The same function as a loop for float32 on the CPU (kernels/); null where there is none.
  const kernels::Kernel* kernel = nullptr;
};

/// The table, in the order in which it is printed.
const std::vector<Row>& catalogue();

/// Functions for the output of a network (softmax, …): checked, listed and plotted, but no hidden
/// activations.
const std::vector<Row>& output_functions();

/// The row with this name or alias; null without one.
const Row* find_row(const std::vector<Row>& rows, const std::string& name);

/// Every text that stands for one of these rows.
std::vector<std::string> names_and_aliases(const std::vector<Row>& rows);

/// Adds rows of a program's own to the table. Throws a usage error after anything has read the table, and for
/// a name that exists.
void add_rows(std::vector<Row> rows);

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
  Numbers numbers;      // one per Argument
  bool shared = false;  // learned numbers: one set for the layer rather than one a channel
  bool frozen = false;  // learned numbers stay at their start

  /// Canonical: name and every argument, also those at their defaults (`leaky_relu:slope=0.01`);
  /// `shared=true` and `frozen=true` (or `learned=true`) where set. Resolving the text gives an equal choice.
  std::string text() const;

  /// What a site learns, or would learn if it were not frozen.
  std::vector<Learned> learned() const;
  /// Whether it learns anything.
  bool learns() const { return !frozen && !learned().empty(); }

  /// Input channels per output channel.
  double width_factor() const;
  /// Outputs of the smallest group of channels that depend on each other: 2 for CReLU, else 1.
  long outputs_per_unit() const;
  /// How many channels the layer before a site of `outputs` channels must have. Throws a usage error when
  /// that is no whole number (CReLU gives two outputs for every input).
  long input_width(long outputs) const;
};

/// Resolves one spec. Arguments: the row's own; for rows that learn `shared=true|false` and
/// `frozen=true|false`, or `learned=true|false` for those that learn on request. `expr:` is a formula
/// (lib/activations/formula.h). Throws a usage error with the nearest name or key, or when a number is out of
/// range.
ActivationChoice resolve_activation(const Spec& spec);

/// The same, for output functions too.
ActivationChoice resolve_function(const Spec& spec);

/// Resolves the value of `--activations`: names with arguments, groups and `all`, without duplicates, in
/// order. Throws as resolve_activation() does; groups take no arguments.
std::vector<ActivationChoice> resolve_activations(const std::string& text);

}  // namespace actlab
