// Word vectors as GloVe and word2vec write them: a word and its numbers a line. Such files hold gigabytes, so
// they are read through a window, and numbers are only parsed for words of the vocabulary.

#include <fmt/format.h>
#include <torch/torch.h>
#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <string_view>

#include "datasets/text/vocabulary.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// The lines of a file, plain or gzipped, one after the other.
class Lines {
 public:
  explicit Lines(const fs::path& file) : path_(file), file_(nullptr, &gzclose) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) {
      throw data_error("a file of word vectors is missing", file.string(), "a readable file",
                       "check the path");
    }
    file_.reset(gzopen(file.c_str(), "rb"));
    if (!file_) {
      throw data_error("a file cannot be read", file.string(), "a readable file", "check its permissions");
    }
    gzbuffer(file_.get(), 1 << 18);
  }

  /// The next line without its end and blanks before that; false after the last one.
  bool next(std::string_view& line) {
    size_t end = 0;
    while ((end = buffer_.find('\n', begin_)) == buffer_.npos && refill()) continue;
    if (end == buffer_.npos) end = buffer_.size();
    if (begin_ >= buffer_.size()) return false;
    line = std::string_view(buffer_).substr(begin_, end - begin_);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    begin_ = end + 1;
    ++number_;
    return true;
  }

  Error wrong(const std::string& what, const std::string& given, const std::string& allowed) const {
    return data_error(what, fmt::format("{}, line {}: {}", path_.string(), number_, given), allowed,
                      "give a text file as GloVe or word2vec write them, plain or .gz");
  }

 private:
  /// Drops what was read and appends more; false at the end of the file.
  bool refill() {
    constexpr size_t piece = 1 << 20, longest = 1 << 26;
    buffer_.erase(0, begin_);
    begin_ = 0;
    const size_t kept = buffer_.size();
    if (kept > longest) {
      ++number_;
      throw wrong("a line is too long for a word and its vector", "64 MiB without an end", "text");
    }
    buffer_.resize(kept + piece);
    const int got = gzread(file_.get(), buffer_.data() + kept, piece);
    buffer_.resize(kept + static_cast<size_t>(std::max(got, 0)));
    int status = Z_OK;
    const char* message = gzerror(file_.get(), &status);
    if (got < 0 || status != Z_OK) {
      throw data_error("a file of word vectors is damaged", path_.string() + ": " + message,
                       "a complete file", "get the file again");
    }
    return got > 0;
  }

  fs::path path_;
  std::unique_ptr<gzFile_s, decltype(&gzclose)> file_;
  std::string buffer_;
  size_t begin_ = 0;  // of the next line
  long number_ = 0;
};

/// The blank before the last `count` fields of a line; npos when it has no more fields than these.
size_t blank_before(std::string_view line, int64_t count) {
  size_t at = line.size();
  for (; count > 0 && at != line.npos; --count) at = at == 0 ? line.npos : line.rfind(' ', at - 1);
  return at;
}

int64_t count_fields(std::string_view line) { return 1 + std::count(line.begin(), line.end(), ' '); }

/// Takes the first field and the blank behind it off `rest`.
std::string_view take_field(std::string_view& rest) {
  const std::string_view field = rest.substr(0, rest.find(' '));
  rest.remove_prefix(std::min(field.size() + 1, rest.size()));
  return field;
}

template <typename Number>
bool parse(std::string_view field, Number& number) {
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  return error == std::errc() && end == field.data() + field.size();
}

/// The width that word2vec's first line states ("3000000 300"); 0 where it is a vector already.
int64_t stated_width(std::string_view line) {
  int64_t count = 0, width = 0;
  const bool header =
      count_fields(line) == 2 && parse(take_field(line), count) && parse(take_field(line), width);
  return header && count > 0 && width > 0 ? width : 0;
}

void read_numbers(std::string_view numbers, float* row, int64_t width, const Lines& lines) {
  for (int64_t i = 0; i < width; ++i) {
    const std::string_view field = take_field(numbers);
    double value = 0;
    if (!parse(field, value) || !std::isfinite(static_cast<float>(value))) {
      throw lines.wrong(fmt::format("number {} of a word vector is none", i + 1),
                        std::string(field.substr(0, 60)), "a finite number");
    }
    row[i] = static_cast<float>(value);
  }
}

/// The word of a line whose last `width` fields are its vector. GloVe's largest file has words with blanks
/// (". . ."), so a line may have more fields; but a number before the vector is a vector of another width.
std::string_view word_of(std::string_view line, int64_t width, const Lines& lines) {
  const size_t blank = blank_before(line, width);
  const std::string_view word = line.substr(0, blank == line.npos ? 0 : blank);
  const size_t inner = word.rfind(' ');
  double number = 0;
  if (word.empty() || (inner != word.npos && parse(word.substr(inner + 1), number))) {
    throw lines.wrong("a word vector has another width", fmt::format("{} fields", count_fields(line)),
                      fmt::format("a word and {} numbers", width));
  }
  return word;
}

/// Which of two lines for one word counts: its own spelling before another one, then the first.
enum class Match : char { none, folded, exact };

}  // namespace

at::Tensor read_word_vectors(const fs::path& file, const Vocabulary& vocabulary) {
  Lines lines(file);
  std::string_view line;
  if (!lines.next(line)) {
    throw data_error("a file of word vectors is empty", file.string(), "a word and its vector a line");
  }
  int64_t width = stated_width(line);
  const bool header = width > 0;
  if (!header) width = count_fields(line) - 1;
  if (width < 1 || (header && !lines.next(line))) {
    throw lines.wrong("a file of word vectors holds none", std::string(line.substr(0, 60)),
                      "a word and its vector a line");
  }
  std::vector<Match> matches(static_cast<size_t>(vocabulary.size()), Match::none);
  at::Tensor vectors;
  do {
    const std::string word(word_of(line, width, lines));
    if (!vectors.defined()) {
      vectors = torch::full({vocabulary.size(), width}, std::numeric_limits<float>::quiet_NaN());
      vectors[Vocabulary::padding].zero_();
    }
    long number = vocabulary.number(word);
    const Match match = number == Vocabulary::unknown ? Match::folded : Match::exact;
    if (match == Match::folded) number = vocabulary.number(normalise(word));
    if (number == Vocabulary::unknown || matches[static_cast<size_t>(number)] >= match) continue;
    matches[static_cast<size_t>(number)] = match;
    read_numbers(line.substr(word.size() + 1), vectors.data_ptr<float>() + number * width, width, lines);
  } while (lines.next(line));
  return vectors;
}

}  // namespace actlab
