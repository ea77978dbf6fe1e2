#include "apps/reproduce/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "lib/core/text.h"
#include "lib/report/facts.h"
#include "lib/report/text.h"
#include "lib/report/words.h"

namespace actlab {
namespace {

constexpr auto metric_meaning =
    "mean on test data over seeds ± half of its 95 % interval (Student t); * = best mean of the column";
constexpr auto verdict_meaning =
    "on the difference from the baseline of the column, paired by seed, at most 5 % wrong by chance in a "
    "column (docs/verdicts.md)";

/// Best mean place over the comparisons that an activation is in first.
std::vector<std::string> ordered_activations(const std::vector<NamedComparison>& comparisons) {
  std::map<std::string, std::pair<double, double>> places;  // sum and count
  for (const auto& [name, comparison] : comparisons) {
    for (size_t i = 0; i < comparison.rows.size(); ++i) {
      auto& [sum, count] = places[comparison.rows[i].activation];
      sum += static_cast<double>(i), count += 1;
    }
  }
  std::vector<std::pair<double, std::string>> means;
  for (const auto& [activation, place] : places) means.emplace_back(place.first / place.second, activation);
  std::sort(means.begin(), means.end());
  std::vector<std::string> names;
  for (const auto& [mean, activation] : means) names.push_back(activation);
  return names;
}

std::string metric_text(const ComparisonRow& row, const MetricScale& scale) {
  if (row.metric.count == 0) return phrase("{} diverged", row.diverged);
  return fmt::format("{} ± {}{}", scale.text(row.metric.mean), scale.text(row.metric.half_width()),
                     row.best ? " *" : "");
}

/// What the column rests on.
std::pair<std::string, std::string> fact(const NamedComparison& named) {
  const auto& [name, comparison] = named;
  const auto scale = metric_scale(comparison);
  return {
      name,
      phrase(
          std::string("{} on {}: {} train and {} test examples, {} seeds, baseline {}; a difference of {} ") +
              (scale.factor == 100 ? "percentage points " : "") + "matters in practice",
          comparison.model, comparison.dataset, thousands(comparison.dataset_counts.value("train", 0L)),
          thousands(comparison.dataset_counts.value("test", 0L)), comparison.seeds.size(),
          comparison.baseline, fmt::format("{:g}", comparison.yardstick.threshold * scale.factor))};
}

}  // namespace

Layout summarise(const std::string& title, const std::vector<NamedComparison>& comparisons) {
  Layout layout;
  layout.title = title;
  const auto activations = ordered_activations(comparisons);
  layout.best.assign(activations.size(), false);
  layout.columns.push_back({"activation", "", false, activations});
  for (const auto& named : comparisons) {
    const auto& comparison = named.comparison;
    layout.facts.push_back(fact(named));
    const auto scale = metric_scale(comparison);
    const auto header =
        fmt::format("{} {}{}", named.name, comparison.yardstick.metric, scale.factor == 100 ? " %" : "");
    Column metric{header, "", false, {}}, verdict{"verdict", "", false, {}};
    for (const auto& activation : activations) {
      const auto* row = row_with(comparison, activation);
      metric.cells.push_back(row == nullptr ? absent : metric_text(*row, scale));
      verdict.cells.push_back(row == nullptr     ? absent
                              : row->is_baseline ? "baseline"
                                                 : verdict_text(row->finding));
    }
    for (const auto& floor : comparison.noise_floors) {
      layout.facts.emplace_back(
          "", phrase("noise floor: {} and {} are one function; they differ by {} here, {}", floor.first,
                     floor.second, scale.text(floor.difference.mean, true),
                     said(to_string(floor.finding.judgement.verdict))));
    }
    layout.columns.push_back(std::move(metric));
    layout.columns.push_back(std::move(verdict));
  }
  if (layout.columns.size() > 1) {
    layout.columns[1].words.emplace_back("metric", metric_meaning);
    layout.columns[1].words.emplace_back("verdict", verdict_meaning);
    layout.columns[1].words.emplace_back(
        "more runs (n)",
        "not enough runs to tell; in brackets the seeds in all that would be, with a chance of 80 %");
  }
  return layout;
}

}  // namespace actlab
