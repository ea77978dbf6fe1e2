#include "lib/cli/grid_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

TrialResults trial_results(const GridPlan& plan) {
  const auto metric = plan.task.primary_metric();
  return {[&plan](const std::string& run_id) { return plan.store().find(run_id, [](const auto&) {}); },
          metric, larger_is_better(metric)};
}

size_t rungs(const GridPlan& plan) { return plan.tuning ? plan.tuning->rungs.size() : 0; }

/// This shard's trials of a rung.
std::vector<RunSpec> trials_of(const GridPlan& plan, size_t rung) {
  return take_shard(make_trials(plan.grid, *plan.tuning, rung, trial_results(plan)), plan.flags.shard);
}

std::vector<RunSpec> where_rate_is_known(std::vector<RunSpec> trials) {
  const auto unknown = [](const RunSpec& spec) { return std::isnan(spec.hyper.lr); };
  trials.erase(std::remove_if(trials.begin(), trials.end(), unknown), trials.end());
  return trials;
}

/// The runs have equally many epochs.
PoolResult run_missing(const std::vector<RunSpec>& specs, const GridPlan& plan) {
  const auto missing = without_record(specs, plan);
  Progress progress(static_cast<long>(missing.size()), missing.empty() ? 0 : missing.front().hyper.epochs,
                    plan.task.primary_metric(), plan.flags.quiet);
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
    const double seconds = seconds_an_epoch(spec) * static_cast<double>(spec.hyper.epochs);
    sum_ += seconds;
    ++runs_;
    std::cout << fmt::format("{}  {}{}  seed {}  about {:.0f} s\n", id, kind, remark, spec.seed, seconds);
  }

  void sum_up() const {
    size_t all = plan_.grid.size();
    for (size_t rung = 0; rung < rungs(plan_); ++rung)
      all += make_trials(plan_.grid, *plan_.tuning, rung, trial_results(plan_)).size();
    std::cout << fmt::format("{} of {} runs to do, about {:.1f} minutes with {} jobs\n", runs_, all,
                             sum_ / 60 / plan_.jobs(), plan_.jobs());
  }

 private:
  double seconds_an_epoch(RunSpec spec) {
    const auto [place, is_new] = seconds_.emplace(kind_of(spec), 0);
    spec.hyper.epochs = 1;
    spec.hyper.lr = plan_.flags.hyper.lr;  // may yet have to be chosen
    if (is_new) place->second = estimate_seconds(plan_.task, data_, spec);
    return place->second;
  }

  const GridPlan& plan_;
  const Dataset& data_;
  std::map<std::string, double> seconds_;  // of an epoch
  double sum_ = 0;
  size_t runs_ = 0;
};

}  // namespace

int GridPlan::jobs() const {
  return flags.jobs > 0 ? flags.jobs : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::vector<RunSpec> GridPlan::at_chosen_rates(const std::vector<RunSpec>& runs) const {
  return tuning ? actlab::at_chosen_rates(runs, *tuning, trial_results(*this)) : runs;
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
  PoolResult all;
  const auto run = [&](const std::vector<RunSpec>& specs) {
    const auto part = run_missing(specs, plan);
    all = {all.ok + part.ok, all.diverged + part.diverged, all.failed + part.failed, part.interrupted};
  };
  for (size_t rung = 0; rung < rungs(plan) && !all.interrupted; ++rung)
    run(where_rate_is_known(trials_of(plan, rung)));
  if (!all.interrupted) run(plan.at_chosen_rates(take_shard(plan.grid, plan.flags.shard)));
  return all;
}

void list_grid(const GridPlan& plan, const Dataset& data) {
  Listing listing(plan, data);
  for (size_t rung = 0; rung < rungs(plan); ++rung) {
    const auto epochs = plan.tuning->rungs[rung].epochs;
    const auto trials = trials_of(plan, rung);
    for (const auto& spec : without_record(where_rate_is_known(trials), plan))
      listing.add(spec, spec.run_id(), fmt::format("  trial of lr {:g}, {} epochs", spec.hyper.lr, epochs));
    for (const auto& spec : trials) {
      if (std::isnan(spec.hyper.lr))
        listing.add(spec, "after the trials", fmt::format("  trial of a better lr, {} epochs", epochs));
    }
  }
  const auto part = take_shard(plan.grid, plan.flags.shard);
  const auto chosen = plan.at_chosen_rates(part);
  std::set<std::string> with_rate;
  for (const auto& spec : chosen) with_rate.insert(kind_of(spec));
  for (const auto& spec : without_record(chosen, plan))
    listing.add(spec, spec.run_id(), plan.tuning ? fmt::format("  lr {:g}", spec.hyper.lr) : "");
  for (const auto& spec : part) {
    if (with_rate.count(kind_of(spec)) == 0) listing.add(spec, "after the trials", "  lr to be chosen");
  }
  listing.sum_up();
}

}  // namespace actlab
