#include "datasets/clicks/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "datasets/clicks/schema_check.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

using Json = nlohmann::ordered_json;
template <typename Value>
using Names = std::vector<std::pair<Value, std::string>>;

const Names<ClickKind>& names(ClickKind /*of*/) {
  static const Names<ClickKind> all{{ClickKind::categorical, "categorical"},
                                    {ClickKind::numerical, "numerical"},
                                    {ClickKind::multi_valued, "multi_valued"},
                                    {ClickKind::history, "history"}};
  return all;
}
const Names<Transform>& names(Transform /*of*/) {
  static const Names<Transform> all{
      {Transform::none, "none"}, {Transform::log, "log"}, {Transform::quantile, "quantile"}};
  return all;
}
const Names<Derive>& names(Derive /*of*/) {
  static const Names<Derive> all{
      {Derive::value, "value"}, {Derive::hour, "hour"}, {Derive::weekday, "weekday"}};
  return all;
}
const Names<TimeFormat>& names(TimeFormat /*of*/) {
  static const Names<TimeFormat> all{
      {TimeFormat::unix, "unix"}, {TimeFormat::iso, "iso"}, {TimeFormat::yymmddhh, "yymmddhh"}};
  return all;
}
const Names<Quotes>& names(Quotes /*of*/) {
  static const Names<Quotes> all{{Quotes::rfc4180, "rfc4180"}, {Quotes::literal, "none"}};
  return all;
}

// The keys of a schema: for reading and writing alike.

template <typename Field, typename Visit>
void visit_field(Field& field, Visit&& visit) {
  visit("name", field.name);
  visit("kind", field.kind);
  visit("column", field.column);
  visit("derive", field.derive);
  visit("transform", field.transform);
  visit("min_count", field.min_count);
  visit("buckets", field.buckets);
  visit("longest", field.longest);
  visit("separator", field.separator);
  visit("of", field.of);
  visit("of_item", field.of_item);
}

template <typename Schema, typename Visit>
void visit_schema(Schema& schema, Visit&& visit) {
  visit("name", schema.name);
  visit("separator", schema.separator);
  visit("quotes", schema.quotes);
  visit("columns", schema.columns);
  visit("label", schema.label);
  visit("threshold", schema.threshold);
  visit("user", schema.user);
  visit("item", schema.item);
  visit("title", schema.title);
  visit("time", schema.time);
  visit("time_format", schema.time_format);
  visit("in_order", schema.in_order);
  visit("split", schema.split);
}

/// Values as JSON.
struct Writer {
  Json json = Json::object();

  template <typename Value>
  void operator()(const char* key, const Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      for (const auto& [one, name] : names(value)) {
        if (one == value) json[key] = name;
      }
    } else {
      json[key] = value;
    }
  }
  void operator()(const char* key, const std::optional<double>& value) {
    if (value) json[key] = *value;
  }
};

template <typename Value>
Json written(const Value& value, const Value& usual) {
  Writer writer, usually;
  if constexpr (std::is_same_v<Value, ClickField>) {
    visit_field(value, writer);
    visit_field(usual, usually);
  } else {
    visit_schema(value, writer);
    visit_schema(usual, usually);
  }
  for (const auto& [key, default_value] : usually.json.items()) {
    if (key != "kind" && writer.json[key] == default_value) writer.json.erase(key);
  }
  return writer.json;
}

/// JSON as values; knows which keys there are.
struct Reader {
  const Json& json;
  std::string place;  // "field 'genres' of FILE"
  std::vector<std::string> keys = {};

  template <typename Value>
  void operator()(const char* key, Value& value) {
    keys.emplace_back(key);
    const auto found = json.find(key);
    if (found == json.end()) return;
    if constexpr (std::is_enum_v<Value>) {
      value = named(key, *found, names(value));
    } else {
      read(key, *found, value);
    }
  }
  void check_keys() const {
    for (const auto& [key, value] : json.items()) {
      if (key == "fields" || std::count(keys.begin(), keys.end(), key) > 0) continue;
      const std::string close = nearest(key, keys);
      throw data_error("a schema has an unknown key", fmt::format("'{}' in {}", key, place), join(keys),
                       close.empty() ? "" : fmt::format("did you mean '{}'?", close));
    }
  }

