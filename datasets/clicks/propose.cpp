#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "datasets/clicks/encoder.h"
#include "datasets/clicks/events.h"
#include "datasets/clicks/public_schemas.h"
#include "datasets/clicks/sources.h"
#include "datasets/clicks/times.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr size_t looked_at = 10'000;  // rows
constexpr size_t few = 30;            // different numbers that may well be names

using Rows = std::vector<std::vector<std::string>>;

/// What the rows say of one column.
struct Column {
  std::string name;
  std::set<std::string> values;
  size_t filled = 0, numbers = 0, whole = 0, several = 0;  // several: with a | in it
  std::vector<double> sorted;

  bool numeric() const { return filled > 0 && numbers == filled; }
  bool only(const std::set<std::string>& allowed) const {
    return filled > 0 && std::includes(allowed.begin(), allowed.end(), values.begin(), values.end());
  }
};

struct Table {
  std::string separator;
  bool header = false;
  std::vector<Column> columns;
  Rows rows;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  text.erase(
      std::remove_if(text.begin(), text.end(), [](char c) { return c == '_' || c == ' ' || c == '-'; }),
      text.end());
  return text;
}

bool as_number(std::string_view text, double& number) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stop == text.data() + text.size() && std::isfinite(number);
}

Rows read_rows(const fs::path& file, const std::string& separator, size_t most) {
  RecordReader reader(file, separator, separator.size() == 1 ? Quotes::rfc4180 : Quotes::literal);
  Rows rows;
  for (Record record; rows.size() < most && reader.next(record);)
    rows.emplace_back(record.fields.begin(), record.fields.end());
  return rows;
}

/// The sign that cuts the first lines into the most fields, as many in each.
std::string find_separator(const fs::path& file) {
  std::string best = ",";
  size_t most = 1;
  for (const char* separator : {"\t", "::", ",", ";", "|"}) {
    const Rows rows = read_rows(file, separator, 20);
    const bool even = std::all_of(rows.begin(), rows.end(),
                                  [&](const auto& row) { return row.size() == rows.front().size(); });
    if (rows.empty() || !even || rows.front().size() <= most) continue;
    most = rows.front().size();
    best = separator;
  }
  return best;
}

void look_at(const std::string& value, Column& column) {
  if (value.empty()) return;
  double number = 0;
  ++column.filled;
  column.values.insert(value);
  column.several += value.find('|') != std::string::npos ? 1 : 0;
  if (!as_number(value, number)) return;
  ++column.numbers;
  column.whole += number == std::floor(number) ? 1 : 0;
  column.sorted.push_back(number);
}

/// A header holds no number and no name twice.
bool is_header(const std::vector<std::string>& row) {
  std::set<std::string> names;
  double number = 0;
  return std::all_of(row.begin(), row.end(), [&](const std::string& name) {
    return names.insert(name).second && !as_number(name, number);
  });
}

Table read_columns(const fs::path& file) {
  Table table{find_separator(file), false, {}, {}};
  table.rows = read_rows(file, table.separator, looked_at + 1);
  if (table.rows.size() < 2)
    throw data_error("a table has too few rows to tell its columns", file.string(), "two or more",
                     "check the path");
  table.header = is_header(table.rows.front());
  for (size_t i = 0; i < table.rows.front().size(); ++i) {
    table.columns.push_back(
        {table.header ? table.rows.front()[i] : fmt::format("column{}", i + 1), {}, 0, 0, 0, 0, {}});
  }
  if (table.header) table.rows.erase(table.rows.begin());
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < std::min(row.size(), table.columns.size()); ++i) look_at(row[i], table.columns[i]);
  }
  for (auto& column : table.columns) std::sort(column.sorted.begin(), column.sorted.end());
  return table;
}

/// The first column with one of these names, the first name first; else nothing.
const Column* named(const Table& table, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    for (const auto& column : table.columns) {
      if (lower(column.name) == name) return &column;
    }
  }
  return nullptr;
}

const Column& find_label(const Table& table, const fs::path& file) {
  const Column* label = named(table, {"click", "clicked", "isclick", "label", "target", "y", "conversion",
                                      "purchase", "liked", "like", "rating", "stars", "score"});
  if (label != nullptr && label->numeric()) return *label;
  std::vector<std::string> names;
  for (const auto& column : table.columns) {
    if (column.only({"0", "1"}) && column.values.size() == 2) return column;
    names.push_back(column.name);
  }
  throw data_error(
      "no column looks like a label", fmt::format("columns {} of {}", join(names), file.string()),
      "a column of 0 and 1, or one called rating", "write the schema by hand: docs/add-a-data-set.md");
}

/// The way in which all values of a column are points in time; false where they are none.
bool find_time_format(const Column& column, TimeFormat& format) {
  for (const auto candidate : {TimeFormat::iso, TimeFormat::yymmddhh, TimeFormat::unix}) {
    int64_t time = 0;
    const bool all = std::all_of(column.values.begin(), column.values.end(), [&](const std::string& value) {
      return parse_time(value, candidate, time) && time > 0;
    });
    if (!all || column.values.empty()) continue;
    format = candidate;
    return true;
  }
  return false;
}

/// Whether a column is the same in all rows of an item, and items come more than once.
bool describes(const Table& table, size_t column, size_t item) {
  std::map<std::string, std::string> known;
  bool again = false;
  for (const auto& row : table.rows) {
    if (row.size() <= std::max(column, item)) continue;
    const auto [found, first] = known.emplace(row[item], row[column]);
    if (!first && found->second != row[column]) return false;
    again |= !first;
  }
  return again && known.size() > 1;
}

