#pragma once

// One function a format; `write` (writers.h) chooses.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lib/report/comparison.h"
#include "lib/report/layout.h"

namespace actlab {

std::string write_table(const std::vector<Comparison>& comparisons, bool colour);
std::string write_markdown(const std::vector<Comparison>& comparisons);
std::string write_latex(const std::vector<Comparison>& comparisons);
std::string write_csv(const std::vector<Comparison>& comparisons);
std::string write_json(const std::vector<Comparison>& comparisons);
std::string write_html(const std::vector<Comparison>& comparisons);

/// Columns of a line of text where nothing else is known.
constexpr long line_width = 118;

/// "name   text" lines, the texts broken so that they form a column of their own.
std::string definitions(const std::vector<std::pair<std::string, std::string>>& entries,
                        long width = line_width);

/// One layout for a terminal, best row in bold if `colour`; no legend. Wide columns are broken so that no
/// line is wider than `width` (0: as wide as it gets).
std::string terminal_table(Layout layout, bool colour, long width = 0);

/// One layout as a booktabs table, over several pages when it is long.
std::string latex_table(const Layout& layout);

/// A line for each object of a list, a header of their keys; nested objects as `outer_inner` columns. All
/// objects have the keys of the first.
std::string csv_of(const nlohmann::ordered_json& records);

/// A GitHub pipe table, best row in bold; no legend.
std::string markdown_table(const Layout& layout);
/// Title (as a heading of that level), facts and table.
std::string markdown_section(const Layout& layout, int level);
std::string markdown_legend(const std::vector<Layout>& layouts);

}  // namespace actlab
