#pragma once

// The commands of the program, one file each.

#include <optional>
#include <string>

#include "apps/reproduce/study.h"
#include "lib/cli/program.h"

namespace actlab {

/// --studies, and --smoke or --full: which study is meant, and how much of it.
struct StudyFlags {
  std::string studies;
  bool smoke = false, full = false;

  void add_folder_to(CLI::App& command);
  void add_to(CLI::App& command);
  std::filesystem::path folder() const { return studies_folder(studies); }
  /// Throws a usage error for both.
  std::optional<Size> wanted() const;
};

void add_list_command(Program& program);
void add_run_command(Program& program);
void add_report_command(Program& program);
void add_check_command(Program& program);

}  // namespace actlab
