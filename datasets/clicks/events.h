#pragma once

// What the readers of this folder hand to load_clicks().

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/clicks/records.h"
#include "datasets/clicks/schema.h"

namespace actlab {

/// One file of a table of events.
struct EventFile {
  std::filesystem::path path;
  /// May be empty. Appends a value for each of EventSource::more_columns, from the values of the file's own
  /// columns; what it points to outlives the reader.
  std::function<void(std::vector<std::string_view>& values)> extend = {};
};

/// Where the events of a set come from.
struct EventSource {
  std::string name;
  ClickSchema schema;
  std::vector<EventFile> files;
  std::vector<std::string> more_columns = {};  // that `extend` adds
  std::vector<std::string> notes = {};
  std::string text = {};                   // of a table that is made in memory; there are no files then
  std::vector<double> probabilities = {};  // of a generated one: of a click, row by row
};

/// Of all files, or of the text.
long bytes_of(const EventSource& source);

/// One event, as the fields of its schema see it.
struct Event {
  std::vector<std::string_view> fields;  // of a history without a column: empty
  std::vector<double> numbers;           // of the numerical fields, in their order; NaN: missing
  std::string_view user, item, title, split;
  int64_t time = 0;   // microseconds since 1970, or the row's number where there is no time
  int32_t label = 0;  // 0 or 1
  long row = 0;       // its place in the order of reading, from 0
  long line = 0;      // in its file, from 1; 0 where events are not read in its order
};

/// Sets the next field of an event (the fields before it are set) from the text of its column. False, and
/// why, where that cannot be.
bool add_field(const ClickSchema& schema, std::string_view text, Event& event, std::string& reason);

/// Rows that cannot be read.
struct DamagedRows {
  long count = 0;
  std::string first;  // "file:line: reason"
};

/// Reads the events of a source again and again, always in the same order. For training that is the order of
/// time where the schema knows the time (files that are not in it are sorted, in memory); else an order of
/// chance where the text is in memory and its schema does not say that it is in order; else that of the
/// files, which must be UTF-8 then.
class EventReader {
 public:
  /// What an event must have: for training everything; to be scored no label, time and user.
  enum class Needs { everything, fields };

  /// Files of more than `in_memory_bytes` together are read in blocks where that is possible. Throws a data
  /// error that names a column of the schema which the table lacks, and what it has.
  EventReader(const EventSource& source, Needs needs, long in_memory_bytes);

  /// False at the end. Rows that cannot be read are left out and counted.
  bool next(Event& event);
  void rewind();

  const DamagedRows& damaged() const { return damaged_; }
  /// A hash over all bytes of the files; valid at the end of the first pass.
  uint64_t content() const { return content_; }
  /// How the bytes of the files were encoded where that is not UTF-8, else empty.
  const std::string& encoding() const { return encoding_; }

 private:
  /// Where the columns of the schema stand in a record of the file at hand; -1: nowhere.
  struct Places {
    long columns = 0, label = -1, user = -1, item = -1, title = -1, time = -1, split = -1;
    std::vector<long> fields;
  };
  struct Place {  // of an event, in the order of reading
    int64_t key;
    uint32_t file;
    size_t offset;
  };

  void load_texts();
  void open(size_t file);
  Places find_columns(std::vector<std::string> columns, const std::filesystem::path& file) const;
  void arrange(bool by_time);
  bool next_in_files(Event& event);
  // False for a damaged row, which is then counted.
  bool fill(Event& event);
  bool fill_label(Event& event, std::string_view text);
  bool fill_time(Event& event, std::string_view text);
  bool refuse(const std::string& reason);

  const EventSource& source_;
  const ClickSchema& schema_;
  Needs needs_;
  std::vector<char> plain_;         // fields that are their text
  std::vector<std::string> texts_;  // of the files, where they are in memory
  bool arranged_ = false;           // events are read in `order_`
  std::vector<Place> order_;
  std::vector<std::unique_ptr<RecordReader>> readers_;  // file by file
  std::vector<Places> places_;
  Record record_;
  size_t file_ = 0;                                     // at hand
  long rows_ = 0;                                       // events handed out
  int64_t last_ = std::numeric_limits<int64_t>::min();  // time of the event before
  DamagedRows damaged_;
  uint64_t content_ = 0;
  std::string encoding_;
};

}  // namespace actlab
