#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace actlab {

/// No field of a table, and no line of a text file, may be longer (bytes).
constexpr size_t longest_field = 1 << 20;

/// Throws a data error that names file and line when a field is longer than that.
void check_length(std::string_view field, const std::filesystem::path& file, long line);

/// The next line of `text` (valid: not at its end) without "\n" or "\r\n"; `position` moves behind it.
std::string_view next_line(std::string_view text, size_t& position);

/// What a double quote at the start of a field means: that the field ends at the next single one and may hold
/// separators, line ends and doubled quotes (RFC 4180), or nothing.
enum class Quotes { rfc4180, literal };

/// One row of a table of text.
struct Record {
  std::vector<std::string_view> fields;  // of the text given, or of the reader until its next record
  long line = 0;                         // where it begins, from 1
};

/// Reads comma- or tab-separated values record by record, without copying or allocating more than the fields
/// with doubled quotes. Lines end with LF or CRLF; empty ones are skipped; the last needs no end. The first
/// record says how many fields all have.
class DelimitedReader {
 public:
  /// `text` outlives the reader; `file`, and the number of its line that the text begins with, are for
  /// messages.
  DelimitedReader(std::string_view text, char separator, Quotes quotes, std::filesystem::path file,
                  long first_line = 1)
      : text_(text), separator_(separator), quotes_(quotes), file_(std::move(file)), line_(first_line) {}

  /// False at the end. Throws a data error with file and line for a quote that is not closed or goes on
  /// after its end, another number of fields, and a field beyond `longest_field`.
  bool next(Record& record);

 private:
  std::string_view plain_field();
  std::string_view quoted_field();
  bool at_line_end() const;
  void end_line();
  void check_count(const Record& record);

  std::string_view text_;
  char separator_;
  Quotes quotes_;
  std::filesystem::path file_;
  size_t position_ = 0, fields_ = 0;
  long line_, first_line_ = 0;
  std::deque<std::string> unescaped_;  // of the current record; a deque never moves them
};

}  // namespace actlab
