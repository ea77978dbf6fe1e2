#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/cli/flags.h"
#include "lib/experiment/task.h"
#include "lib/report/comparison.h"

namespace actlab {

/// What `choose` is asked.
struct ChoicePlan {
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
/// the exit code. count_interrupts() must have been called.
int choose(const ChoicePlan& question);

}  // namespace actlab
