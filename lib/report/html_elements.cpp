#include "lib/report/html_elements.h"

#include <fmt/format.h>

#include "lib/report/formats.h"
#include "lib/report/text.h"
#include "lib/report/words.h"

namespace actlab::html {
namespace {

/// The blanks that align figures, as wide as a digit each.
std::string aligned(const std::string& text) {
  std::string result;
  for (const char character : text) {
    const bool superfluous = result.empty() || result.back() == '[' || result.back() == ' ' ||
                             (result.size() > 2 && result.compare(result.size() - 3, 3, "\u2007") == 0);
    if (character == ' ' && superfluous) {
      result += "\u2007";
    } else {
      result += character;
    }
  }
  return result;
}

std::string head(const Layout& layout) {
  std::string cells;
  for (const auto& column : layout.columns) {
    const auto meaning =
        column.meaning.empty() ? "" : fmt::format(" title=\"{}\"", markup_escaped(said(column.meaning)));
    cells += fmt::format("<th scope=\"col\"{}{}>{}</th>", column.right ? "" : " class=\"text\"", meaning,
                         markup_escaped(said(column.header)));
  }
  return fmt::format("<thead><tr>{}</tr></thead>\n", cells);
}

/// The first cell names the row.
std::string row(const Layout& layout, size_t place, const std::string& look, const std::string& link) {
  std::string cells;
  for (const auto& column : layout.columns) {
    auto text = markup_escaped(aligned(said(column.cells[place])));
    if (&column == &layout.columns.front()) {
      if (!link.empty()) text = fmt::format("<a href=\"#{}\">{}</a>", link, text);
      cells += fmt::format("<th scope=\"row\">{}</th>", text);
    } else if (column.header == "verdict") {
      cells += fmt::format("<td class=\"text verdict\"><span>{}</span></td>", text);
    } else {
      cells += fmt::format("<td{}>{}</td>", column.right ? "" : " class=\"text\"", text);
    }
  }
  return fmt::format("<tr{}>{}</tr>\n", look.empty() ? "" : fmt::format(" class=\"{}\"", look), cells);
}

}  // namespace

std::string element(const std::string& tag, const std::string& text) {
  return fmt::format("<{0}>{1}</{0}>\n", tag, markup_escaped(said(text)));
}

std::string caption(const std::string& text) {
  return fmt::format("<p class=\"caption\">{}</p>\n", markup_escaped(said(text)));
}

std::string wide(const std::string& table) { return "<div class=\"wide\">\n" + table + "</div>\n"; }

std::string definitions(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string result = "<dl>\n";
  for (const auto& [term, meaning] : entries)
    result += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", markup_escaped(said(term)),
                          markup_escaped(said(meaning)));
  return result + "</dl>\n";
}

std::string table(const Layout& layout, const RowLooks& looks) {
  std::string body, foot;
  const size_t rows = layout.best.size();
  for (size_t i = 0; i < rows; ++i) {
    auto& part = i + looks.foot < rows ? body : foot;
    part += row(layout, i, i < looks.classes.size() ? looks.classes[i] : "",
                i < looks.links.size() ? looks.links[i] : "");
  }
  if (!foot.empty()) foot = "<tfoot>\n" + foot + "</tfoot>\n";
  return fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table>\n"
      "<caption>{0}</caption>\n{1}<tbody>\n{2}</tbody>\n{3}</table></div>\n",
      markup_escaped(said(layout.title)), head(layout), body, foot);
}

std::string details(const std::string& summary, const std::string& content) {
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", markup_escaped(said(summary)),
                     content);
}

}  // namespace actlab::html
