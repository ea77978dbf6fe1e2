#include "apps/reproduce/program.h"

#include "apps/reproduce/commands.h"
#include "lib/cli/doctor.h"
#include "lib/core/error.h"

namespace actlab {

void StudyFlags::add_folder_to(CLI::App& command) {
  command.add_option("--studies", studies, "folder of study files [the suite's own]");
}

void StudyFlags::add_to(CLI::App& command) {
  add_folder_to(command);
  command.add_flag("--smoke", smoke, "the size for a few minutes, on embedded data alone");
  command.add_flag("--full", full, "the size that the study is about");
}

std::optional<Size> StudyFlags::wanted() const {
  if (smoke && full) throw usage_error("a study is run in one size", "--smoke --full", "one of them");
  if (smoke) return Size::smoke;
  if (full) return Size::full;
  return std::nullopt;
}

int run_reproduce(int argc, char** argv) {
  Program program("reproduce", "Studies: comparisons across all domains, from their files to their pages.");
  add_list_command(program);
  add_run_command(program);
  add_report_command(program);
  add_check_command(program);
  add_doctor_command(program, "reproduce");
  return program.run(argc, argv);
}

}  // namespace actlab
