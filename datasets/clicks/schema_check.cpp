#include "datasets/clicks/schema_check.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <set>

#include "lib/core/error.h"
#include "lib/core/files.h"

namespace actlab {
namespace {

constexpr long most_buckets = 1L << 30;  // of a field

/// Throws unless `good`.
void require(bool good, const std::string& what, const std::string& given, const std::string& place,
             const std::string& allowed) {
  if (!good) throw data_error(what, fmt::format("{} in {}", given, place), allowed, "change the schema");
}

void check_history(const ClickSchema& schema, const ClickField& field, const std::string& given,
                   const std::string& place) {
  const bool known = std::any_of(schema.fields.begin(), schema.fields.end(), [&](const ClickField& other) {
    return other.name == field.of && other.kind == ClickKind::categorical;
  });
  require(known, "a history lists the values of no categorical field", given, place,
          R"(of = "…", the name of a categorical field)");
  if (!field.column.empty()) return;
  require(!schema.user.empty(), "a history needs to know the user", given, place, R"(user = "…", a column)");
  require(!schema.time.empty() || schema.in_order, "a history needs to know what came before", given, place,
          R"(time = "…", a column, or in_order = true)");
}

void check_field(const ClickSchema& schema, const ClickField& field, const std::string& place) {
  const std::string given = fmt::format("field '{}'", field.name);
  require(field.min_count >= 1, "a smallest count is too small", given, place, "min_count of 1 or more");
  require(field.buckets >= 0 && field.buckets <= most_buckets, "a number of buckets is out of range", given,
          place, fmt::format("0 (none) to {}", most_buckets));
  require(field.longest >= 1 && field.longest <= most_values, "a number of values is out of range", given,
          place, fmt::format("longest of 1 to {}", most_values));
  require(!field.separator.empty(), "values need something that separates them", given, place,
          "separator of one character or more");
  require(field.derive == Derive::value || field.kind == ClickKind::categorical,
          "only categorical fields are derived from a time", given, place, R"(kind = "categorical")");
  if (field.kind == ClickKind::history) check_history(schema, field, given, place);
}

nlohmann::ordered_json json_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  nlohmann::ordered_json json;
  if (const auto* list = node.as_array()) {
    json = nlohmann::ordered_json::array();
    for (const auto& item : *list) json.push_back(json_of(item));
  } else if (const auto* table = node.as_table()) {
    json = nlohmann::ordered_json::object();
    for (const auto& [key, value] : *table) json[std::string(key.str())] = json_of(value);
  }
  return json;
}

}  // namespace

void check_schema(const ClickSchema& schema, const std::string& place) {
  require(!schema.label.empty(), "a schema names no label", "no label", place, R"(label = "…", a column)");
  require(!schema.fields.empty(), "a schema has no fields", "no fields", place,
          R"(fields = [ { name = "…", kind = "…" }, … ])");
  require(!schema.separator.empty() && schema.separator.find_first_of("\r\n\"") == std::string::npos,
          "fields of a line need something that separates them", "separator", place,
          "one character or more, no quote and no line end");
  require(schema.separator.size() == 1 || schema.quotes == Quotes::literal,
          "quotes need a separator of one character", schema.separator, place, R"(quotes = "none")");
  std::set<std::string> names;
  for (const auto& field : schema.fields) {
    require(names.insert(field.name).second, "two fields have the same name", field.name, place,
            "different names; `column` says where a field's values stand");
    check_field(schema, field, place);
  }
}

ClickSchema parse_schema(const std::string& text, const std::filesystem::path& file) {
  try {
    return schema_of(json_of(toml::parse(text, file.string())), file.string());
  } catch (const toml::parse_error& problem) {
    throw data_error("a schema cannot be read",
                     fmt::format("{}:{}", file.string(), problem.source().begin.line), "TOML: key = value",
                     std::string(problem.description()));
  }
}

ClickSchema read_schema(const std::filesystem::path& file) { return parse_schema(read_file(file), file); }

}  // namespace actlab
