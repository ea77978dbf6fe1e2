#pragma once

#include <string>

#include "lib/cli/program.h"

namespace actlab {

/// What the `data` command of every domain understands.
struct DataOptions {
  std::string action = "list";  // list, fetch, verify, path
  std::string name;
  std::string data_dir;
  std::string mirror;
  bool quiet = false;
};

/// Adds `data list|fetch|verify|path [NAME]` for the public sets of the program. `options` must outlive the
/// program.
void add_data_command(Program& program, DataOptions& options);

}  // namespace actlab
