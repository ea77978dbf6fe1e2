#include "datasets/clicks/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "datasets/clicks/block_hash.h"
#include "datasets/clicks/split.h"
#include "datasets/clicks/times.h"
#include "datasets/draws.h"
#include "datasets/encoding.h"
#include "datasets/files.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr const char* byte_order_mark = "\xef\xbb\xbf";

/// Counts, the usual case, without the machinery for fractions and exponents.
bool parse_count(std::string_view text, double& value) {
  if (text.empty() || text.size() > 9) return false;
  int count = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    count = 10 * count + (c - '0');
  }
  value = count;
  return true;
}

bool parse_double(std::string_view text, double& value) {
  if (parse_count(text, value)) return true;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && std::isfinite(value);
}

std::string quoted(std::string_view text) { return fmt::format("'{}'", text.substr(0, 40)); }

}  // namespace

long bytes_of(const EventSource& source) {
  long bytes = static_cast<long>(source.text.size());
  for (const auto& file : source.files) {
    std::error_code error;
    const auto size = fs::file_size(file.path, error);
    if (error)
      throw data_error("a file cannot be read", file.path.string(), "a readable file", error.message());
    bytes += static_cast<long>(size);
  }
  return bytes;
}

bool add_field(const ClickSchema& schema, std::string_view text, Event& event, std::string& reason) {
  const ClickField& field = schema.fields[event.fields.size()];
  if (field.kind == ClickKind::numerical) {
    double number = std::numeric_limits<double>::quiet_NaN();
    if (!text.empty() && !parse_double(text, number)) {
      reason = fmt::format("{} in the column {} is no number", quoted(text), field.column);
      return false;
    }
    event.numbers.push_back(number);
  } else if (field.derive != Derive::value && !text.empty()) {
    int64_t time = 0;
    if (!parse_time(text, schema.time_format, time)) {
      reason = fmt::format("the time {} cannot be read", quoted(text));
      return false;
    }
    text = field.derive == Derive::hour ? hour_of(time) : weekday_of(time);
  }
  event.fields.push_back(text);
  return true;
}

EventReader::EventReader(const EventSource& source, Needs needs, long in_memory_bytes)
    : source_(source), schema_(source.schema), needs_(needs) {
  for (const auto& field : schema_.fields)
    plain_.push_back(field.kind != ClickKind::numerical && field.derive == Derive::value);
  const long bytes = bytes_of(source);
  const bool sort = needs == Needs::everything && !schema_.time.empty() && !schema_.in_order;
  const bool in_memory = sort || bytes <= in_memory_bytes;
  if (sort && bytes > memory_limit) {
    throw data_error("a table that is not in the order of time is too large to be sorted in memory",
                     fmt::format("{} bytes of {}", thousands(bytes), source.name),
                     fmt::format("at most {} bytes", thousands(memory_limit)),
                     "sort its lines by time, and say in_order = true in its schema");
  }
  if (in_memory) load_texts();
  readers_.resize(std::max<size_t>(1, source.files.size()));
  places_.resize(readers_.size());
  open(0);
  const bool shuffle = in_memory && schema_.time.empty() && !schema_.in_order;
  if (needs == Needs::everything && (sort || shuffle)) arrange(sort);
}

void EventReader::load_texts() {
  for (const auto& file : source_.files) {
    auto [text, encoding] = read_text(file.path, "");
    if (encoding != "UTF-8") encoding_ = encoding;
    texts_.push_back(std::move(text));
  }
  if (source_.files.empty()) texts_.push_back(source_.text);
}

/// Starts a file; its header says where the columns are.
void EventReader::open(size_t file) {
  file_ = file;
  const fs::path path = source_.files.empty() ? fs::path(source_.name) : source_.files[file].path;
  auto& reader = readers_[file];
  reader = texts_.empty()
               ? std::make_unique<RecordReader>(path, schema_.separator, schema_.quotes)
               : std::make_unique<RecordReader>(texts_[file], schema_.separator, schema_.quotes, path);
  std::vector<std::string> columns = schema_.columns;
  if (columns.empty()) {
    if (!reader->next(record_)) throw data_error("a table is empty", path.string(), "a header and rows");
    columns.assign(record_.fields.begin(), record_.fields.end());
    if (columns[0].rfind(byte_order_mark, 0) == 0) columns[0].erase(0, 3);
  }
  places_[file] = find_columns(columns, path);
}

EventReader::Places EventReader::find_columns(std::vector<std::string> columns, const fs::path& file) const {
  Places places;
  places.columns = static_cast<long>(columns.size());
  columns.insert(columns.end(), source_.more_columns.begin(), source_.more_columns.end());
  const auto find = [&](const std::string& name, bool needed) -> long {
    const auto count = std::count(columns.begin(), columns.end(), name);
    if (name.empty() || (count == 0 && !needed)) return -1;
    if (count == 1) return std::find(columns.begin(), columns.end(), name) - columns.begin();
    const std::string close = nearest(name, columns);
    throw data_error(count == 0 ? "a table lacks a column that its schema names"
                                : "a table has a column of its schema more than once",
                     fmt::format("'{}' in {}", name, file.string()), join(columns),
                     close.empty() || count > 1 ? "name another column in the schema, or repair the header"
                                                : fmt::format("did you mean '{}'?", close));
  };
  const bool all = needs_ == Needs::everything;
  places.label = find(schema_.label, all);
  places.user = find(schema_.user, all);
  places.item = find(schema_.item, all);
  places.title = find(schema_.title, all);
  places.time = find(schema_.time, all);
  places.split = find(schema_.split, all);
  for (const auto& field : schema_.fields) {
    const bool history = field.kind == ClickKind::history, derived = field.derive != Derive::value;
    if (history && field.column.empty()) {
      places.fields.push_back(all ? -1 : find(field.name, false));
    } else {
      places.fields.push_back(find(field.column, all || (!history && !derived)));
    }
  }
  return places;
}

