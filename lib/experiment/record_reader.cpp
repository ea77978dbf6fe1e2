#include "lib/experiment/record_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "lib/core/constants.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

using nlohmann::json;

/// Anything that records seldom have, like an escaped quote, or none should: the general parser has to judge.
struct Unusual {};

/// Goes through the text of a record.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  /// Of an object: calls `member` with every key, whose value it has to take.
  template <typename Member>
  void members(const Member& member) {
    list('{', '}', [&] {
      const auto key = string();
      expect(':');
      member(key);
    });
  }

  template <typename Element>
  void elements(const Element& element) {
    list('[', ']', element);
  }

  std::string_view string() {
    expect('"');
    size_t end = 0;
    for (; end < rest_.size() && rest_[end] != '"'; ++end) {
      if (rest_[end] == '\\') throw Unusual{};
    }
    const auto text = take(end);
    expect('"');
    return text;
  }

  /// NaN for null.
  double number() {
    if (next() == 'n' && take(4) == "null") return nan;
    double value = nan;
    const auto [end, failure] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (failure != std::errc() || !std::isfinite(value)) throw Unusual{};
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return value;
  }

  /// The text of whatever value comes.
  std::string_view value() {
    const char first = next();
    const auto start = rest_;
    if (first == '"') {
      string();
    } else if (first == '{') {
      members([&](std::string_view) { value(); });
    } else if (first == '[') {
      elements([&] { value(); });
    } else {
      take(rest_.find_first_of(",]} \n\r\t"));
    }
    return start.substr(0, start.size() - rest_.size());
  }

  void expect_end() {
    skip_blanks();
    if (!rest_.empty()) throw Unusual{};
  }

 private:
  void skip_blanks() {
    const auto is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    size_t place = 0;
    while (place < rest_.size() && is_blank(rest_[place])) ++place;
    rest_.remove_prefix(place);
  }

  template <typename Entry>
  void list(char open, char close, const Entry& entry) {
    constexpr int deepest = 100;  // of damage or malice; the general parser needs no stack
    if (++depth_ > deepest) throw Unusual{};
    expect(open);
    if (next() != close) {
      entry();
      while (next() == ',') {
        rest_.remove_prefix(1);
        entry();
      }
    }
    expect(close);
    --depth_;
  }

  char next() {
    skip_blanks();
    if (rest_.empty()) throw Unusual{};
    return rest_.front();
  }

  void expect(char character) {
    if (next() != character) throw Unusual{};
    rest_.remove_prefix(1);
  }

  std::string_view take(size_t count) {
    if (count > rest_.size()) throw Unusual{};
    const auto text = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return text;
  }

  std::string_view rest_;
  int depth_ = 0;
};

/// The text of the object that comes, without the member `key`, whose text is `own`.
std::string take_out(Cursor& cursor, std::string_view key, std::string_view* own) {
  std::string rest;
  cursor.members([&](std::string_view name) {
    const auto value = cursor.value();
    if (name == key) {
      *own = value;
    } else {
      rest.append(rest.empty() ? "{\"" : ",\"").append(name).append("\":").append(value);
    }
  });
  return rest.empty() ? "{}" : rest + "}";
}

/// A member that an object must have, and how it is read.
template <typename Object>
struct Field {
  std::string_view key;
  void (*read)(Cursor& cursor, Object& object);
};

/// Reads the member if it is one of these.
template <typename Object, size_t count>
bool read_field(Cursor& cursor, std::string_view key, const Field<Object> (&fields)[count], Object& object) {
  const auto* field = std::find_if(fields, fields + count, [&](const auto& one) { return one.key == key; });
  if (field == fields + count) return false;
  field->read(cursor, object);
  return true;
}

/// Reads an object that has these members and no others.
template <typename Object, size_t count>
void read_fields(Cursor& cursor, const Field<Object> (&fields)[count], Object& object) {
  size_t found = 0;
  cursor.members([&](std::string_view key) {
    if (!read_field(cursor, key, fields, object)) throw Unusual{};
    ++found;
  });
  if (found != count) throw Unusual{};
}

void read_value(Cursor& cursor, double& value) { value = cursor.number(); }
void read_value(Cursor& cursor, std::string& value) { value = cursor.string(); }
void read_value(Cursor& cursor, SharedName& value) { value = cursor.string(); }
void read_value(Cursor& cursor, RunStatus& value) { value = status_from_name(std::string(cursor.string())); }

void read_value(Cursor& cursor, long& value) {
  const double number = cursor.number();
  if (std::isnan(number)) throw Unusual{};
  value = std::lround(number);
}

void read_value(Cursor& cursor, MetricValues& metrics) {
  cursor.members([&](std::string_view name) { metrics[std::string(name)] = cursor.number(); });
}

