#include "apps/reproduce/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apps/reproduce/measurements.h"
#include "lib/core/error.h"
#include "lib/core/spec.h"
#include "lib/report/facts.h"
#include "lib/report/text.h"
#include "lib/statistics/verdict.h"

namespace actlab {

Words to_words(Standing standing) {
  switch (standing) {
    case Standing::supported:
      return {"supported", "支持"};
    case Standing::refuted:
      return {"refuted", "不成立"};
    case Standing::no_practical_difference:
      return {"no practical difference", "無實際差異"};
    case Standing::not_enough_runs:
      return {"not enough runs", "執行次數不足"};
    case Standing::depends:
      return {"it depends", "視條件而定"};
  }
  return {};
}

Standing Findings::standing() const {
  std::vector<Standing> seen;
  for (const auto& test : tests) {
    const bool tells = test.deciding && test.standing != Standing::not_enough_runs;
    if (tells && std::find(seen.begin(), seen.end(), test.standing) == seen.end())
      seen.push_back(test.standing);
  }
  if (seen.empty()) return Standing::not_enough_runs;
  return seen.size() == 1 ? seen.front() : Standing::depends;
}

std::vector<NamedComparison> Evidence::comparisons(const std::string& name, const std::string& baseline,
                                                   const std::string& metric) const {
  std::vector<NamedComparison> result;
  for (const auto& batch : batches_) {
    if (batch.records.empty()) continue;
    const bool chosen =
        batch.name == name || batch.name.rfind(name + "-", 0) == 0 || batch.records.front().task == name;
    if (!chosen) continue;
    for (auto& named : named_comparisons({batch}, {baseline, metric})) {
      if (named.comparison.requested_baseline.empty()) result.push_back(std::move(named));
    }
  }
  return result;
}

nlohmann::json Evidence::measured(const std::string& name) const { return read_measurement(measured_, name); }

namespace {

Standing standing_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::better:
      return Standing::supported;
    case Verdict::worse:
      return Standing::refuted;
    case Verdict::no_practical_difference:
      return Standing::no_practical_difference;
    case Verdict::not_enough_runs:
      return Standing::not_enough_runs;
  }
  return Standing::not_enough_runs;
}

/// What most comparisons of the study have; only what differs from it is worth saying.
const std::vector<std::pair<std::string, nlohmann::json>> usual = {{"init", "matched"}, {"lr", 0.001}};

}  // namespace

std::string setting_text(const NamedComparison& named) {
  const auto& comparison = named.comparison;
  std::string unusual;
  for (const auto& [key, value] : usual) {
    if (comparison.hyperparameters.contains(key) && comparison.hyperparameters[key] != value)
      unusual += fmt::format(", {} {}", key, plain(comparison.hyperparameters[key]));
  }
  return fmt::format("{} [{}], {}{}", comparison.dataset, named.name.substr(0, named.name.find(' ')),
                     comparison.model, unusual);
}

Words difference_text(const Interval& difference, const Comparison& comparison) {
  const auto scale = metric_scale(comparison);
  const auto numbers = fmt::format("{} [{}, {}]", scale.text(difference.mean, true),
                                   scale.text(difference.low, true), scale.text(difference.high, true));
  const bool points = scale.factor == 100;
  return {fmt::format("{} {}{}", numbers, points ? "points of " : "", comparison.yardstick.metric),
          fmt::format("{} {}（{}）", numbers, points ? "個百分點 " : "", comparison.yardstick.metric)};
}

std::optional<Test> beats_baseline(const NamedComparison& named, const std::string& activation,
                                   bool deciding) {
  const auto& comparison = named.comparison;
  const auto* row = row_named(comparison, activation);
  if (row == nullptr || row->is_baseline) return std::nullopt;
  const auto what = fmt::format("{} > {}: {}", label_of(*row, comparison), short_name(comparison.baseline),
                                setting_text(named));
  return Test{what, difference_text(row->difference, comparison), standing_of(row->finding.judgement.verdict),
              deciding};
}

Standing judge_pairs(const std::vector<double>& values, const std::vector<double>& baseline, double threshold,
                     double resolution, Interval& difference) {
  PairedRuns pairs;
  for (size_t i = 0; i < values.size(); ++i) pairs.differences.push_back(values[i] - baseline[i]);
  difference = t_interval(pairs.differences);
  return standing_of(judge({pairs}, {threshold, resolution}).front().verdict);
}

long depth_of(const std::string& model) {
  const auto spec = parse_spec(model);
  const auto depth = spec.arguments.find("depth");
  return depth == spec.arguments.end() ? 0 : std::stol(depth->second);
}

std::string short_name(const std::string& activation) { return activation.substr(0, activation.find(':')); }

Standing judge_ratio(double low, double high) {
  constexpr double margin = 0.05;
  if (low > 1 + margin) return Standing::supported;
  if (high < 1 - margin) return Standing::refuted;
  if (low > 1 - margin && high < 1 + margin) return Standing::no_practical_difference;
  return Standing::not_enough_runs;
}

void add_point(Chart& chart, const std::string& name, ChartPoint point) {
  auto series = std::find_if(chart.series.begin(), chart.series.end(),
                             [&](const auto& one) { return one.name == name; });
  if (series == chart.series.end()) {
    chart.series.push_back({name, {}, SeriesShape::marked});
    series = chart.series.end() - 1;
  }
  series->points.push_back(point);
  std::sort(series->points.begin(), series->points.end(),
            [](const auto& a, const auto& b) { return a.x < b.x; });
}

namespace {

Chart depth_chart(const Evidence& evidence, const std::string& name, bool metric, Language language) {
  Chart chart;
  chart.x = {Words("hidden layers", "隱藏層數").in(language), true};
  chart.x.room = 0.05;
  for (const auto& [label, comparison] : evidence.comparisons(name, "relu")) {
    chart.title = name;
    const auto scale = metric_scale(comparison);
    chart.y = metric ? Axis{fmt::format("{} %", comparison.yardstick.metric)}
                     : Axis{Words("gradient first / last", "梯度：首層/末層").in(language), true};
    for (const auto& row : comparison.rows) {
      ChartPoint point{static_cast<double>(depth_of(comparison.model)), row.initial_gradient.ratio};
      if (metric)
        point = {point.x, scale.factor * row.metric.mean, scale.factor * row.metric.low,
                 scale.factor * row.metric.high};
      add_point(chart, label_of(row, comparison), point);
    }
  }
  return chart;
}

}  // namespace

ClaimFigure depth_figure(const Evidence& evidence, const std::vector<std::string>& names, bool metric) {
  const Words caption =
      metric ? Words("Test accuracy against depth, means over seeds with 95 % intervals",
                     "測試準確率與深度：各種子平均值及 95 % 區間")
             : Words("Gradient at the first over that at the last activation, before training, against depth",
                     "訓練前首個與末個激活處的梯度之比，隨深度變化");
  return {caption, [=, &evidence](Language language) {
            Figure figure;
            figure.chart_width = 340, figure.chart_height = 260;
            for (const auto& name : names) {
              auto chart = depth_chart(evidence, name, metric, language);
              if (!chart.series.empty()) figure.charts.push_back(std::move(chart));
            }
            figure.columns = static_cast<long>(std::min<size_t>(figure.charts.size(), 3));
            return figure;
          }};
}

}  // namespace actlab
