// The formats that other programs read: CSV and JSON, at full precision.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <set>

#include "lib/report/formats.h"
#include "lib/report/text.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

using nlohmann::json;

json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

json to_json(const Interval& interval) {
  return {{"mean", number(interval.mean)},
          {"low", number(interval.low)},
          {"high", number(interval.high)},
          {"count", interval.count}};
}

json to_json(const GradientFlow& flow) {
  return {{"first", number(flow.first)}, {"last", number(flow.last)}, {"ratio", number(flow.ratio)}};
}

json to_json(const SiteFigures& site) {
  return {{"site", site.site},
          {"initial_gradient", number(site.initial_gradient)},
          {"final_gradient", number(site.final_gradient)},
          {"initial_saturated_fraction", number(site.initial_saturated)},
          {"final_saturated_fraction", number(site.final_saturated)},
          {"dead_fraction", number(site.dead)}};
}

json to_json(const Pace& pace) {
  return {{"reached", pace.reached},
          {"epochs", to_json(pace.epochs)},
          {"seconds", to_json(pace.seconds)},
          {"speedup", to_json(pace.speedup)}};
}

json to_json(const Finding& finding) {
  const auto& judgement = finding.judgement;
  return {{"verdict", to_string(judgement.verdict)},
          {"p_difference", number(judgement.p_difference)},
          {"p_equivalence", number(judgement.p_equivalence)},
          {"pairs_needed", finding.pairs_needed ? json(*finding.pairs_needed) : json(nullptr)}};
}

/// The baseline has no verdict but the same keys.
json finding_of(const ComparisonRow& row) {
  auto finding = to_json(row.finding);
  if (row.is_baseline) {
    for (auto& value : finding) value = nullptr;
  }
  return finding;
}

/// Without what its sites showed, which no line of a table can hold.
json figures_of(const ComparisonRow& row, const Yardstick& yardstick) {
  json result = {{"activation", row.activation},
                 {"name", row.name},
                 {"lr", row.lr},
                 {"lr_at_end", row.lr_at_end},
                 {"metric", to_json(row.metric)},
                 {"difference", to_json(row.difference)},
                 {"ok", row.ok},
                 {"diverged", row.diverged},
                 {"failed", row.failed},
                 {"parameters", row.parameters},
                 {"samples_per_second", number(row.samples_per_second)},
                 {"initial_gradient", to_json(row.initial_gradient)},
                 {"final_gradient", to_json(row.final_gradient)},
                 {"dead_fraction", number(row.dead)},
                 {"saturated_fraction", number(row.saturated)},
                 {"best_epoch", number(row.best_epoch)},
                 {"pace", to_json(row.pace)},
                 {"best", row.best},
                 {"is_baseline", row.is_baseline}};
  result.update(finding_of(row));
  if (yardstick.method == Method::in_looks_on_validation)
    result.update({{"test", to_json(row.test)}, {"looks", row.finding.looks}});
  return result;
}

/// Without its rows.
json facts_of(const Comparison& comparison) {
  json floors = json::array();
  for (const auto& floor : comparison.noise_floors) {
    floors.push_back(
        {{"first", floor.first}, {"second", floor.second}, {"difference", to_json(floor.difference)}});
    floors.back().update(to_json(floor.finding));
  }
  return {{"task", comparison.task},
          {"dataset", comparison.dataset},
          {"fingerprint", comparison.fingerprint},
          {"note", comparison.note},
          {"counts", comparison.dataset_counts},
          {"model", comparison.model},
          {"hyperparameters", comparison.hyperparameters},
          {"tuning", comparison.tuning},
          {"seeds", comparison.seeds},
          {"metric", comparison.yardstick.metric},
          {"part", comparison.yardstick.part()},
          {"larger_is_better", comparison.yardstick.larger_is_better},
          {"threshold", comparison.yardstick.threshold},
          {"baseline", comparison.baseline},
          {"best_possible", number(comparison.best_possible)},
          {"pace_goal", number(comparison.pace_goal)},
          {"runs", comparison.runs},
          {"train_seconds", number(comparison.train_seconds)},
          {"environments", comparison.environments},
          {"noise_floors", floors}};
}

