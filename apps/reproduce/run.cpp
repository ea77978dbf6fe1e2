#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "apps/reproduce/child.h"
#include "apps/reproduce/commands.h"
#include "apps/reproduce/delivery.h"
#include "apps/reproduce/measurements.h"
#include "apps/reproduce/study_page.h"
#include "lib/cli/flags.h"
#include "lib/core/error.h"
#include "lib/core/interrupt.h"
#include "lib/core/named.h"
#include "lib/core/spec.h"

namespace actlab {
namespace {

struct RunOptions {
  StudyFlags study;
  std::string name, output, seeds;
  std::vector<std::string> only;
  Delivery delivery;
  int jobs = 0;
  bool dry_run = false, quiet = false;
};

void say(const std::string& line) { std::cerr << line << std::endl; }

/// What the user changes about every call.
std::vector<std::string> more_arguments(const RunOptions& options) {
  std::vector<std::string> arguments;
  if (!options.seeds.empty()) arguments.insert(arguments.end(), {"--seeds", options.seeds});
  if (options.jobs > 0) arguments.insert(arguments.end(), {"--jobs", std::to_string(options.jobs)});
  if (options.quiet) arguments.emplace_back("--quiet");
  if (options.dry_run) arguments.emplace_back("--dry-run");
  return arguments;
}

std::vector<CompareCall> chosen_calls(const std::vector<CompareCall>& calls,
                                      const std::vector<std::string>& only) {
  if (only.empty()) return calls;
  std::vector<CompareCall> chosen;
  for (const auto& name : only) chosen.push_back(find_named("comparison of this study", name, calls));
  return chosen;
}

/// Runs one call as a user would; returns its exit code.
int run_call(const CompareCall& call, const std::filesystem::path& output, const RunOptions& options) {
  if (!call.needs.empty() && !is_installed(call.needs)) {
    say(fmt::format("{}: skipped, because {} is not installed", call.name, call.needs));
    return 0;
  }
  auto arguments = arguments_of(call, output);
  for (const auto& more : more_arguments(options)) arguments.push_back(more);
  auto words = arguments;
  words.insert(words.begin(), call.program);
  say("$ " + shell_text(words));
  const int code = run_child(program_folder() / call.program, arguments, options.dry_run);
  const bool stopped = interrupts() > 0;
  if (code != 0 && !stopped)
    say(fmt::format("{}: {} ended with exit code {}", call.name, call.program, code));
  return stopped ? static_cast<int>(ExitCode::interrupted) : code;
}

/// The exit code of the first call that failed; the others are done all the same.
int run_calls(const std::vector<CompareCall>& calls, const std::filesystem::path& output,
              const RunOptions& options) {
  int first_failure = 0;
  for (const auto& call : calls) {
    const int code = run_call(call, output, options);
    if (code == static_cast<int>(ExitCode::interrupted)) {
      say("interrupted: everything finished is kept, and the same command does the rest");
      return code;
    }
    if (first_failure == 0) first_failure = code;
  }
  return first_failure;
}

int run(const RunOptions& options) {
  options.delivery.check();
  if (!options.seeds.empty()) parse_seeds(options.seeds);
  const auto study = find_study(options.study.folder(), options.name);
  const auto size = study.size(options.study.wanted());
  const auto output = study.output(options.output, size);
  count_interrupts();
  const int code = run_calls(chosen_calls(study.calls.at(size), options.only), output, options);
  if (options.dry_run || code == static_cast<int>(ExitCode::interrupted)) return code;
  if (study.claims) measure_missing(measured_folder(output), options.quiet);
  if (interrupts() > 0) return static_cast<int>(ExitCode::interrupted);
  options.delivery.deliver(study, size, output);
  return code;
}

}  // namespace

void add_run_command(Program& program) {
  const auto options = std::make_shared<RunOptions>();
  auto& command = program.add_command("run", "do the runs of a study that have no record yet, and report",
                                      [options] { return run(*options); });
  command.add_option("study", options->name, "a name from `list`")->required();
  options->study.add_to(command);
  command.add_option("--only", options->only, "names of comparisons of the study, commas between")
      ->delimiter(',')
      ->take_all();
  command.add_option("--output", options->output, "folder for the records [results/STUDY]");
  command.add_option("--seeds", options->seeds, "0..4 or 0,3,7 [the study's]");
  command.add_option("--jobs", options->jobs, "worker processes; 0 = one a core")->check(CLI::Range(0, 1024));
  command.add_flag("--dry-run", options->dry_run, "list the runs of every comparison, train nothing");
  command.add_flag("--quiet", options->quiet, "no progress");
  options->delivery.add_to(command);
}

}  // namespace actlab
