#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/cli/flags.h"
#include "lib/experiment/pool.h"
#include "lib/experiment/store.h"
#include "lib/experiment/task.h"
#include "lib/experiment/tuning.h"

namespace actlab {

/// A grid and how it is to be run: --jobs, --threads, --output, --shard, --fresh, --quiet of the flags.
struct GridPlan {
  const Task& task;
  const Flags& flags;
  std::vector<RunSpec> grid;
  std::optional<Tuning> tuning;  // with it, trials choose a learning rate for every activation first

  Store store() const { return Store(flags.output); }
  int jobs() const;  // 0 resolved to one a core
  /// These runs of the grid at the rates that the trials chose; without those whose trials are not all done.
  std::vector<RunSpec> at_chosen_rates(const std::vector<RunSpec>& runs) const;
};

/// Does every run that has no record yet, trials first. With --shard only this part of them; runs of which a
/// trial is missing are left for a later call.
PoolResult run_grid(const GridPlan& plan);

/// --dry-run: lists those runs and estimates their time.
void list_grid(const GridPlan& plan, const Dataset& data);

/// Says so where records that stay were made in another environment than the runs to come will be.
void warn_of_mixture(const std::set<nlohmann::json>& kept, const RunSpec& next);

}  // namespace actlab
