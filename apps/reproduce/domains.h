#pragma once

#include <string>
#include <vector>

#include "lib/experiment/task.h"
#include "lib/report/comparison.h"

namespace actlab {

/// The kinds of product that studies compare on. A new one is a line in this list.
const std::vector<const Task*>& tasks();

/// Throws a usage error with the nearest name.
const Task& task_named(const std::string& name);

/// How results of comparisons of any tasks are to be judged.
struct Judging {
  std::string baseline = {};  // empty: relu, else the first
  std::string metric = {};    // empty: each task's own
};

/// compare() for records of any of the tasks, each by its own metric and practical threshold. Throws a data
/// error for records of a task that is not in the list.
std::vector<Comparison> compare_tasks(const std::vector<RunRecord>& records, const Judging& judging = {});

}  // namespace actlab