json to_json(const Comparison& comparison) {
  json rows = json::array();
  for (const auto& row : comparison.rows) {
    rows.push_back(figures_of(row, comparison.yardstick));
    auto& sites = rows.back()["sites"] = json::array();
    for (const auto& site : row.sites) sites.push_back(to_json(site));
  }
  auto result = facts_of(comparison);
  result["rows"] = std::move(rows);
  return result;
}

std::string field_text(const json& value) { return value.is_null() ? "" : plain(value); }

/// Nested objects as `outer_inner` columns, so that JSON and CSV carry the same figures under the same names.
template <typename Json>
void flatten(const Json& object, const std::string& prefix,
             std::vector<std::pair<std::string, std::string>>& fields) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      flatten(value, prefix + key + "_", fields);
    } else {
      fields.emplace_back(prefix + key, field_text(json(value)));
    }
  }
}

/// One line of the CSV: the row's own figures behind those of its comparison.
std::vector<std::pair<std::string, std::string>> csv_fields(const json& comparison, json row,
                                                            const std::set<std::string>& hyperparameters) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto* key : {"task", "dataset", "fingerprint", "note", "model"}) {
    fields.emplace_back(key, plain(comparison[key]));
  }
  for (const auto& key : hyperparameters) {
    const auto& values = comparison["hyperparameters"];
    fields.emplace_back(key, values.contains(key) ? plain(values[key]) : "");
  }
  for (const auto* key : {"metric", "part", "threshold", "baseline", "best_possible"})
    fields.emplace_back(key, field_text(comparison[key]));
  for (const auto* key : {"activation", "name"}) {
    fields.emplace_back(key, plain(row[key]));
    row.erase(key);
  }
  flatten(row, "", fields);
  return fields;
}

/// The texts of a line, quoted where they have to be.
std::string csv_line(const std::vector<std::string>& texts) {
  std::vector<std::string> fields;
  for (const auto& text : texts) fields.push_back(csv_field(text));
  return fmt::format("{}\r\n", fmt::join(fields, ","));
}

}  // namespace

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char character : text) result += character == '"' ? std::string("\"\"") : std::string{character};
  return result + "\"";
}

std::string write_json(const std::vector<Comparison>& comparisons) {
  json list = json::array();
  for (const auto& comparison : comparisons) list.push_back(to_json(comparison));
  return list.dump(2) + "\n";
}

std::string csv_of(const nlohmann::ordered_json& records) {
  std::string header, lines;
  for (const auto& record : records) {
    std::vector<std::pair<std::string, std::string>> fields;
    flatten(record, "", fields);
    std::vector<std::string> names, values;
    for (const auto& [name, value] : fields) {
      names.push_back(name);
      values.push_back(value);
    }
    header = csv_line(names);
    lines += csv_line(values);
  }
  return header + lines;
}

std::string write_csv(const std::vector<Comparison>& comparisons) {
  std::set<std::string> hyperparameters;
  for (const auto& comparison : comparisons) {
    for (const auto& [key, value] : comparison.hyperparameters.items()) hyperparameters.insert(key);
  }
  hyperparameters.erase("lr");  // stands in every row
  std::string header, lines;
  for (const auto& comparison : comparisons) {
    const auto facts = facts_of(comparison);
    for (const auto& row : comparison.rows) {
      std::vector<std::string> names, values;
      for (const auto& [name, value] :
           csv_fields(facts, figures_of(row, comparison.yardstick), hyperparameters)) {
        names.push_back(name);
        values.push_back(value);
      }
      if (header.empty()) header = csv_line(names);
      lines += csv_line(values);
    }
  }
  return header + lines;
}

}  // namespace actlab
