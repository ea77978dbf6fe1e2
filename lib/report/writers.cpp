#include "lib/report/writers.h"

#include <fmt/format.h>

#include "lib/core/error.h"
#include "lib/report/formats.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

constexpr long line_width = 110;

/// "name   text", the text broken and indented so that it forms a column of its own.
std::string definition(const std::string& name, const std::string& text, long name_width) {
  std::string result;
  auto label = name;
  for (const auto& line : wrap(text, line_width - name_width - 4)) {
    result += "  " + pad_right(label, name_width) + "  " + line + "\n";
    label.clear();
  }
  return result;
}

std::string definitions(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(entry.first);
  std::string result;
  for (const auto& [name, text] : entries) result += definition(name, text, widest(names));
  return result;
}

long width_of(const Column& column) { return std::max(display_width(column.header), widest(column.cells)); }

std::string aligned(const Column& column, const std::string& text) {
  return column.right ? pad_left(text, width_of(column)) : pad_right(text, width_of(column));
}

std::string table_of(const Layout& layout, bool colour) {
  std::string header, rule;
  for (const auto& column : layout.columns) {
    header += (header.empty() ? "" : "  ") + aligned(column, column.header);
    for (long i = 0; i < width_of(column) + (rule.empty() ? 0 : 2); ++i) rule += "─";
  }
  auto result = header + "\n" + rule + "\n";
  for (size_t row = 0; row < layout.best.size(); ++row) {
    std::string line;
    for (const auto& column : layout.columns)
      line += (line.empty() ? "" : "  ") + aligned(column, column.cells[row]);
    result += (colour && layout.best[row] ? "\x1b[1m" + line + "\x1b[0m" : line) + "\n";
  }
  return result;
}

}  // namespace

std::string write_table(const std::vector<Comparison>& comparisons, bool colour) {
  std::string result;
  std::vector<Layout> layouts;
  for (const auto& comparison : comparisons) {
    layouts.push_back(lay_out(comparison));
    const auto& layout = layouts.back();
    result += layout.title + "\n" + definitions(layout.facts) + "\n" + table_of(layout, colour) + "\n";
  }
  return result + definitions(legend(layouts));
}

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = {"table", "markdown", "csv", "json", "latex"};
  return names;
}

std::string write(const std::vector<Comparison>& comparisons, const std::string& format, bool colour) {
  if (format == "table") return write_table(comparisons, colour);
  if (format == "markdown") return write_markdown(comparisons);
  if (format == "csv") return write_csv(comparisons);
  if (format == "json") return write_json(comparisons);
  if (format == "latex") return write_latex(comparisons);
  throw unknown_name("format", format, format_names());
}

}  // namespace actlab
