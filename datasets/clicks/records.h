#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/delimited.h"

namespace actlab {

/// Reads a table of any size record by record: from a text in memory, or from a file (plain or .gz) in
/// blocks. Lines end with LF or CRLF; empty ones are skipped. Unlike DelimitedReader it leaves it to its
/// caller how many fields a record must have.
class RecordReader {
 public:
  /// `text` outlives the reader. A separator of several characters knows no quotes.
  RecordReader(std::string_view text, std::string separator, Quotes quotes, std::filesystem::path file);
  /// Of UTF-8. Throws a data error for a file that cannot be read.
  RecordReader(const std::filesystem::path& file, std::string separator, Quotes quotes);
  ~RecordReader();

  /// False at the end. Its fields are valid until the next call. Throws a data error with file and line for
  /// quotes that do not fit, a record beyond 16 MiB and gzip that is damaged.
  bool next(Record& record);

  /// Where the last record began, in bytes of the text or the (unpacked) file.
  size_t offset() const { return offset_; }
  /// Goes on with the record at `offset` of a text in memory, which is on line `line`.
  void seek(size_t offset, long line);
  /// A hash over all bytes read so far from a file.
  uint64_t content() const { return content_; }

 private:
  struct Stream;
  bool refill();
  void read_quoted(Record& record);
  void split(std::string_view line, std::vector<std::string_view>& fields) const;

  std::string separator_;
  Quotes quotes_;
  std::filesystem::path file_;
  std::unique_ptr<Stream> stream_;  // none: everything is in the window
  std::string_view window_;         // what is at hand and not yet read
  size_t next_offset_ = 0, offset_ = 0;
  long line_ = 1;
  uint64_t content_;
  std::optional<DelimitedReader> quoted_;  // holds the fields of a record with quotes
};

}  // namespace actlab
