#include "lib/report/exhibit_parts.h"

#include <algorithm>
#include <cmath>

#include "lib/report/columns.h"
#include "lib/report/facts.h"
#include "lib/report/words.h"

namespace actlab {

std::string metric_label(const Comparison& comparison) {
  return comparison.yardstick.metric + (metric_scale(comparison).factor == 100 ? " %" : "");
}

std::vector<const ComparisonRow*> charted_rows(const Comparison& comparison) {
  std::vector<const ComparisonRow*> rows;
  bool baseline_to_come = comparison.rows.size() > most_series;
  for (const auto& row : comparison.rows) {
    const bool room = rows.size() + (baseline_to_come && !row.is_baseline) < most_series;
    if (!room) continue;
    rows.push_back(&row);
    baseline_to_come = baseline_to_come && !row.is_baseline;
  }
  return rows;
}

std::vector<std::string> charted(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const auto* row : charted_rows(comparison)) names.push_back(row->activation);
  return names;
}

std::vector<std::string> looks_of(const Comparison& comparison, const std::vector<Comparison>& comparisons) {
  std::vector<std::string> names;
  for (const auto& other : comparisons) {
    for (const auto& name : charted(other)) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names.size() <= most_series ? names : charted(comparison);
}

Layout empty_table(const std::string& title, const std::vector<std::string>& headers, size_t left) {
  Layout layout;
  layout.title = title;
  for (const auto& header : headers)
    layout.columns.push_back({header, "", layout.columns.size() >= left, {}});
  return layout;
}

void add_row(Layout& layout, const std::vector<std::string>& cells) {
  for (size_t i = 0; i < cells.size(); ++i) layout.columns[i].cells.push_back(cells[i]);
  layout.best.push_back(false);
}

bool spans_decades(const std::vector<Series>& series) {
  constexpr double wide = 30;
  double smallest = INFINITY, largest = 0;
  for (const auto& one : series) {
    for (const auto& point : one.points) {
      if (!std::isfinite(point.y)) continue;
      smallest = std::min(smallest, point.y);
      largest = std::max(largest, point.y);
    }
  }
  return smallest > 0 && largest > wide * smallest;
}

void thin_out_notes(Series& series, size_t limit) {
  const auto kept = spread(series.points.size(), limit);
  for (size_t i = 0; i < series.points.size(); ++i) {
    if (!std::binary_search(kept.begin(), kept.end(), i)) series.points[i].note.clear();
  }
}

bool has_points(const Series& series) {
  return std::any_of(series.points.begin(), series.points.end(), [](const ChartPoint& point) {
    return std::isfinite(point.x) && std::isfinite(point.y);
  });
}

std::vector<Exhibit> exhibits(const Comparison& comparison) {
  std::vector<Exhibit> result = {learning_exhibit(comparison), cost_exhibit(comparison)};
  auto rates = rate_exhibit(comparison);
  if (!rates.charts.empty()) result.push_back(std::move(rates));
  for (auto& sites : site_exhibits(comparison)) result.push_back(std::move(sites));
  if (comparison.rows.size() > most_series) {
    for (auto& exhibit : result)
      exhibit.caption = said(exhibit.caption) +
                        said(" The charts show the baseline and the best others; the numbers are of all.");
  }
  return result;
}

}  // namespace actlab
