#pragma once

#include <c10/core/Device.h>

#include <string>
#include <vector>

#include "lib/activations/catalogue.h"

namespace actlab {

/// What one check found out about one activation.
struct CheckFinding {
  enum class Result { passed, failed, not_applicable };
  Result result;
  std::string detail;  // the largest error and where it is, or why the check does not apply
};

/// Something that must hold for a row, whatever the build and the device.
struct Check {
  std::string name;     // "float64", "gradient", "extremes", …
  std::string meaning;  // one sentence with the tolerance
  CheckFinding (*run)(const ActivationChoice& choice, at::Device device);
};

/// Every check, in the order in which they are printed. The test suite and `activations check` run the same
/// ones.
const std::vector<Check>& checks();

/// The specs that have reference values (made with mpmath, see reference/generate.py), canonical.
const std::vector<std::string>& referenced_specs();

}  // namespace actlab