 private:
  [[noreturn]] void refuse(const char* key, const Json& found, const std::string& allowed) const {
    throw data_error(fmt::format("a value of a schema does not fit its key '{}'", key),
                     fmt::format("{} in {}", found.dump(), place), allowed, "see docs/add-a-data-set.md");
  }
  template <typename Value>
  Value named(const char* key, const Json& found, const Names<Value>& all) const {
    std::vector<std::string> allowed;
    for (const auto& [value, name] : all) {
      if (found == name) return value;
      allowed.push_back(name);
    }
    refuse(key, found, join(allowed));
  }
  void read(const char* key, const Json& found, std::string& value) const {
    if (!found.is_string()) refuse(key, found, "text in double quotes");
    value = found.get<std::string>();
  }
  void read(const char* key, const Json& found, bool& value) const {
    if (!found.is_boolean()) refuse(key, found, "true or false");
    value = found.get<bool>();
  }
  void read(const char* key, const Json& found, long& value) const {
    if (!found.is_number_integer()) refuse(key, found, "a whole number");
    value = found.get<long>();
  }
  void read(const char* key, const Json& found, std::optional<double>& value) const {
    if (!found.is_number()) refuse(key, found, "a number");
    value = found.get<double>();
  }
  void read(const char* key, const Json& found, std::vector<std::string>& value) const {
    const bool texts = found.is_array() && std::all_of(found.begin(), found.end(),
                                                       [](const Json& item) { return item.is_string(); });
    if (!texts) refuse(key, found, "a list of texts");
    value = found.get<std::vector<std::string>>();
  }
};

ClickField read_field(const Json& json, const std::string& place) {
  if (!json.is_object() || !json.contains("name") || !json["name"].is_string()) {
    throw data_error("a field of a schema has no name", fmt::format("{} in {}", json.dump(), place),
                     R"({ name = "…", kind = "…" })", "see docs/add-a-data-set.md");
  }
  ClickField field;
  Reader reader{json, fmt::format("field '{}' of {}", json["name"].get<std::string>(), place)};
  visit_field(field, reader);
  reader.check_keys();
  if (field.column.empty() && field.kind != ClickKind::history) field.column = field.name;
  return field;
}

ClickSchema read_json(const Json& json, const std::string& place) {
  ClickSchema schema;
  Reader reader{json, place};
  visit_schema(schema, reader);
  reader.check_keys();
  if (json.contains("fields") && json["fields"].is_array()) {
    for (const auto& field : json["fields"]) schema.fields.push_back(read_field(field, place));
  }
  check_schema(schema, place);
  return schema;
}

Json written(const ClickSchema& schema) {
  Json json = written(schema, {});
  json["fields"] = Json::array();
  for (const auto& field : schema.fields) {
    Json one = written(field, {});
    if (field.column == field.name) one.erase("column");
    json["fields"].push_back(one);
  }
  return json;
}

}  // namespace

size_t ClickSchema::find_field(const std::string& field) const {
  std::vector<std::string> known;
  for (const auto& one : fields) known.push_back(one.name);
  const auto found = std::find(known.begin(), known.end(), field);
  if (found == known.end()) throw unknown_name("field", field, known);
  return static_cast<size_t>(found - known.begin());
}

nlohmann::json schema_json(const ClickSchema& schema) { return written(schema); }

ClickSchema schema_of(const nlohmann::json& json) { return read_json(Json(json), "the model's schema"); }

ClickSchema schema_of(const nlohmann::ordered_json& json, const std::string& place) {
  return read_json(json, place);
}

std::string schema_text(const ClickSchema& schema) {
  const Json json = written(schema);
  const auto toml = [](const Json& value) {  // the texts, numbers and lists of JSON are TOML as well
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  std::string text;
  for (const auto& [key, value] : json.items()) {
    if (key != "fields") text += fmt::format("{} = {}\n", key, toml(value));
  }
  text += "fields = [\n";
  for (const auto& field : json["fields"]) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : field.items()) parts.push_back(fmt::format("{} = {}", key, toml(value)));
    text += fmt::format("  {{ {} }},\n", join(parts));
  }
  return text + "]\n";
}

}  // namespace actlab
