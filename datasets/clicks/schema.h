#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "datasets/delimited.h"

namespace actlab {

/// What a network gets of a field: one token, a number, some tokens without order, or the items that the user
/// clicked before.
enum class ClickKind { categorical, numerical, multi_valued, history };

/// Of a number x, before it is standardised: x; sign(x) log(1 + |x|); its rank among the training rows, 0..1.
enum class Transform { none, log, quantile };

/// What of a column counts: its value as it stands, or hour (0..23) or weekday (0 = Monday) of the point in
/// time (UTC) that it names.
enum class Derive { value, hour, weekday };

/// How points in time are written: seconds (or milliseconds) since 1970, "2019-11-24 00:01:03.98+00:00" (also
/// with T and Z), or Avazu's 14102100 (year, month, day, hour).
enum class TimeFormat { unix, iso, yymmddhh };

constexpr long most_values = 1000;  // of a multi-valued field or history in one row

/// One input of a network.
struct ClickField {
  std::string name;
  ClickKind kind = ClickKind::categorical;
  std::string column = {};  // of the table; of a history: where the table itself lists the items, else empty
  Derive derive = Derive::value;
  Transform transform = Transform::none;  // numerical
  long min_count = 2;                     // categorical, multi_valued: rarer values share the first token
  long buckets = 0;             // > 0: values are hashed to that many tokens, and nothing is counted
  long longest = 10;            // multi_valued, history: values of a row that count
  std::string separator = "|";  // multi_valued, and a history with a column (the last one is the latest)
  std::string of = {};          // history: the categorical field whose values it lists
  bool of_item = false;         // it describes the item, whoever looks at it
};

/// What the columns of a table of events mean.
struct ClickSchema {
  std::string name;
  std::string separator = ",";  // one character or more
  Quotes quotes = Quotes::rfc4180;
  std::vector<std::string> columns = {};  // where the file has no header
  std::string label;
  std::optional<double> threshold = {};  // a label of this much or more is a click; else labels are 0 and 1
  std::string user = {}, item = {}, title = {}, time = {};  // columns; empty: there is none
  TimeFormat time_format = TimeFormat::unix;
  bool in_order = false;   // the file's lines are in the order of time
  std::string split = {};  // a column with train, validation (optional) and test
  std::vector<ClickField> fields = {};

  /// The place of a field by its name. Throws a usage error with the nearest name.
  size_t find_field(const std::string& field) const;
};

/// Reads a schema (docs/add-a-data-set.md). Throws a data error with file and line for what is no TOML, an
/// unknown key or value, and for fields that do not fit together.
ClickSchema read_schema(const std::filesystem::path& file);
ClickSchema parse_schema(const std::string& toml, const std::filesystem::path& file);

/// parse_schema() of the result gives the same schema.
std::string schema_text(const ClickSchema& schema);

/// The same as JSON, for facts.
nlohmann::json schema_json(const ClickSchema& schema);
ClickSchema schema_of(const nlohmann::json& json);

/// A schema for a table of events, from its first 10,000 rows: what separates fields, whether there is a
/// header, types by content, label, user, item and time by their names. The text is that of schema_text()
/// with comments that say what was guessed. Throws a data error where no column can be the label.
std::string propose_schema(const std::filesystem::path& file);

}  // namespace actlab
