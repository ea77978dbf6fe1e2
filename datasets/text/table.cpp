#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "datasets/delimited.h"
#include "datasets/encoding.h"
#include "datasets/text/readers.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr char json_lines = '{';

std::string extension(const fs::path& file) {
  return (file.extension() == ".gz" ? file.stem() : file).extension().string();
}

/// The sign that separates fields, by the file's name and its first line; '{' for JSON lines.
char recognise_separator(const std::string& text, const fs::path& file) {
  const std::string ending = extension(file);
  if (ending == ".json" || ending == ".jsonl" || ending == ".ndjson") return json_lines;
  if (ending == ".tsv" || ending == ".tab") return '\t';
  const std::string first = text.substr(0, text.find('\n'));
  if (ending != ".csv") {
    if (first[0] == json_lines) return json_lines;
    if (first.find('\t') != std::string::npos) return '\t';  // a text may well hold commas
  }
  const auto outside_quotes = [&](char separator) {
    bool quoted = false;
    return std::count_if(first.begin(), first.end(), [&](char c) {
      quoted ^= c == '"';
      return c == separator && !quoted;
    });
  };
  const char separators[] = {',', ';', '\t'};
  return *std::max_element(std::begin(separators), std::end(separators),
                           [&](char a, char b) { return outside_quotes(a) < outside_quotes(b); });
}

void read_delimited(const std::string& text, char separator, Quotes quotes, Table& table) {
  DelimitedReader reader(text, separator, quotes, table.file);
  table.rows.clear();
  for (Record record; reader.next(record);) {
    table.rows.push_back({{record.fields.begin(), record.fields.end()}, record.line});
  }
}

using Json = nlohmann::ordered_json;

Json parse_line(std::string_view line, const fs::path& file, long number) {
  check_length(line, file, number);
  Json value;
  try {
    value = Json::parse(line);
  } catch (const nlohmann::json::exception& failure) {
    throw data_error("a line is no JSON", fmt::format("line {} of {}", number, file.string()),
                     "JSON lines: one object a line", failure.what());
  }
  if (value.is_object()) return value;
  throw data_error("a line is no JSON object", fmt::format("line {} of {}", number, file.string()),
                   R"(JSON lines: one object a line, such as {"text": "…", "label": "…"})",
                   value.is_array() ? "turn an array into lines with: jq -c '.[]'" : "repair the line");
}

std::string text_of(const Json& value, const fs::path& file, long line) {
  if (value.is_null()) return "";
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (text.find('\0') == std::string::npos) return text;
  throw data_error("a text holds a NUL", fmt::format("line {} of {}", line, file.string()),
                   "text without \\u0000", "repair the line");
}

void read_json_lines(const std::string& text, Table& table) {
  long number = 0;
  for (size_t position = 0; position < text.size();) {
    const std::string_view line = next_line(text, position);
    ++number;
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    const Json object = parse_line(line, table.file, number);
    if (table.rows.empty()) {
      for (const auto& [key, value] : object.items()) table.columns.push_back(key);
    }
    Table::Row row{{}, number};
    for (const auto& column : table.columns) {
      row.fields.push_back(object.contains(column) ? text_of(object[column], table.file, number) : "");
    }
    table.rows.push_back(std::move(row));
  }
}

bool is_number(const std::string& text) {
  if (text.find_first_not_of("+-.0123456789eE") != std::string::npos) return false;
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0';
}

bool begins_with_header(const Table& table, const TextFormat& format) {
  for (const auto& given : {format.text_column, format.label_column}) {
    if (!given.empty() && !is_number(given)) return true;
  }
  const auto& first = table.rows.front().fields;
  for (size_t column = 0; column < first.size(); ++column) {
    if (is_number(first[column])) return false;
    const bool again = std::any_of(table.rows.begin() + 1, table.rows.end(), [&](const Table::Row& row) {
      return row.fields[column] == first[column];
    });
    if (again && !first[column].empty()) return false;
  }
  return true;
}

void take_header(Table& table, const TextFormat& format) {
  if (begins_with_header(table, format)) {
    table.columns = std::move(table.rows.front().fields);
    table.rows.erase(table.rows.begin());
    return;
  }
  for (size_t i = 1; i <= table.rows.front().fields.size(); ++i) table.columns.push_back(std::to_string(i));
}

}  // namespace

bool has_table_name(const fs::path& file) {
  const std::string ending = extension(file);
  for (const char* known : {".csv", ".tsv", ".tab", ".json", ".jsonl", ".ndjson"}) {
    if (ending == known) return true;
  }
  return false;
}

Table read_table(const fs::path& file, const TextFormat& format) {
  DecodedText decoded = read_text(file, format.encoding);
  Table table{file, decoded.encoding, {}, {}};
  const char separator = recognise_separator(decoded.text, file);
  if (separator == json_lines) {
    read_json_lines(decoded.text, table);
  } else {
    try {
      read_delimited(decoded.text, separator, Quotes::rfc4180, table);
    } catch (const Error&) {
      if (separator != '\t') throw;
      read_delimited(decoded.text, separator, Quotes::literal, table);
    }
    if (!table.rows.empty()) take_header(table, format);
  }
  if (!table.rows.empty()) return table;
  throw data_error("a table has no rows", file.string(), "at least one text, besides the header",
                   "check the path");
}

}  // namespace actlab
