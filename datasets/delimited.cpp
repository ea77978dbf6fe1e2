#include "datasets/delimited.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace {

/// `""` within quotes stands for one quote.
std::string single_quotes(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    if (text[i] == '"') ++i;
  }
  return result;
}

}  // namespace

void check_length(std::string_view field, const std::filesystem::path& file, long line) {
  if (field.size() <= longest_field) return;
  throw data_error("a text is too long",
                   fmt::format("{} bytes in line {} of {}", thousands(static_cast<long>(field.size())), line,
                               file.string()),
                   fmt::format("at most {} bytes", thousands(longest_field)),
                   "look for a quote or a line end that is missing, or cut the text");
}

std::string_view next_line(std::string_view text, size_t& position) {
  const size_t end = std::min(text.find('\n', position), text.size());
  std::string_view line = text.substr(position, end - position);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  position = end + 1;
  return line;
}

bool DelimitedReader::at_line_end() const {
  if (position_ == text_.size() || text_[position_] == '\n') return true;
  return text_[position_] == '\r' && position_ + 1 < text_.size() && text_[position_ + 1] == '\n';
}

void DelimitedReader::end_line() {
  if (position_ < text_.size() && text_[position_] == '\r') ++position_;
  if (position_ < text_.size()) ++position_;
  ++line_;
}

std::string_view DelimitedReader::plain_field() {
  const size_t start = position_;
  while (position_ < text_.size() && text_[position_] != separator_ && !at_line_end()) ++position_;
  return text_.substr(start, position_ - start);
}

std::string_view DelimitedReader::quoted_field() {
  const size_t start = ++position_;
  bool doubled = false;
  for (;; ++position_) {
    position_ = text_.find('"', position_);
    if (position_ == std::string_view::npos) {
      throw data_error("a quote is not closed", fmt::format("line {} of {}", line_, file_.string()),
                       "fields with a quote at both ends",
                       "close it, or double a quote that is meant as such");
    }
    if (++position_ == text_.size() || text_[position_] != '"') break;
    doubled = true;
  }
  const std::string_view field = text_.substr(start, position_ - 1 - start);
  line_ += std::count(field.begin(), field.end(), '\n');
  if (!at_line_end() && text_[position_] != separator_) {
    throw data_error("a field goes on behind its closing quote",
                     fmt::format("line {} of {}", line_, file_.string()), "a separator or a line end there",
                     "double the quotes inside a quoted field");
  }
  return doubled ? unescaped_.emplace_back(single_quotes(field)) : field;
}

void DelimitedReader::check_count(const Record& record) {
  const size_t count = record.fields.size();
  if (fields_ == 0) {
    fields_ = count;
    first_line_ = record.line;
  }
  if (count == fields_) return;
  throw data_error(fmt::format("a line has too {} fields", count > fields_ ? "many" : "few"),
                   fmt::format("{} in line {} of {}", count, record.line, file_.string()),
                   fmt::format("{}, as in line {}", fields_, first_line_),
                   "put a field that holds the separator in double quotes, or repair the line");
}

bool DelimitedReader::next(Record& record) {
  while (position_ < text_.size() && at_line_end()) end_line();
  if (position_ == text_.size()) return false;
  record.fields.clear();
  record.line = line_;
  unescaped_.clear();
  for (;; ++position_) {
    const bool quoted = quotes_ == Quotes::rfc4180 && position_ < text_.size() && text_[position_] == '"';
    record.fields.push_back(quoted ? quoted_field() : plain_field());
    check_length(record.fields.back(), file_, record.line);
    if (position_ == text_.size() || text_[position_] != separator_) break;
  }
  end_line();
  check_count(record);
  return true;
}

}  // namespace actlab