/// Numbers that grow by factors are better read by their logarithm.
Transform transform_for(const Column& column) {
  const auto& sorted = column.sorted;
  const double middle = sorted[sorted.size() / 2];
  return sorted.front() >= -1 && sorted.back() > 20 * std::max(1.0, middle) ? Transform::log
                                                                            : Transform::none;
}

ClickField field_for(const Column& column, bool is_name) {
  ClickField field{column.name, ClickKind::categorical, column.name};
  const bool counts = column.numeric() && column.values.size() > few;
  if (!is_name && counts && !column.sorted.empty()) {
    field.kind = ClickKind::numerical;
    field.transform = transform_for(column);
  } else if (!is_name && column.several * 10 > column.filled) {
    field.kind = ClickKind::multi_valued;
  }
  return field;
}

/// A number of each row alone, such as an index: it says nothing.
bool is_row_number(const Table& table, const Column& column) {
  const std::string name = lower(column.name);
  const bool unique = column.values.size() == table.rows.size();
  return unique &&
         (name.empty() || name == "id" || name == "index" || name == "unnamed:0" || name == "rowid");
}

bool has_field(const ClickSchema& schema, const std::string& name) {
  return std::any_of(schema.fields.begin(), schema.fields.end(),
                     [&](const ClickField& field) { return field.name == name; });
}

void add_time_fields(ClickSchema& schema) {
  for (const auto& [name, derive] :
       {std::pair{"hour", Derive::hour}, std::pair{"weekday", Derive::weekday}}) {
    if (has_field(schema, name)) continue;
    ClickField field{name, ClickKind::categorical, schema.time};
    field.derive = derive;
    schema.fields.push_back(field);
  }
}

void add_history(ClickSchema& schema) {
  ClickField liked{"clicked_before", ClickKind::history};
  liked.of = schema.item;
  schema.fields.push_back(liked);
}

std::string name_of(const Column* column) { return column == nullptr ? "" : column->name; }

/// The comments that go before a proposal.
std::string remarks(const ClickSchema& schema, const std::vector<std::string>& left_out, size_t rows) {
  const auto guess = [](const std::string& what, const std::string& column) {
    return column.empty() ? fmt::format("# no column looks like the {}\n", what) : "";
  };
  std::string text = fmt::format("# Proposed from the first {} rows; see docs/add-a-data-set.md.\n",
                                 thousands(static_cast<long>(rows)));
  text += schema.threshold ? fmt::format("# The label {} is no 0 or 1: {} or more is a click.\n",
                                         schema.label, *schema.threshold)
                           : fmt::format("# The label is {}.\n", schema.label);
  text += guess("user", schema.user) + guess("item", schema.item) + guess("time", schema.time);
  if (!left_out.empty()) text += fmt::format("# Left out, as they say nothing: {}.\n", join(left_out));
  return text + "# Check it: a column that is known only after the click must not be a field.\n";
}

ClickSchema roles(const Table& table, const fs::path& file) {
  ClickSchema schema;
  schema.name = (file.extension() == ".gz" ? file.stem() : file).stem().string();
  schema.separator = table.separator;
  if (table.separator.size() > 1) schema.quotes = Quotes::literal;
  if (!table.header) {
    for (const auto& column : table.columns) schema.columns.push_back(column.name);
  }
  const Column& label = find_label(table, file);
  schema.label = label.name;
  if (!label.only({"0", "1"})) {
    schema.threshold = std::ceil(0.75 * label.sorted.back());  // of a scale up to 5: from 4 on
  }
  schema.user =
      name_of(named(table, {"userid", "user", "uid", "customerid", "customer", "visitorid", "memberid"}));
  schema.item = name_of(named(table, {"itemid", "item", "movieid", "movie", "productid", "product",
                                      "articleid", "newsid", "adid", "ad", "bookid", "songid", "videoid"}));
  schema.title = name_of(named(table, {"title", "itemname", "productname", "name"}));
  schema.split = name_of(named(table, {"split", "part", "fold"}));
  const Column* time = named(table, {"timestamp", "time", "datetime", "date", "ts", "eventtime", "hour"});
  if (time != nullptr && find_time_format(*time, schema.time_format)) schema.time = time->name;
  return schema;
}

}  // namespace

std::string propose_schema(const fs::path& file) {
  if (!fs::is_regular_file(file))
    throw data_error("there is no such file", file.string(), "a table of events", "check the path");
  if (is_criteo(file)) return "# The columns of Criteo display advertising.\n" + schema_text(criteo_schema());
  const Table table = read_columns(file);
  ClickSchema schema = roles(table, file);
  const auto place = [&](const std::string& name) {
    return static_cast<size_t>(std::find_if(table.columns.begin(), table.columns.end(),
                                            [&](const Column& column) { return column.name == name; }) -
                               table.columns.begin());
  };
  std::vector<std::string> left_out;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    const bool role = column.name == schema.label || column.name == schema.time ||
                      column.name == schema.title || column.name == schema.split;
    if (role) continue;
    if (column.values.size() < 2 || is_row_number(table, column)) {
      left_out.push_back("'" + column.name + "'");
      continue;
    }
    const bool is_name = column.name == schema.user || column.name == schema.item;
    schema.fields.push_back(field_for(column, is_name));
    schema.fields.back().of_item = !schema.item.empty() && column.name != schema.user &&
                                   (column.name == schema.item || describes(table, i, place(schema.item)));
  }
  if (!schema.time.empty()) add_time_fields(schema);
  if (!schema.time.empty() && !schema.user.empty() && has_field(schema, schema.item)) add_history(schema);
  return remarks(schema, left_out, table.rows.size()) + schema_text(schema);
}

}  // namespace actlab
