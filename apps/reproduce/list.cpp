#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "apps/reproduce/commands.h"
#include "lib/cli/progress.h"
#include "lib/report/formats.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

std::string calls_text(const Study& study, Size size) {
  const auto calls = study.calls.find(size);
  return calls == study.calls.end() ? absent : std::to_string(calls->second.size());
}

int list(const StudyFlags& flags) {
  Layout layout;
  layout.columns = {{"study", "", false, {}},
                    {"title", "", false, {}},
                    {"smoke", "calls of `compare` on embedded data", true, {}},
                    {"full", "calls of `compare` on the data that the study is about", true, {}}};
  for (const auto& study : read_studies(flags.folder())) {
    layout.columns[0].cells.push_back(study.name);
    layout.columns[1].cells.push_back(study.title);
    layout.columns[2].cells.push_back(calls_text(study, Size::smoke));
    layout.columns[3].cells.push_back(calls_text(study, Size::full));
    layout.best.push_back(false);
  }
  std::cout << terminal_table(layout, false, terminal_width(STDOUT_FILENO, line_width)) << '\n'
            << "  smoke, full: calls of `compare` in that size; `reproduce run STUDY --smoke --dry-run` "
               "shows them\n";
  return 0;
}

}  // namespace

void add_list_command(Program& program) {
  const auto flags = std::make_shared<StudyFlags>();
  auto& command = program.add_command("list", "the studies", [flags] { return list(*flags); });
  flags->add_folder_to(command);
}

}  // namespace actlab