/// Finds where each event begins, and the order in which they are read: of time, or of chance.
void EventReader::arrange(bool by_time) {
  std::vector<Place> order;
  for (Event event; next_in_files(event);) {
    const int64_t key =
        by_time ? event.time : static_cast<int64_t>(Draws(static_cast<uint64_t>(event.row)).bits() >> 1);
    order.push_back({key, static_cast<uint32_t>(file_), readers_[file_]->offset()});
  }
  // Stable: events of one moment stay in the order of the files.
  std::stable_sort(order.begin(), order.end(), [](const Place& a, const Place& b) { return a.key < b.key; });
  order_ = std::move(order);
  arranged_ = true;
  rows_ = 0;
}

void EventReader::rewind() {
  rows_ = 0;
  last_ = std::numeric_limits<int64_t>::min();
  if (arranged_) return;
  damaged_ = {};
  content_ = 0;
  open(0);
}

bool EventReader::next(Event& event) {
  if (!arranged_) return next_in_files(event);
  if (rows_ == static_cast<long>(order_.size())) return false;
  const Place& place = order_[static_cast<size_t>(rows_)];
  file_ = place.file;
  readers_[file_]->seek(place.offset, 0);
  readers_[file_]->next(record_);
  return fill(event);
}

bool EventReader::next_in_files(Event& event) {
  for (;;) {
    if (readers_[file_]->next(record_)) {
      if (fill(event)) return true;
      continue;
    }
    const uint64_t content = readers_[file_]->content();
    content_ = block_hash(&content, sizeof(content), content_);
    if (file_ + 1 == readers_.size()) return false;
    if (texts_.empty()) readers_[file_].reset();
    open(file_ + 1);
  }
}

bool EventReader::refuse(const std::string& reason) {
  if (damaged_.count++ == 0) {
    const std::string file = source_.files.empty() ? source_.name : source_.files[file_].path.string();
    damaged_.first = fmt::format("{}:{}: {}", file, record_.line, reason);
  }
  return false;
}

bool EventReader::fill(Event& event) {
  const Places& places = places_[file_];
  auto& values = record_.fields;
  const long count = static_cast<long>(values.size());
  if (count != places.columns) return refuse(fmt::format("{} fields instead of {}", count, places.columns));
  if (!source_.files.empty() && source_.files[file_].extend) source_.files[file_].extend(values);
  const auto value = [&](long place) {
    return place < 0 ? std::string_view() : values[static_cast<size_t>(place)];
  };
  event.user = value(places.user);
  event.item = value(places.item);
  event.title = value(places.title);
  event.split = value(places.split);
  if (places.split >= 0 && !parse_part(event.split))
    return refuse(fmt::format("the part {} is none of train, validation and test", quoted(event.split)));
  if (!fill_label(event, value(places.label)) || !fill_time(event, value(places.time))) return false;
  event.fields.clear();
  event.numbers.clear();
  std::string reason;
  for (size_t i = 0; i < plain_.size(); ++i) {
    const std::string_view text = value(places.fields[i]);
    if (plain_[i])
      event.fields.push_back(text);
    else if (!add_field(schema_, text, event, reason))
      return refuse(reason);
  }
  event.row = rows_++;
  event.line = record_.line;
  return true;
}

bool EventReader::fill_label(Event& event, std::string_view text) {
  event.label = 0;
  if (needs_ == Needs::fields) return true;
  double label = 0;
  if (!parse_double(text, label)) return refuse(fmt::format("the label {} is no number", quoted(text)));
  if (schema_.threshold) {
    event.label = label >= *schema_.threshold ? 1 : 0;
    return true;
  }
  event.label = label != 0 ? 1 : 0;
  return label == 0 || label == 1 || refuse(fmt::format("the label {} is neither 0 nor 1", quoted(text)));
}

bool EventReader::fill_time(Event& event, std::string_view text) {
  event.time = rows_;
  if (needs_ == Needs::fields || schema_.time.empty()) return true;
  if (!parse_time(text, schema_.time_format, event.time))
    return refuse(fmt::format("the time {} cannot be read", quoted(text)));
  if (schema_.in_order && event.time < last_) {
    throw data_error("the rows of a table are not in the order of time",
                     fmt::format("line {} of {}", record_.line,
                                 source_.files.empty() ? source_.name : source_.files[file_].path.string()),
                     "rows from the earliest to the latest, as in_order = true of the schema says",
                     "sort its lines by time, or leave in_order out");
  }
  last_ = event.time;
  return true;
}

}  // namespace actlab
