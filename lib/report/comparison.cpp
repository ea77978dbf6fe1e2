#include "lib/report/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "lib/activations/catalogue.h"
#include "lib/core/error.h"
#include "lib/core/parallel.h"
#include "lib/report/pace.h"
#include "lib/report/rates.h"
#include "lib/report/run_figures.h"
#include "lib/report/setting.h"

namespace actlab {
namespace {

const Runs& choose_baseline(const Setting& setting, const std::string& wanted) {
  if (const auto* asked_for = find(setting, wanted)) return *asked_for;
  const auto* relu = find(setting, "relu");
  return relu == nullptr ? setting.front() : *relu;
}

const MetricValues& values_of(const RunRecord& run, const Yardstick& yardstick) {
  return yardstick.method == Method::once_on_test_data ? run.test : run.validation;
}

/// What a run is judged by.
double figure_of(const RunRecord& run, const Yardstick& yardstick) {
  return metric_of(values_of(run, yardstick), yardstick.metric);
}

/// Runs without the metric beside others that have it would be compared by what happens to be there.
void check_metric(const std::vector<const RunRecord*>& records, const Yardstick& yardstick) {
  const RunRecord* without = nullptr;
  bool is_known = false;
  for (const auto* run : records) {
    if (run->status != RunStatus::ok || run->is_trial()) continue;
    const bool has = values_of(*run, yardstick).count(yardstick.metric) > 0;
    is_known = is_known || has;
    if (!has) without = run;
  }
  if (!is_known || without == nullptr) return;  // a metric that nobody knows is named with the nearest
  throw data_error("a record lacks the metric", without->run_id + " on " + yardstick.part() + " data",
                   yardstick.metric, "do that run again, or choose a metric that all records have");
}

/// A run that was trained to the end but whose metric is not finite is of no more use than a diverged one.
RunStatus outcome(const RunRecord& run, const Yardstick& yardstick) {
  const bool usable = run.status != RunStatus::ok || std::isfinite(figure_of(run, yardstick));
  return usable ? run.status : RunStatus::diverged;
}

/// The first so many seeds that both have run, failures left out.
PairedRuns pair_up(const Runs& runs, const Runs& baseline, const Yardstick& yardstick,
                   long first = std::numeric_limits<long>::max()) {
  PairedRuns pairs;
  for (const auto& [seed, run] : runs.by_seed) {
    const auto place = baseline.by_seed.find(seed);
    if (place == baseline.by_seed.end() || pairs.seeds() == first) continue;
    const auto own = outcome(*run, yardstick), other = outcome(*place->second, yardstick);
    if (own == RunStatus::failed || other == RunStatus::failed) continue;
    const bool trained = own == RunStatus::ok, other_trained = other == RunStatus::ok;
    if (trained && other_trained) {
      const double difference = figure_of(*run, yardstick) - figure_of(*place->second, yardstick);
      pairs.differences.push_back(yardstick.larger_is_better ? difference : -difference);
    }
    pairs.lost += !trained && other_trained;
    pairs.won += trained && !other_trained;
    pairs.neither += !trained && !other_trained;
  }
  return pairs;
}

/// All looks that these runs allow.
std::vector<PairedRuns> looks_at(const Runs& runs, const Runs& baseline, const Yardstick& yardstick) {
  std::vector<PairedRuns> looks;
  for (;;) {
    const long wanted = seeds_at_look(static_cast<long>(looks.size()) + 1);
    auto pairs = pair_up(runs, baseline, yardstick, wanted);
    if (pairs.seeds() < wanted) return looks;
    looks.push_back(std::move(pairs));
  }
}

/// The differences as they are read: method − baseline, whichever is better.
Interval difference_of(const PairedRuns& pairs, const Yardstick& yardstick, double level = 0.95) {
  auto differences = pairs.differences;
  if (!yardstick.larger_is_better) {
    for (auto& difference : differences) difference = -difference;
  }
  return t_interval(differences, level);
}

VerdictRule rule_for(const Yardstick& yardstick, const Runs& runs) {
  constexpr double rounding = 1e-9;  // of a metric that is no share of the examples
  double examples = 1;               // a run that failed may not know how many there are
  for (const auto& [seed, run] : runs.by_seed)
    examples = std::max(examples, run->dataset->value(yardstick.part(), 1.0));
  return {yardstick.threshold, is_share(yardstick.metric) ? 1 / examples : rounding};
}

/// A judgement with the number of pairs that it still takes. `next`: the rule of the next look.
Finding finding_of(const Judgement& judgement, const PairedRuns& runs, const VerdictRule& next,
                   size_t comparisons) {
  Finding finding{judgement, std::nullopt};
  if (judgement.verdict == Verdict::not_enough_runs && runs.lost + runs.won == 0)
    finding.pairs_needed = pairs_needed(runs.differences, next, static_cast<long>(comparisons));
  return finding;
}

/// Every one of these comparisons with the same baseline.
std::vector<Finding> find_out(const std::vector<PairedRuns>& comparisons, const VerdictRule& rule) {
  std::vector<Finding> findings;
  for (const auto& judgement : judge(comparisons, rule))
    findings.push_back(finding_of(judgement, comparisons[findings.size()], rule, comparisons.size()));
  return findings;
}

/// The runs that figures other than the metric come from.
std::vector<const RunRecord*> measured_runs(const Runs& runs) {
  for (const auto status : {RunStatus::ok, RunStatus::diverged}) {
    std::vector<const RunRecord*> chosen;
    for (const auto& [seed, run] : runs.by_seed) {
      if (run->status == status) chosen.push_back(run);
    }
    if (!chosen.empty()) return chosen;
  }
  return {};
}

/// Whether a better rate may lie beyond those that were tried.
bool is_end(double lr, const nlohmann::json& tuning) {
  return !tuning.empty() && (lr == tuning.at("rates").front() || lr == tuning.at("rates").back());
}

ComparisonRow make_row(const Runs& runs, const Yardstick& yardstick) {
  ComparisonRow row;
  row.activation = runs.activation;
  row.name = runs.name;
  row.lr = runs.lr;
  std::vector<double> values, on_test;
  for (const auto& [seed, run] : runs.by_seed) {
    const auto status = outcome(*run, yardstick);
    if (status == RunStatus::ok) {
      values.push_back(figure_of(*run, yardstick));
      on_test.push_back(metric_of(run->test, yardstick.metric));
    }
    row.ok += status == RunStatus::ok;
    row.diverged += status == RunStatus::diverged;
    row.failed += status == RunStatus::failed;
    row.lr_at_end = is_end(runs.lr, *run->tuning);
    row.parameters = std::max(row.parameters, run->model->value("parameters", 0L));
  }
  row.metric = t_interval(values);
  row.test = t_interval(on_test);
  row.difference = t_interval({});
  fill_figures(row, measured_runs(runs), yardstick.metric);
  return row;
}

/// Differences and verdicts of all rows but the baseline's, from all of their runs.
void judge_once(const std::vector<ComparisonRow*>& rows, const std::vector<const Runs*>& methods,
                const Runs& baseline, const Yardstick& yardstick) {
  std::vector<PairedRuns> comparisons;
  for (const auto* runs : methods) comparisons.push_back(pair_up(*runs, baseline, yardstick));
  const auto findings = find_out(comparisons, rule_for(yardstick, baseline));
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i]->difference = difference_of(comparisons[i], yardstick);
    rows[i]->finding = findings[i];
  }
}

