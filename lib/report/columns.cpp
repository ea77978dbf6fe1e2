#include "lib/report/columns.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/report/text.h"

namespace actlab {
namespace {

Column activation_column(const Comparison& comparison) {
  return {"activation", "name with the arguments in effect; rows with the best mean first", false,
          cells(comparison, [](const auto& row) { return row.activation; }), 24};
}

}  // namespace

std::vector<std::string> cells(const Comparison& comparison, const RowText& text) {
  std::vector<std::string> result;
  for (const auto& row : comparison.rows) result.push_back(text(row));
  return result;
}

Column dead_column(const Comparison& comparison) {
  return {"dead %",
          "units that are exactly 0 on the whole validation set after the last epoch; mean over sites, "
          "median over "
          "seeds",
          true, cells(comparison, [](const auto& row) { return fixed(100 * row.dead, 1); })};
}

Column saturated_column(const Comparison& comparison) {
  return {"satur. %",
          "outputs other than 0 where the slope is below 5 % of the function's largest; after the last "
          "epoch, mean "
          "over sites, median over seeds",
          true, cells(comparison, [](const auto& row) { return fixed(100 * row.saturated, 1); })};
}

Column magnitude_column(const Comparison& comparison, const std::string& header, const std::string& meaning,
                        const std::function<double(const ComparisonRow&)>& figure) {
  return {header, meaning, true, cells(comparison, [&](const auto& row) { return magnitude(figure(row)); })};
}

Layout start_layout(const Comparison& comparison) {
  Layout layout;
  layout.title = fmt::format("{} · {} · {}", comparison.task, comparison.dataset, comparison.model);
  for (const auto& row : comparison.rows) layout.best.push_back(row.best);
  layout.columns.push_back(activation_column(comparison));
  return layout;
}

std::vector<size_t> spread(size_t count, size_t limit) {
  const size_t chosen = std::min(count, limit);
  if (chosen < 2) return chosen == 0 ? std::vector<size_t>{} : std::vector<size_t>{count - 1};
  std::vector<size_t> places;
  for (size_t i = 0; i < chosen; ++i) places.push_back((i * (count - 1) + (chosen - 1) / 2) / (chosen - 1));
  return places;
}

std::string short_site(const std::string& path) {
  const std::string end = ".activation";
  const bool ends = path.size() > end.size() && path.compare(path.size() - end.size(), end.size(), end) == 0;
  return ends ? path.substr(0, path.size() - end.size()) : path;
}

}  // namespace actlab
