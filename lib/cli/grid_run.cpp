#include "lib/cli/grid_run.h"

#include <fmt/format.h>

#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "lib/cli/progress.h"
#include "lib/experiment/environments.h"
#include "lib/experiment/run_one.h"
#include "lib/metrics/names.h"

namespace actlab {
namespace {

/// The runs that still have to be done: no record, a damaged one, or one of a failure that may not come back.
std::vector<RunSpec> without_record(const std::vector<RunSpec>& specs, const GridPlan& plan) {
  std::vector<RunSpec> missing;
  std::set<nlohmann::json> kept;
  for (const auto& spec : specs) {
    const auto record = plan.store().find(
        spec.run_id(), [](const std::string& why) { std::cerr << why << ": that run is done again\n"; });
    if (plan.flags.fresh || !record || record->status == RunStatus::failed) {
      missing.push_back(spec);
    } else {
      kept.insert(*record->environment);
    }
  }
  if (!missing.empty()) warn_of_mixture(kept, missing.front());
  return missing;
}

std::vector<RunSpec> trials_of(const GridPlan& plan) {
  return plan.tuning ? make_trials(plan.grid, *plan.tuning) : std::vector<RunSpec>{};
}

PoolResult run_missing(const std::vector<RunSpec>& specs, const GridPlan& plan) {
  const auto missing = without_record(specs, plan);
  Progress progress(static_cast<long>(missing.size()), plan.flags.hyper.epochs, plan.task.primary_metric(),
                    plan.flags.quiet);
  return run_pool(missing,
                  {plan.jobs(), plan.flags.threads, plan.flags.output,
                   [&](const RunEvent& event) { progress.on_event(event); }, plan.flags.tensorboard});
}

/// Lists runs with the time that each will take, and adds up.
class Listing {
 public:
  Listing(const GridPlan& plan, const Dataset& data) : plan_(plan), data_(data) {}

  void add(const RunSpec& spec, const std::string& id, const std::string& remark) {
    const auto kind = kind_of(spec);
    if (seconds_.count(kind) == 0) seconds_[kind] = estimate_seconds(plan_.task, data_, spec);
    sum_ += seconds_[kind];
    ++runs_;
    std::cout << fmt::format("{}  {}{}  seed {}  about {:.0f} s\n", id, kind, remark, spec.seed,
                             seconds_[kind]);
  }

  void sum_up(size_t all) const {
    std::cout << fmt::format("{} of {} runs to do, about {:.1f} minutes with {} jobs\n", runs_, all,
                             sum_ / 60 / plan_.jobs(), plan_.jobs());
  }

 private:
  const GridPlan& plan_;
  const Dataset& data_;
  std::map<std::string, double> seconds_;
  double sum_ = 0;
  size_t runs_ = 0;
};

}  // namespace

int GridPlan::jobs() const {
  return flags.jobs > 0 ? flags.jobs : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::vector<RunSpec> GridPlan::at_chosen_rates(const std::vector<RunSpec>& runs) const {
  if (!tuning) return runs;
  const auto metric = task.primary_metric();
  const auto find = [&](const std::string& run_id) { return store().find(run_id, [](const auto&) {}); };
  return actlab::at_chosen_rates(runs, *tuning, find, metric, larger_is_better(metric));
}

void warn_of_mixture(const std::set<nlohmann::json>& kept, const RunSpec& next) {
  if (kept.empty()) return;
  auto environments = kept;
  environments.insert(*start_record(next).environment);
  const auto differences = differences_of(environments);
  if (differences.empty()) return;
  std::cerr
      << "warning: records that are there and runs to come differ in " << differences
      << "\n  their times do not compare, and metrics may differ by rounding: another --output keeps them "
         "apart\n";
}

PoolResult run_grid(const GridPlan& plan) {
  const auto trials = run_missing(take_shard(trials_of(plan), plan.flags.shard), plan);
  if (trials.interrupted) return trials;
  const auto runs = run_missing(plan.at_chosen_rates(take_shard(plan.grid, plan.flags.shard)), plan);
  return {trials.ok + runs.ok, trials.diverged + runs.diverged, trials.failed + runs.failed,
          runs.interrupted};
}

void list_grid(const GridPlan& plan, const Dataset& data) {
  const auto trials = trials_of(plan);
  const auto part = take_shard(plan.grid, plan.flags.shard);
  const auto chosen = plan.at_chosen_rates(part);
  Listing listing(plan, data);
  for (const auto& spec : without_record(take_shard(trials, plan.flags.shard), plan))
    listing.add(spec, spec.run_id(), fmt::format("  trial of lr {:g}", spec.hyper.lr));
  std::set<std::string> with_rate;
  for (const auto& spec : chosen) with_rate.insert(kind_of(spec));
  for (const auto& spec : without_record(chosen, plan))
    listing.add(spec, spec.run_id(), plan.tuning ? fmt::format("  lr {:g}", spec.hyper.lr) : "");
  for (const auto& spec : part) {
    if (with_rate.count(kind_of(spec)) == 0) listing.add(spec, "after the trials", "  lr to be chosen");
  }
  listing.sum_up(trials.size() + plan.grid.size());
}

}  // namespace actlab
