#pragma once

#include <map>
#include <string>
#include <vector>

namespace actlab {

/// The name of specs that hold a formula.
constexpr auto formula_name = "expr";

/// A name with arguments as users type it: `leaky_relu:slope=0.1` or `mlp:depth=8,norm=none`.
/// Values stay text here; whoever owns the name says what they mean. A formula may hold commas and colons of
/// its own: in `expr:x * sigmoid(beta * x);beta=1` the text up to the first semicolon is the argument
/// `formula`, and semicolons part the other arguments.
struct Spec {
  std::string name;
  std::map<std::string, std::string> arguments;

  /// The canonical text, arguments in alphabetical order; parse_spec() reads it back.
  std::string text() const;
  bool operator==(const Spec& other) const { return text() == other.text(); }
};

/// Reads one spec. Throws a usage error on an empty name, a missing `=` or a repeated key. Blanks around the
/// parts of a formula's spec are dropped, and runs of blanks inside a formula become one.
Spec parse_spec(const std::string& text);

/// Reads a comma-separated list of specs. A part of the form `key=value` belongs to the spec before it,
/// so `elu,snake:alpha=1,learned=true,relu` is three specs; a comma inside parentheses separates nothing, so
/// `relu,expr:where(x > 0, x, 0.1 * x),tanh` is three as well.
std::vector<Spec> parse_spec_list(const std::string& text);

/// Reads a whole number in [low, high]; `what` names it in the error.
long parse_integer(const std::string& what, const std::string& text, long low, long high);

/// Reads a finite number in [low, high].
double parse_number(const std::string& what, const std::string& text, double low, double high);

/// The argument `key` of `spec`, or `fallback` when it was not given.
long integer_argument(const Spec& spec, const std::string& key, long fallback, long low, long high);
double number_argument(const Spec& spec, const std::string& key, double fallback, double low, double high);
bool flag_argument(const Spec& spec, const std::string& key, bool fallback);
std::string choice_argument(const Spec& spec, const std::string& key, const std::string& fallback,
                            const std::vector<std::string>& allowed);

/// Throws a usage error with the nearest key when `spec` has an argument outside `allowed`.
void check_keys(const Spec& spec, const std::vector<std::string>& allowed);

/// Reads `0..4`, `0,3,7` or a mixture into distinct seeds in the order given.
std::vector<long> parse_seeds(const std::string& text);

}  // namespace actlab
