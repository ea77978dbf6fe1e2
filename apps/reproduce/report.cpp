#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "apps/reproduce/commands.h"
#include "apps/reproduce/delivery.h"
#include "apps/reproduce/study_page.h"
#include "lib/core/error.h"
#include "lib/report/formats.h"

namespace actlab {
namespace {

struct ReportOptions {
  StudyFlags study;
  std::vector<std::string> names;
  std::string records, title;
  Judging judging;
  Delivery delivery;
};

/// Any number of folders with records are one report.
int report_folders(const ReportOptions& options) {
  StudyReport report{options.title.empty() ? "Activations compared" : options.title,
                     {},
                     {},
                     folder_batches(options.names),
                     {},
                     {},
                     options.judging};
  options.delivery.deliver(report);
  return 0;
}

int report_study(const ReportOptions& options) {
  const auto study = find_study(options.study.folder(), options.names.front());
  const auto size = study.size(options.study.wanted());
  const auto output = study.output(options.records, size);
  if (options.judging.metric.empty() && options.judging.baseline.empty()) {
    options.delivery.deliver(study, size, output);
  } else {
    options.delivery.deliver(report_of(study, size, output, options.judging));
  }
  return 0;
}

int report(const ReportOptions& options) {
  options.delivery.check();
  const auto is_study = [&](const std::string& name) { return has_study(options.study.folder(), name); };
  if (options.names.size() == 1 && is_study(options.names.front())) return report_study(options);
  return report_folders(options);
}

struct CheckOptions {
  StudyFlags study;
  std::string name, records;
};

int check(const CheckOptions& options) {
  const auto study = find_study(options.study.folder(), options.name);
  const auto size = study.size(options.study.wanted());
  const auto output = study.output(options.records, size);
  const auto report = report_of(study, size, output, {});
  std::cout << terminal_table(outcome_table(report.outcomes), false, line_width);
  long failed = 0, unknown = 0;
  for (const auto& outcome : report.outcomes) {
    failed += outcome.state == Outcome::State::fails;
    unknown += outcome.state == Outcome::State::unknown;
    if (outcome.state == Outcome::State::fails) std::cerr << outcome.place << ": does not hold\n";
  }
  std::cerr << fmt::format("{} expectations, {} do not hold, {} cannot be said\n", report.outcomes.size(),
                           failed, unknown);
  if (failed > 0) return static_cast<int>(ExitCode::expectation);
  if (unknown == static_cast<long>(report.outcomes.size()) && unknown > 0)
    throw data_error("there are no records to check", output.string(), "", "`reproduce run` makes them");
  return 0;
}

}  // namespace

void add_report_command(Program& program) {
  const auto options = std::make_shared<ReportOptions>();
  auto& command = program.add_command(
      "report", "make the report of a study, or of any output folders, again from records",
      [options] { return report(*options); });
  command.add_option("names", options->names, "a study, or output folders of `compare` of any domain")
      ->required();
  options->study.add_to(command);
  command.add_option("--records", options->records, "folder with the study's records [results/STUDY]");
  command.add_option("--title", options->title, "of a report on folders");
  command.add_option("--baseline", options->judging.baseline,
                     "activation that the others are compared with [relu, else the first]");
  command.add_option("--metric", options->judging.metric, "test metric to rank by [each task's own]");
  command.add_option("--output", options->delivery.file, "file to write [standard output]");
  options->delivery.add_to(command);
}

void add_check_command(Program& program) {
  const auto options = std::make_shared<CheckOptions>();
  auto& command = program.add_command(
      "check", "whether the expectations of a study hold in its records (exit code 4: one does not)",
      [options] { return check(*options); });
  command.add_option("study", options->name, "a name from `list`")->required();
  options->study.add_to(command);
  command.add_option("--records", options->records, "folder with the study's records [results/STUDY]");
}

}  // namespace actlab