/// The same from all looks that their runs allow. Intervals are as wide as the level of their look asks for.
void judge_in_looks(const std::vector<ComparisonRow*>& rows, const std::vector<const Runs*>& methods,
                    const Runs& baseline, const Yardstick& yardstick) {
  std::vector<std::vector<PairedRuns>> comparisons;
  for (const auto* runs : methods) comparisons.push_back(looks_at(*runs, baseline, yardstick));
  const auto rule = rule_for(yardstick, baseline);
  const auto judgements = judge_looks(comparisons, rule);
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto looks = static_cast<long>(comparisons[i].size());
    const auto runs = looks == 0 ? pair_up(*methods[i], baseline, yardstick) : comparisons[i].back();
    auto next = rule;
    next.alpha *= share_of_look(looks + 1);
    rows[i]->difference = difference_of(runs, yardstick, 1 - rule.alpha * share_of_look(std::max(looks, 1L)));
    rows[i]->finding = finding_of(judgements[i], runs, next, rows.size());
    rows[i]->finding.looks = looks;
  }
}

/// A row for each activation, all but the baseline judged against it.
std::vector<ComparisonRow> make_rows(const Setting& setting, const Runs& baseline,
                                     const Yardstick& yardstick) {
  std::vector<ComparisonRow> rows;
  std::vector<ComparisonRow*> judged;
  std::vector<const Runs*> methods;
  rows.reserve(setting.size());
  for (const auto& runs : setting) {
    rows.push_back(make_row(runs, yardstick));
    rows.back().is_baseline = &runs == &baseline;
    if (rows.back().is_baseline) continue;
    judged.push_back(&rows.back());
    methods.push_back(&runs);
  }
  const bool once = yardstick.method == Method::once_on_test_data;
  (once ? judge_once : judge_in_looks)(judged, methods, baseline, yardstick);
  return rows;
}

