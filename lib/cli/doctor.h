#pragma once

#include "lib/cli/program.h"

namespace actlab {

/// Adds `doctor`, which prints what the program called `name` found on this machine.
void add_doctor_command(Program& program, const std::string& name);

}  // namespace actlab
