#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>

#include "datasets/text/readers.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

const std::set<std::string> text_names{"text", "sentence", "review", "content", "comment",
                                       "body", "message",  "tweet",  "phrase",  "review_text"};
const std::set<std::string> label_names{"label",  "sentiment", "class", "category",
                                        "target", "polarity",  "stars", "rating"};

using Column = std::optional<size_t>;

/// The only column with one of these names, in any case.
Column known_column(const Table& table, const std::set<std::string>& names) {
  Column found;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    std::string name = table.columns[i];
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (names.count(name) == 0) continue;
    if (found) return {};
    found = i;
  }
  return found;
}

/// Of two columns the one that looks like text: longer in total, and without fewer different values.
Column longer_column(const Table& table) {
  size_t bytes[2] = {0, 0};
  std::set<std::string_view> values[2];
  for (const auto& row : table.rows) {
    for (const size_t i : {0, 1}) {
      bytes[i] += row.fields[i].size();
      values[i].insert(row.fields[i]);
    }
  }
  for (const size_t i : {0, 1}) {
    if (bytes[i] > bytes[1 - i] && values[i].size() >= values[1 - i].size()) return i;
  }
  return {};
}

/// The text and the label, as far as they are given or clear.
std::pair<Column, Column> guess_columns(const Table& table, const TextFormat& format) {
  Column text = format.text_column.empty() ? known_column(table, text_names)
                                           : find_column(table, "text column", format.text_column);
  Column label = format.label_column.empty() ? known_column(table, label_names)
                                             : find_column(table, "label column", format.label_column);
  if (table.columns.size() == 2) {
    if (!text && !label) text = longer_column(table);
    if (!text && label) text = 1 - *label;
    if (!label && text) label = 1 - *text;
  }
  return {text, label};
}

/// The name of a column, which must stand for it alone.
std::string column_name(const Table& table, const std::string& kind, Column column) {
  const std::string place = fmt::format("columns {} in {}", join(table.columns), table.file.string());
  if (!column) {
    throw usage_error(fmt::format("it is not clear which column is the {}", kind), place, "",
                      fmt::format("--{}-column NAME, or its number from 1", kind));
  }
  const std::string& name = table.columns[*column];
  if (std::count(table.columns.begin(), table.columns.end(), name) == 1) return name;
  throw data_error(fmt::format("two columns are called '{}'", name), place, "different names",
                   "rename one of them");
}

}  // namespace

size_t find_column(const Table& table, const std::string& kind, const std::string& name) {
  const auto found = std::find(table.columns.begin(), table.columns.end(), name);
  if (found != table.columns.end()) return static_cast<size_t>(found - table.columns.begin());
  size_t number = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == name.data() + name.size();
  if (whole && number >= 1 && number <= table.columns.size()) return number - 1;
  throw unknown_name(fmt::format("{} of {}", kind, table.file.string()), name, table.columns);
}

TextFormat resolve_columns(const Table& table, TextFormat format) {
  const auto [text, label] = guess_columns(table, format);
  format.text_column = column_name(table, "text", text);
  format.label_column = column_name(table, "label", label);
  if (text != label) return format;
  throw usage_error("text and label are the same column",
                    fmt::format("'{}' of {}", format.text_column, table.file.string()), join(table.columns),
                    "--text-column NAME --label-column NAME");
}

std::string resolve_text_column(const Table& table, const TextFormat& format) {
  if (table.columns.size() == 1 && format.text_column.empty()) return table.columns[0];
  TextFormat text_only = format;
  text_only.label_column.clear();  // a file to classify need not have it
  return column_name(table, "text", guess_columns(table, text_only).first);
}

}  // namespace actlab
