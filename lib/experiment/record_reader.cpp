#include "lib/experiment/record_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
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

/// An object's text again, member by member.
class ObjectText {
 public:
  void add(std::string_view key, std::string_view value) {
    text_.append(text_.empty() ? "{\"" : ",\"").append(key).append("\":").append(value);
  }
  std::string text() const { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  std::string text_;
};

/// The text of the object that comes, without the member `key`, whose text is `own`.
std::string take_out(Cursor& cursor, std::string_view key, std::string_view* own) {
  ObjectText rest;
  cursor.members([&](std::string_view name) {
    const auto value = cursor.value();
    if (name == key) {
      *own = value;
    } else {
      rest.add(name, value);
    }
  });
  return rest.text();
}

History read_history(Cursor& cursor) {
  History history;
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
  return history;
}

SiteProbe read_probe(Cursor& cursor) {
  static const std::pair<std::string_view, double SiteProbe::*> figures[] = {
      {"dead_fraction", &SiteProbe::dead_fraction},
      {"gradient_norm", &SiteProbe::gradient_norm},
      {"mean", &SiteProbe::mean},
      {"saturated_fraction", &SiteProbe::saturated_fraction},
      {"variance", &SiteProbe::variance},
      {"zero_fraction", &SiteProbe::zero_fraction}};
  SiteProbe probe;
  size_t found = 0;
  cursor.members([&](std::string_view key) {
    ++found;
    if (key == "site") {
      probe.site = SharedName(cursor.string());
    } else if (key == "epoch") {
      probe.epoch = std::lround(cursor.number());
    } else {
      const auto* figure = std::find_if(std::begin(figures), std::end(figures),
                                        [&](const auto& entry) { return entry.first == key; });
      if (figure == std::end(figures)) throw Unusual{};
      probe.*figure->second = cursor.number();
    }
  });
  if (found != std::size(figures) + 2) throw Unusual{};
  return probe;
}

}  // namespace

const SharedJson& RunRecordReader::shared(const std::string& text) {
  const auto found = shared_.find(text);
  return found != shared_.end() ? found->second : shared_.emplace(text, json::parse(text)).first->second;
}

RunRecord RunRecordReader::read_quickly(const std::string& text) {
  RunRecord record;
  const std::pair<std::string_view, SharedJson RunRecord::*> parts[] = {
      {"dataset", &RunRecord::dataset},
      {"model", &RunRecord::model},
      {"hyperparameters", &RunRecord::hyperparameters},
      {"tuning", &RunRecord::tuning}};
  std::set<std::string_view> missing = {"dataset",     "model",   "hyperparameters", "activation",
                                        "environment", "history", "probes"};
  ObjectText own_fields;
  std::string_view learned = "{}", started_at = "\"\"";
  Cursor cursor(text);
  cursor.members([&](std::string_view key) {
    missing.erase(key);
    const auto* part = std::find_if(std::begin(parts), std::end(parts),
                                    [&](const auto& entry) { return entry.first == key; });
    if (part != std::end(parts)) {
      record.*part->second = shared(std::string(cursor.value()));
    } else if (key == "activation") {
      record.activation = shared(take_out(cursor, "learned", &learned));
    } else if (key == "environment") {
      record.environment = shared(take_out(cursor, "started_at", &started_at));
    } else if (key == "history") {
      record.history = read_history(cursor);
    } else if (key == "probes") {
      cursor.elements([&] { record.probes.push_back(read_probe(cursor)); });
    } else {
      own_fields.add(key, cursor.value());
    }
  });
  cursor.expect_end();
  const auto fields = json::parse(own_fields.text());
  if (!missing.empty() || fields.at("schema") != record_schema) throw Unusual{};
  read_own_fields(record, fields);
  if (learned != "{}") record.learned = json::parse(learned);
  record.started_at = Cursor(started_at).string();
  record.probes.shrink_to_fit();
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
