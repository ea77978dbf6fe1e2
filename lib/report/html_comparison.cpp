#include "lib/report/html_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/report/exhibit_parts.h"
#include "lib/report/html_elements.h"
#include "lib/report/text.h"
#include "lib/report/words.h"

namespace actlab {
namespace {

std::string legend_of(const std::vector<Chart>& charts, const std::vector<std::string>& looks) {
  std::string entries;
  for (size_t i = 0; i < looks.size(); ++i) {
    const bool shown = std::any_of(charts.begin(), charts.end(), [&](const Chart& chart) {
      return std::any_of(chart.series.begin(), chart.series.end(),
                         [&](const Series& series) { return series.name == looks[i]; });
    });
    if (shown) entries += fmt::format("<li>{}{}</li>\n", sample_element(i), markup_escaped(looks[i]));
  }
  return "<ul class=\"legend\">\n" + entries + "</ul>\n";
}

std::string figures_of(const Exhibit& exhibit, const std::vector<std::string>& looks) {
  auto result = legend_of(exhibit.charts, looks) + "<div class=\"charts\">\n";
  for (const auto& chart : exhibit.charts) {
    result += fmt::format("<figure><figcaption>{}</figcaption>\n{}</figure>\n",
                          markup_escaped(said(chart.title)), to_element(chart, looks));
  }
  return result + "</div>\n";
}

std::string exhibit_section(const Exhibit& exhibit, const std::vector<std::string>& looks) {
  auto result = html::element("h3", exhibit.title) + html::caption(exhibit.caption);
  if (!exhibit.charts.empty()) result += figures_of(exhibit, looks);
  if (!exhibit.numbers.best.empty())
    result += html::details(phrase("{} in numbers", said(exhibit.title)), html::table(exhibit.numbers));
  return result;
}

std::string main_table(const Comparison& comparison, Layout layout) {
  html::RowLooks looks;
  for (const auto& row : comparison.rows)
    looks.classes.push_back(verdict_class(row) + (row.best ? " best" : ""));
  looks.foot = layout.best.size() - comparison.rows.size();  // the best possible value
  layout.title = phrase("Verdicts against {}, by {}", comparison.baseline, comparison.yardstick.metric);
  return html::table(layout, looks);
}

std::string broken_table(const Comparison& comparison) {
  if (comparison.broken.empty()) return "";
  auto table =
      empty_table("Runs that diverged or failed", {"activation", "seed", "what", "where and why"}, 4);
  for (const auto& run : comparison.broken)
    add_row(table, {run.activation, std::to_string(run.seed), status_name(run.status), run.error});
  return html::details(phrase("{} of {} runs diverged or failed", comparison.broken.size(), comparison.runs),
                       html::wide(html::table(table)));
}

}  // namespace

std::string verdict_class(const ComparisonRow& row) {
  const auto word = row.is_baseline ? "baseline" : verdict_word(row.finding.judgement.verdict);
  return word.substr(0, word.find(' '));
}

std::vector<Layout> layouts_of(const Comparison& comparison) {
  std::vector<Layout> layouts = {lay_out(comparison), lay_out_details(comparison)};
  layouts[1].title = "Parameters, gradient norms, units and selected epoch";
  if (!std::isnan(comparison.pace_goal)) layouts.push_back(lay_out_pace(comparison));
  return layouts;
}

std::string comparison_content(const Comparison& comparison, const std::vector<std::string>& looks) {
  const auto layouts = layouts_of(comparison);
  auto content = html::definitions(layouts[0].facts) + main_table(comparison, layouts[0]);
  content += broken_table(comparison);
  for (size_t i = 1; i < layouts.size(); ++i)
    content += html::details(layouts[i].title, html::table(layouts[i]));
  for (const auto& exhibit : exhibits(comparison)) content += exhibit_section(exhibit, looks);
  return content;
}

}  // namespace actlab