void read_value(Cursor& cursor, History& history) {
  History::Row row;
  cursor.elements([&] {
    row.clear();
    bool has_epoch = false;
    cursor.members([&](std::string_view figure) {
      has_epoch = has_epoch || figure == "epoch";
      row.emplace_back(figure, cursor.number());
    });
    if (!has_epoch) throw Unusual{};
    history.add(row);
  });
}

template <auto member, typename Object>
void read_member(Cursor& cursor, Object& object) {
  read_value(cursor, object.*member);
}

constexpr Field<SiteProbe> probe_fields[] = {
    {"dead_fraction", read_member<&SiteProbe::dead_fraction>},
    {"epoch", read_member<&SiteProbe::epoch>},
    {"gradient_norm", read_member<&SiteProbe::gradient_norm>},
    {"mean", read_member<&SiteProbe::mean>},
    {"saturated_fraction", read_member<&SiteProbe::saturated_fraction>},
    {"site", read_member<&SiteProbe::site>},
    {"variance", read_member<&SiteProbe::variance>},
    {"zero_fraction", read_member<&SiteProbe::zero_fraction>}};

void read_value(Cursor& cursor, std::vector<SiteProbe>& probes) {
  cursor.elements([&] { read_fields(cursor, probe_fields, probes.emplace_back()); });
  probes.shrink_to_fit();
}

constexpr Field<RunRecord> metrics_fields[] = {{"test", read_member<&RunRecord::test>},
                                               {"validation", read_member<&RunRecord::validation>}};

constexpr Field<RunRecord> timing_fields[] = {
    {"peak_memory_bytes", read_member<&RunRecord::peak_memory_bytes>},
    {"samples_per_second", read_member<&RunRecord::samples_per_second>},
    {"train_seconds", read_member<&RunRecord::train_seconds>}};

/// What a record shares with no other.
constexpr Field<RunRecord> own_fields[] = {
    {"error", read_member<&RunRecord::error>},
    {"history", read_member<&RunRecord::history>},
    {"metrics", [](Cursor& cursor, RunRecord& run) { read_fields(cursor, metrics_fields, run); }},
    {"probes", read_member<&RunRecord::probes>},
    {"run_id", read_member<&RunRecord::run_id>},
    {"schema",
     [](Cursor& cursor, RunRecord&) {
       if (cursor.number() != record_schema) throw Unusual{};
     }},
    {"seed", read_member<&RunRecord::seed>},
    {"status", read_member<&RunRecord::status>},
    {"task", read_member<&RunRecord::task>},
    {"timing", [](Cursor& cursor, RunRecord& run) { read_fields(cursor, timing_fields, run); }}};

}  // namespace

const SharedJson& RunRecordReader::shared(const std::string& text) {
  const auto found = shared_.find(text);
  return found != shared_.end() ? found->second : shared_.emplace(text, json::parse(text)).first->second;
}

RunRecord RunRecordReader::read_quickly(const std::string& text) {
  constexpr std::pair<std::string_view, SharedJson RunRecord::*> parts[] = {
      {"dataset", &RunRecord::dataset},
      {"model", &RunRecord::model},
      {"hyperparameters", &RunRecord::hyperparameters},
      {"tuning", &RunRecord::tuning}};
  constexpr size_t needed =
      std::size(own_fields) + 5;  // dataset, model, hyperparameters, activation, environment
  RunRecord record;
  size_t found = 0;
  std::string_view learned = "{}", started_at = "\"\"";
  Cursor cursor(text);
  cursor.members([&](std::string_view key) {
    const auto* part = std::find_if(std::begin(parts), std::end(parts),
                                    [&](const auto& entry) { return entry.first == key; });
    bool known = key != "tuning";  // which few have
    if (part != std::end(parts)) {
      record.*part->second = shared(std::string(cursor.value()));
    } else if (key == "activation") {
      record.activation = shared(take_out(cursor, "learned", &learned));
    } else if (key == "environment") {
      record.environment = shared(take_out(cursor, "started_at", &started_at));
    } else if (!read_field(cursor, key, own_fields, record)) {
      cursor.value();
      known = false;
    }
    found += known;
  });
  cursor.expect_end();
  if (found != needed) throw Unusual{};
  if (learned != "{}") record.learned = json::parse(learned);
  record.started_at = Cursor(started_at).string();
  return record;
}

RunRecord RunRecordReader::read(const std::string& text, const std::string& place) {
  try {
    return read_quickly(text);
  } catch (const Unusual&) {  // escaped characters in a message, or something wrong, which the parser names
  } catch (const json::exception&) {
  } catch (const Error&) {
  }
  const auto value = json::parse(text, nullptr, false);
  if (!value.is_discarded()) return record_from_json(value, place);
  throw data_error("a record is damaged", place + ": no JSON", "a record of schema 1",
                   "delete the file; the next call does that run again");
}

}  // namespace actlab
