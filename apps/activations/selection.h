#pragma once

#include <string>
#include <vector>

#include "lib/activations/catalogue.h"

namespace actlab {

/// The functions that names from the command line stand for, in order, without duplicates: activations with
/// arguments, groups, `all` (the output functions too), `output` (those alone), formulas. Each name may be a
/// list. Throws a usage error with the nearest name.
std::vector<ActivationChoice> select_functions(const std::vector<std::string>& names);

/// The same for activations alone, as `--activations` of the other programs understands them.
std::vector<ActivationChoice> select_activations(const std::vector<std::string>& names);

/// Whether it is one of output_functions().
bool stands_at_output(const ActivationChoice& choice);

/// A yes-or-no property of a row, as lists show it and filters ask for it.
struct Property {
  std::string name;
  std::string meaning;
  bool (*holds)(const ActivationChoice& choice);
};
const std::vector<Property>& properties();

/// The names of the properties that hold, e.g. "monotone, smooth"; empty without any.
std::string properties_text(const ActivationChoice& choice);

/// The effective arguments, e.g. "init=0.25 (learned)"; empty without any.
std::string arguments_text(const ActivationChoice& choice);

/// Names of the groups that hold the row, without `all`.
std::vector<std::string> groups_of(const ActivationChoice& choice);

/// Names of the other rows that are the same function at default arguments.
std::vector<std::string> twins_of(const ActivationChoice& choice);

}  // namespace actlab
