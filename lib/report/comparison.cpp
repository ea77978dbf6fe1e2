#include "lib/report/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "lib/activations/catalogue.h"
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

/// A run that was trained to the end but whose metric is not finite is of no more use than a diverged one.
RunStatus outcome(const RunRecord& run, const std::string& metric) {
  const bool usable = run.status != RunStatus::ok || std::isfinite(test_metric(run, metric));
  return usable ? run.status : RunStatus::diverged;
}

/// The seeds that both have run, failures left out.
PairedRuns pair_up(const Runs& runs, const Runs& baseline, const Yardstick& yardstick) {
  PairedRuns pairs;
  for (const auto& [seed, run] : runs.by_seed) {
    const auto place = baseline.by_seed.find(seed);
    if (place == baseline.by_seed.end()) continue;
    const auto own = outcome(*run, yardstick.metric), other = outcome(*place->second, yardstick.metric);
    if (own == RunStatus::failed || other == RunStatus::failed) continue;
    const bool trained = own == RunStatus::ok, other_trained = other == RunStatus::ok;
    if (trained && other_trained) {
      const double difference =
          test_metric(*run, yardstick.metric) - test_metric(*place->second, yardstick.metric);
      pairs.differences.push_back(yardstick.larger_is_better ? difference : -difference);
    }
    pairs.lost += !trained && other_trained;
    pairs.won += trained && !other_trained;
    pairs.neither += !trained && !other_trained;
  }
  return pairs;
}

/// The differences as they are read: method − baseline, whichever is better.
Interval difference_of(const PairedRuns& pairs, const Yardstick& yardstick) {
  auto differences = pairs.differences;
  if (!yardstick.larger_is_better) {
    for (auto& difference : differences) difference = -difference;
  }
  return t_interval(differences);
}

VerdictRule rule_for(const Yardstick& yardstick, const RunRecord& run) {
  constexpr double rounding = 1e-9;  // of a metric that is no share of the examples
  const auto examples = std::max(1.0, run.dataset.value("test", 1.0));
  return {yardstick.threshold, is_share(yardstick.metric) ? 1 / examples : rounding};
}

/// Every one of these comparisons with the same baseline.
std::vector<Finding> find_out(const std::vector<PairedRuns>& comparisons, const VerdictRule& rule) {
  std::vector<Finding> findings;
  for (const auto& judgement : judge(comparisons, rule)) {
    const auto& runs = comparisons[findings.size()];
    findings.push_back({judgement, std::nullopt});
    if (judgement.verdict == Verdict::not_enough_runs && runs.lost + runs.won == 0) {
      findings.back().pairs_needed =
          pairs_needed(runs.differences, rule, static_cast<long>(comparisons.size()));
    }
  }
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

ComparisonRow make_row(const Runs& runs, const std::string& metric) {
  ComparisonRow row;
  row.activation = runs.activation;
  row.name = runs.name;
  row.lr = runs.lr;
  std::vector<double> values;
  for (const auto& [seed, run] : runs.by_seed) {
    const auto status = outcome(*run, metric);
    if (status == RunStatus::ok) values.push_back(test_metric(*run, metric));
    row.ok += status == RunStatus::ok;
    row.diverged += status == RunStatus::diverged;
    row.failed += status == RunStatus::failed;
    row.lr_at_end = is_end(runs.lr, run->tuning);
    row.parameters = std::max(row.parameters, run->model.value("parameters", 0L));
  }
  row.metric = t_interval(values);
  row.difference = t_interval({});
  fill_figures(row, measured_runs(runs), metric);
  return row;
}

/// A row for each activation, all but the baseline judged against it.
std::vector<ComparisonRow> make_rows(const Setting& setting, const Runs& baseline,
                                     const Yardstick& yardstick) {
  std::vector<ComparisonRow> rows;
  std::vector<PairedRuns> comparisons;
  for (const auto& runs : setting) {
    rows.push_back(make_row(runs, yardstick.metric));
    rows.back().is_baseline = &runs == &baseline;
    if (!rows.back().is_baseline) comparisons.push_back(pair_up(runs, baseline, yardstick));
  }
  const auto findings = find_out(comparisons, rule_for(yardstick, *baseline.by_seed.begin()->second));
  size_t next = 0;
  for (auto& row : rows) {
    if (row.is_baseline) continue;
    row.difference = difference_of(comparisons[next], yardstick);
    row.finding = findings[next++];
  }
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

/// The runs of a catalogue row at its default arguments.
const Runs* find_default(const Setting& setting, const Row& row) {
  return find_text(setting, resolve_activation({row.name, {}}).text());
}

std::vector<NoiseFloor> find_noise_floors(const Setting& setting, const Yardstick& yardstick) {
  std::vector<NoiseFloor> floors;
  const auto& rows = catalogue();
  for (auto first = rows.begin(); first != rows.end(); ++first) {
    for (auto second = first + 1; second != rows.end(); ++second) {
      if (first->twin.empty() || first->twin != second->twin) continue;
      const auto *a = find_default(setting, *first), *b = find_default(setting, *second);
      if (a == nullptr || b == nullptr) continue;
      const auto pairs = pair_up(*a, *b, yardstick);
      if (pairs.differences.empty()) continue;
      const auto finding = find_out({pairs}, rule_for(yardstick, *a->by_seed.begin()->second)).front();
      floors.push_back({a->activation, b->activation, difference_of(pairs, yardstick), finding});
    }
  }
  return floors;
}

std::vector<BrokenRun> broken_runs(const Setting& setting, const std::string& metric) {
  std::vector<BrokenRun> broken;
  for (const auto& runs : setting) {
    for (const auto& [seed, run] : runs.by_seed) {
      const auto status = outcome(*run, metric);
      if (status == RunStatus::ok) continue;
      const bool trained = run->status == RunStatus::ok;
      broken.push_back({runs.activation, seed, status, trained ? metric + " is not finite" : run->error});
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
      auto environment = run->environment;
      environment.erase("started_at");
      environments.insert(environment);
      ++comparison.runs;
      comparison.train_seconds += std::isnan(run->train_seconds) ? 0 : run->train_seconds;
    }
  }
  comparison.task = known->task;
  comparison.dataset = known->dataset.at("name");
  comparison.fingerprint = known->dataset.at("fingerprint");
  comparison.note = known->dataset.value("note", "");
  comparison.model = model_text(*known);
  for (const auto* split : {"train", "validation", "test"}) {
    if (known->dataset.contains(split)) comparison.dataset_counts[split] = known->dataset[split];
  }
  comparison.hyperparameters = held_equal(*known);
  comparison.tuning = known->tuning;
  comparison.seeds.assign(seeds.begin(), seeds.end());
  comparison.environments = environments;
  return comparison;
}

/// What the generator of the data says that any model can expect; NaN where nobody knows.
double best_possible(const Setting& setting, const std::string& metric) {
  const auto& dataset = setting.front().by_seed.begin()->second->dataset;
  return dataset.value("ceiling", nlohmann::json::object())
      .value(metric, std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

bool is_share(const std::string& metric) {
  return metric == "accuracy" || metric == "macro_f1" || metric == "ece";
}

std::vector<Comparison> compare(const std::vector<RunRecord>& records, const std::string& baseline,
                                const Yardstick& yardstick) {
  std::vector<Comparison> comparisons;
  const RateSearch rates(records);
  for (const auto& setting : group(records)) {
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
    comparison.broken = broken_runs(setting, yardstick.metric);
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

}  // namespace actlab