/// Best mean first; rows without a mean last, by name.
void sort_and_mark(std::vector<ComparisonRow>& rows, bool larger_is_better) {
  const auto rank = [larger_is_better](const ComparisonRow& row) {
    if (std::isnan(row.metric.mean)) return std::numeric_limits<double>::infinity();
    return larger_is_better ? -row.metric.mean : row.metric.mean;
  };
  std::sort(rows.begin(), rows.end(), [&](const ComparisonRow& a, const ComparisonRow& b) {
    return rank(a) != rank(b) ? rank(a) < rank(b) : a.activation < b.activation;
  });
  for (auto& row : rows) row.best = row.metric.mean == rows.front().metric.mean;
}

/// The runs of a catalogue row at its default arguments, with nothing learned: twins that learn part in
/// training.
const Runs* find_fixed(const Setting& setting, const Row& row) {
  auto choice = resolve_activation({row.name, {}});
  if (choice.learns()) choice.frozen = true;
  return find_text(setting, choice.text());
}

std::vector<NoiseFloor> find_noise_floors(const Setting& setting, const Yardstick& yardstick) {
  std::vector<NoiseFloor> floors;
  const auto& rows = catalogue();
  for (auto first = rows.begin(); first != rows.end(); ++first) {
    for (auto second = first + 1; second != rows.end(); ++second) {
      if (first->twin.empty() || first->twin != second->twin) continue;
      const auto *a = find_fixed(setting, *first), *b = find_fixed(setting, *second);
      if (a == nullptr || b == nullptr) continue;
      const auto pairs = pair_up(*a, *b, yardstick);
      if (pairs.differences.empty()) continue;
      const auto finding = find_out({pairs}, rule_for(yardstick, *a)).front();
      floors.push_back({a->activation, b->activation, difference_of(pairs, yardstick), finding});
    }
  }
  return floors;
}

std::vector<BrokenRun> broken_runs(const Setting& setting, const Yardstick& yardstick) {
  std::vector<BrokenRun> broken;
  for (const auto& runs : setting) {
    for (const auto& [seed, run] : runs.by_seed) {
      const auto status = outcome(*run, yardstick);
      if (status == RunStatus::ok) continue;
      const bool trained = run->status == RunStatus::ok;
      broken.push_back(
          {runs.activation, seed, status, trained ? yardstick.metric + " is not finite" : run->error});
    }
  }
  return broken;
}

