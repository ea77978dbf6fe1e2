// Figures as documents, and charts as elements of a page.

#include <fmt/format.h>

#include <algorithm>

#include "lib/report/chart_writer.h"
#include "lib/report/svg_elements.h"
#include "lib/report/text.h"
#include "lib/report/words.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

constexpr double legend_line = 22, sample = 38;

/// Names of all curves: those that the figure gives, then others in order of appearance.
std::vector<std::string> names_of(const Figure& figure) {
  auto names = figure.names;
  for (const auto& chart : figure.charts) {
    for (const auto& series : chart.series) {
      if (series.shape != SeriesShape::guide &&
          std::find(names.begin(), names.end(), series.name) == names.end())
        names.push_back(series.name);
    }
  }
  return names;
}

bool appears(const std::string& name, const Figure& figure) {
  return std::any_of(figure.charts.begin(), figure.charts.end(), [&](const Chart& chart) {
    return std::any_of(chart.series.begin(), chart.series.end(),
                       [&](const Series& series) { return series.name == name; });
  });
}

/// Entries side by side, as many a line as fit; `y` is moved below them.
std::string legend(const Figure& figure, const std::vector<std::string>& names, bool markers, double width,
                   double& y) {
  std::string text;
  double x = svg::padding;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!appears(names[i], figure)) continue;
    const double entry = sample + 8 + svg::letter * static_cast<double>(display_width(names[i])) + 18;
    if (x > svg::padding && x + entry > width) x = svg::padding, y += legend_line;
    const auto look = svg::style(i, svg::card_inks);
    text += fmt::format("<path d=\"M{0} {1}H{2}\" {3}/>\n", svg::coordinate(x), svg::coordinate(y),
                        svg::coordinate(x + sample), svg::stroke(look));
    if (markers) text += svg::markers(look, {{x + sample / 2, y}}, svg::card_inks);
    text += svg::text_at(x + sample + 8, y + 4.5, "start", names[i]);
    x += entry;
  }
  if (!names.empty()) y += legend_line;
  return text;
}

}  // namespace

std::string to_svg(const Figure& figure) {
  const auto names = names_of(figure);
  const bool markers = names.size() > svg::few_names;
  const double top = figure.title.empty() ? 4 : 36;
  const double width = figure.chart_width * static_cast<double>(figure.columns) + svg::padding / 2;
  std::string body;
  if (!figure.title.empty())
    body += svg::text_at(width / 2, 24, "middle", figure.title, " font-size=\"16\" font-weight=\"bold\"");
  double y = top;
  for (size_t i = 0; i < figure.charts.size(); ++i) {
    const auto column = static_cast<double>(i % static_cast<size_t>(figure.columns));
    const auto row = static_cast<double>(i / static_cast<size_t>(figure.columns));
    const svg::Area whole{column * figure.chart_width, top + row * figure.chart_height, figure.chart_width,
                          figure.chart_height};
    body += svg::write_chart(figure.charts[i], whole, {names, svg::card_inks, markers});
    y = whole.top + whole.height;
  }
  if (figure.legend) {
    y += 12;
    body += legend(figure, names, markers, width, y);
  }
  const bool untitled = figure.title.empty() && !figure.charts.empty();
  return svg::document(width, y + 4, untitled ? figure.charts.front().title : figure.title, body);
}

std::string to_element(const Chart& chart, const std::vector<std::string>& names) {
  constexpr double width = 420, height = 290;
  auto plot = chart;
  plot.title.clear();  // a heading of the page says it
  for (auto* axis : {&plot.x, &plot.y}) axis->label = said(axis->label);
  return svg::element(
      width, height, said(chart.title),
      svg::write_chart(plot, {0, 0, width, height}, {names, svg::page_inks, names.size() > svg::few_names}));
}

std::string sample_element(size_t index) {
  const auto look = svg::style(index, svg::page_inks);
  return fmt::format(
      "<svg class=\"sample\" viewBox=\"0 0 {0} 12\" aria-hidden=\"true\"><path d=\"M0 6H{0}\" {1}/>{2}</svg>",
      svg::coordinate(sample), svg::stroke(look), svg::markers(look, {{sample / 2, 6}}, svg::page_inks));
}

}  // namespace actlab
