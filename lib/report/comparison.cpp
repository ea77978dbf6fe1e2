#include "lib/report/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "lib/activations/catalogue.h"
#include "lib/core/error.h"
#include "lib/report/run_figures.h"

namespace actlab {
namespace {

using nlohmann::json;

/// The runs of one activation in one setting, by seed.
struct Runs {
  std::string activation;
  std::string name;
  std::map<long, const RunRecord*> by_seed;

  std::map<long, double> values(const std::string& metric) const {
    std::map<long, double> result;
    for (const auto& [seed, run] : by_seed) {
      if (run->status == RunStatus::ok) result[seed] = test_metric(*run, metric);
    }
    return result;
  }
};

/// All activations of one setting, in the order in which the records came.
using Setting = std::vector<Runs>;

std::string model_text(const RunRecord& run) {
  return Spec{run.model.at("name"), run.model.at("arguments").get<std::map<std::string, std::string>>()}
      .text();
}

std::string setting_key(const RunRecord& run) {
  return json{run.task, run.dataset.at("name"), run.dataset.at("fingerprint"), model_text(run),
              run.hyperparameters}
      .dump();
}

void add(Setting& setting, const RunRecord& run) {
  const std::string text = run.activation.at("text");
  auto runs =
      std::find_if(setting.begin(), setting.end(), [&](const Runs& r) { return r.activation == text; });
  if (runs == setting.end()) runs = setting.insert(setting.end(), Runs{text, run.activation.at("name"), {}});
  const auto [place, is_new] = runs->by_seed.emplace(run.seed, &run);
  if (!is_new && run.status < place->second->status) place->second = &run;
}

std::vector<Setting> group(const std::vector<RunRecord>& records) {
  std::vector<Setting> settings;
  std::map<std::string, size_t> index;
  for (const auto& run : records) {
    const auto [place, is_new] = index.emplace(setting_key(run), settings.size());
    if (is_new) settings.emplace_back();
    add(settings[place->second], run);
  }
  return settings;
}

const Runs* find_text(const Setting& setting, const std::string& text) {
  for (const auto& runs : setting) {
    if (runs.activation == text) return &runs;
  }
  return nullptr;
}

const Runs* find(const Setting& setting, const std::string& wanted) {
  if (const auto* exact = find_text(setting, wanted)) return exact;
  for (const auto& runs : setting) {
    if (runs.name == wanted) return &runs;
  }
  return nullptr;
}

const Runs& choose_baseline(const Setting& setting, const std::string& wanted) {
  if (const auto* asked_for = find(setting, wanted)) return *asked_for;
  const auto* relu = find(setting, "relu");
  return relu == nullptr ? setting.front() : *relu;
}

/// The values that both have a seed for, in the order of the seeds.
std::pair<std::vector<double>, std::vector<double>> paired(const std::map<long, double>& values,
                                                           const std::map<long, double>& baseline) {
  std::pair<std::vector<double>, std::vector<double>> result;
  for (const auto& [seed, value] : values) {
    const auto other = baseline.find(seed);
    if (other == baseline.end()) continue;
    result.first.push_back(value);
    result.second.push_back(other->second);
  }
  return result;
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

ComparisonRow make_row(const Runs& runs, const Runs& baseline, const std::string& metric) {
  ComparisonRow row;
  row.activation = runs.activation;
  row.name = runs.name;
  row.is_baseline = &runs == &baseline;
  for (const auto& [seed, run] : runs.by_seed) {
    row.ok += run->status == RunStatus::ok;
    row.diverged += run->status == RunStatus::diverged;
    row.failed += run->status == RunStatus::failed;
    row.parameters = std::max(row.parameters, run->model.value("parameters", 0L));
  }
  const auto values = runs.values(metric);
  row.metric = t_interval(paired(values, values).first);
  const auto [own, other] = paired(values, row.is_baseline ? decltype(values){} : baseline.values(metric));
  row.difference = paired_interval(own, other);
  row.p_value = paired_t_test(own, other);
  fill_figures(row, measured_runs(runs));
  return row;
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

void correct_p_values(std::vector<ComparisonRow>& rows) {
  std::vector<double> p_values;
  for (const auto& row : rows) p_values.push_back(row.p_value);
  const auto corrected = holm(p_values);
  for (size_t i = 0; i < rows.size(); ++i) rows[i].p_holm = corrected[i];
}

/// The runs of a catalogue row at its default arguments.
const Runs* find_default(const Setting& setting, const Row& row) {
  return find_text(setting, resolve_activation({row.name, {}}).text());
}

std::vector<NoiseFloor> find_noise_floors(const Setting& setting, const std::string& metric) {
  std::vector<NoiseFloor> floors;
  const auto& rows = catalogue();
  for (auto first = rows.begin(); first != rows.end(); ++first) {
    for (auto second = first + 1; second != rows.end(); ++second) {
      if (first->twin.empty() || first->twin != second->twin) continue;
      const auto *a = find_default(setting, *first), *b = find_default(setting, *second);
      if (a == nullptr || b == nullptr) continue;
      const auto [own, other] = paired(a->values(metric), b->values(metric));
      if (own.empty()) continue;
      floors.push_back({a->activation, b->activation, paired_interval(own, other)});
    }
  }
  return floors;
}

/// What was held equal, from the run that knows most about it.
Comparison describe(const Setting& setting) {
  const RunRecord* known = nullptr;
  Comparison comparison;
  std::set<long> seeds;
  std::set<json> environments;
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
  comparison.hyperparameters = known->hyperparameters;
  comparison.seeds.assign(seeds.begin(), seeds.end());
  comparison.environments = environments;
  return comparison;
}

}  // namespace

std::vector<Comparison> compare(const std::vector<RunRecord>& records, const std::string& baseline,
                                const std::string& metric, bool larger_is_better) {
  std::vector<Comparison> comparisons;
  for (const auto& setting : group(records)) {
    auto comparison = describe(setting);
    comparison.metric = metric;
    comparison.larger_is_better = larger_is_better;
    const auto& reference = choose_baseline(setting, baseline);
    comparison.baseline = reference.activation;
    if (!baseline.empty() && find(setting, baseline) == nullptr) comparison.requested_baseline = baseline;
    for (const auto& runs : setting) comparison.rows.push_back(make_row(runs, reference, metric));
    sort_and_mark(comparison.rows, larger_is_better);
    correct_p_values(comparison.rows);
    comparison.noise_floors = find_noise_floors(setting, metric);
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

}  // namespace actlab