/// What was held equal, from the run that knows most about it.
Comparison describe(const Setting& setting) {
  const RunRecord* known = nullptr;
  Comparison comparison;
  std::set<long> seeds;
  std::set<nlohmann::json> environments;
  for (const auto& runs : setting) {
    for (const auto& [seed, run] : runs.by_seed) {
      if (known == nullptr || run->status < known->status) known = run;
      seeds.insert(seed);
      environments.insert(*run->environment);
      ++comparison.runs;
      comparison.train_seconds += std::isnan(run->train_seconds) ? 0 : run->train_seconds;
    }
  }
  comparison.task = known->task;
  comparison.dataset = known->dataset->at("name");
  comparison.fingerprint = known->dataset->at("fingerprint");
  comparison.note = known->dataset->value("note", "");
  comparison.model = model_text(*known);
  for (const auto* split : {"train", "validation", "test"}) {
    if (known->dataset->contains(split)) comparison.dataset_counts[split] = known->dataset->at(split);
  }
  comparison.hyperparameters = held_equal(*known);
  comparison.tuning = *known->tuning;
  comparison.seeds.assign(seeds.begin(), seeds.end());
  comparison.environments = environments;
  return comparison;
}

/// What the generator of the data says that any model can expect; NaN where nobody knows.
double best_possible(const Setting& setting, const std::string& metric) {
  const auto& dataset = setting.front().by_seed.begin()->second->dataset;
  return dataset->value("ceiling", nlohmann::json::object())
      .value(metric, std::numeric_limits<double>::quiet_NaN());
}

Comparison compare_setting(const Setting& setting, const RateSearch& rates, const std::string& baseline,
                           const Yardstick& yardstick) {
  auto comparison = describe(setting);
  comparison.yardstick = yardstick;
  comparison.best_possible = best_possible(setting, yardstick.metric);
  const auto& reference = choose_baseline(setting, baseline);
  comparison.baseline = reference.activation;
  if (!baseline.empty() && find(setting, baseline) == nullptr) comparison.requested_baseline = baseline;
  comparison.rows = make_rows(setting, reference, yardstick);
  comparison.pace_goal = pace_goal(setting, yardstick);
  const auto pace = paces(setting, reference, yardstick.metric, comparison.pace_goal);
  for (size_t i = 0; i < setting.size(); ++i) {
    comparison.rows[i].pace = pace[i];
    comparison.rows[i].rates = rates.figures(setting[i], yardstick.metric);
  }
  sort_and_mark(comparison.rows, yardstick.larger_is_better);
  comparison.noise_floors = find_noise_floors(setting, yardstick);
  comparison.broken = broken_runs(setting, yardstick);
  return comparison;
}

}  // namespace

bool is_share(const std::string& metric) {
  return metric == "accuracy" || metric == "macro_f1" || metric == "ece";
}

std::vector<Comparison> compare(const std::vector<RunRecord>& records, const std::string& baseline,
                                const Yardstick& yardstick) {
  std::vector<const RunRecord*> all;
  for (const auto& run : records) all.push_back(&run);
  return compare_runs(all, baseline, yardstick);
}

std::vector<Comparison> compare_runs(const std::vector<const RunRecord*>& records,
                                     const std::string& baseline, const Yardstick& yardstick) {
  check_metric(records, yardstick);
  const RateSearch rates(records);
  const auto settings = group(records);
  const auto work = [&](size_t first, size_t end) {
    std::vector<Comparison> comparisons;
    for (size_t i = first; i < end; ++i)
      comparisons.push_back(compare_setting(settings[i], rates, baseline, yardstick));
    return comparisons;
  };
  constexpr size_t worth_a_thread = 10;
  std::vector<Comparison> all;
  for (auto& part : in_parts(settings.size(), worth_a_thread, work))
    std::move(part.begin(), part.end(), std::back_inserter(all));
  return all;
}

}  // namespace actlab
