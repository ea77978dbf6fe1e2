#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/cli/flags.h"
#include "lib/experiment/task.h"
#include "lib/report/comparison.h"

namespace actlab {

/// Reads `90s`, `20m`, `1.5h`, or several of them as in `1h30m`, into seconds.
double parse_duration(const std::string& flag, const std::string& text);

/// --activations, --baseline, --budget, --first-seed and how results are shown.
void add_choice_flags(CLI::App& command, Flags& flags, std::string& budget, long& first_seed);

/// The activations of a list, the baseline (one activation, relu where none is named) first.
std::vector<ActivationChoice> with_baseline(const std::string& activations, const std::string& baseline);

/// What `choose` is asked.
struct Question {
  const Task& task;
  const Flags& flags;  // how runs are done and shown
  Dataset data;
  std::vector<RunSpec> runs;  // one of each activation with the first seed; the baseline's comes first
  Yardstick yardstick;        // judges in looks
  double budget = 0;          // seconds of wall clock since the program started
  /// The command that trains a model with this activation.
  std::function<std::string(const std::string& activation)> train_command;
};

/// Spends the budget on runs until every activation has a verdict against the baseline (docs/choose.md),
/// prints what is known after each round on standard error, and at the end the advice and the table. Returns
/// the exit code.
int choose(const Question& question);

}  // namespace actlab
