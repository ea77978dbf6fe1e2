// The formats that are set by another program: GitHub's Markdown and LaTeX.

#include <fmt/format.h>

#include "lib/report/formats.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

/// Each character that `find` knows replaced by its escape.
template <typename Find>
std::string escaped(const std::string& text, const Find& find) {
  std::string result;
  for (const char character : text) result += find(character);
  return result;
}

std::string markdown_escaped(const std::string& text) {
  return escaped(text, [](char c) {
    const bool special = std::string("\\`*_[]<>|").find(c) != std::string::npos;
    return special ? std::string{'\\', c} : std::string{c};
  });
}

std::string latex_escaped(const std::string& text) {
  auto result = escaped(text, [](char c) -> std::string {
    if (c == '\\') return "\\textbackslash{}";
    if (c == '~') return "\\textasciitilde{}";
    if (c == '^') return "\\textasciicircum{}";
    if (c == '<') return "\\textless{}";
    if (c == '>') return "\\textgreater{}";
    return std::string("_%&#${}").find(c) == std::string::npos ? std::string{c} : std::string{'\\', c};
  });
  const std::pair<std::string, std::string> symbols[] = {
      {"±", "$\\pm$"}, {"–", "--"}, {"·", "\\textperiodcentered{}"}, {"−", "$-$"}};
  for (const auto& [sign, command] : symbols) {
    for (size_t place = 0; (place = result.find(sign, place)) != std::string::npos; place += command.size()) {
      result.replace(place, sign.size(), command);
    }
  }
  return result;
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const auto& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string latex_row(const std::vector<std::string>& cells) {
  std::string line;
  for (const auto& cell : cells) line += (line.empty() ? "  " : " & ") + cell;
  return line + " \\\\\n";
}

}  // namespace

std::string latex_table(const Layout& layout) {
  std::string alignment, caption = latex_escaped(layout.title) + ".";
  std::vector<std::string> headers;
  for (const auto& column : layout.columns) {
    alignment += column.right ? 'r' : 'l';
    headers.push_back(latex_escaped(column.header));
  }
  for (const auto& [name, text] : layout.facts)
    caption += latex_escaped(" " + (name.empty() ? text : name + ": " + text) + ".");
  std::string rows;
  for (size_t row = 0; row < layout.best.size(); ++row) {
    std::vector<std::string> cells;
    for (const auto& column : layout.columns) {
      const auto text = latex_escaped(squeezed(column.cells[row]));
      cells.push_back(layout.best[row] ? "\\textbf{" + text + "}" : text);
    }
    rows += latex_row(cells);
  }
  const auto lines = fmt::format("\\toprule\n{}\\midrule\n{}\\bottomrule\n", latex_row(headers), rows);
  constexpr size_t rows_of_a_page = 40;
  if (layout.best.size() > rows_of_a_page) {
    return fmt::format("\\begin{{longtable}}{{{}}}\n\\caption{{{}}}\\\\\n{}\\end{{longtable}}\n", alignment,
                       caption, lines);
  }
  return fmt::format(
      "\\begin{{table}}\n\\centering\n\\caption{{{}}}\n\\begin{{tabular}}{{{}}}\n{}\\end{{tabular}}\n"
      "\\end{{table}}\n",
      caption, alignment, lines);
}

std::string markdown_table(const Layout& layout) {
  std::vector<std::string> headers, rules;
  for (const auto& column : layout.columns) {
    headers.push_back(markdown_escaped(column.header));
    rules.push_back(column.right ? "---:" : ":---");
  }
  auto result = markdown_row(headers) + markdown_row(rules);
  for (size_t row = 0; row < layout.best.size(); ++row) {
    std::vector<std::string> cells;
    for (const auto& column : layout.columns) {
      const auto text = markdown_escaped(squeezed(column.cells[row]));
      cells.push_back(layout.best[row] && !text.empty() ? "**" + text + "**" : text);
    }
    result += markdown_row(cells);
  }
  return result;
}

std::string markdown_section(const Layout& layout, int level) {
  auto result = std::string(static_cast<size_t>(level), '#') + " " + markdown_escaped(layout.title) + "\n\n";
  for (const auto& [name, text] : layout.facts) {
    result += fmt::format("- {}\n", markdown_escaped(name.empty() ? text : name + ": " + text));
  }
  return result + "\n" + markdown_table(layout);
}

std::string markdown_legend(const std::vector<Layout>& layouts) {
  std::string result;
  for (const auto& [term, meaning] : legend(layouts)) {
    result += fmt::format("- **{}**: {}\n", markdown_escaped(term), markdown_escaped(meaning));
  }
  return result;
}

std::string write_markdown(const std::vector<Comparison>& comparisons) {
  std::string result;
  std::vector<Layout> layouts;
  for (const auto& comparison : comparisons) {
    layouts.push_back(lay_out(comparison));
    result += markdown_section(layouts.back(), 3) + "\n";
  }
  return result + markdown_legend(layouts);
}

std::string write_latex(const std::vector<Comparison>& comparisons) {
  std::string result = "% needs \\usepackage{booktabs}\n";
  std::vector<Layout> layouts;
  for (const auto& comparison : comparisons) {
    layouts.push_back(lay_out(comparison));
    result += latex_table(layouts.back());
  }
  for (const auto& [term, meaning] : legend(layouts)) result += "% " + term + ": " + meaning + "\n";
  return result;
}

}  // namespace actlab
