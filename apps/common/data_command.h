#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "lib/cli/program.h"

namespace actlab {

/// What the `data` command of every domain understands.
struct DataOptions {
  std::string action = "list";  // list, fetch, verify, path, inspect
  std::string name;             // of a data set; of a file to inspect
  std::string data_dir;
  std::string mirror;
  bool quiet = false;
};

/// What a domain can say about a file: the text that `data inspect FILE` prints.
using Inspect = std::function<std::string(const std::filesystem::path&)>;

/// Adds `data list|fetch|verify|path [NAME]` for the public sets of the program, and `data inspect FILE`
/// where the domain has an answer. `options` must outlive the program.
void add_data_command(Program& program, DataOptions& options, const Inspect& inspect = {});

}  // namespace actlab
