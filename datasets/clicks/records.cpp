#include "datasets/clicks/records.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "datasets/clicks/block_hash.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr size_t block_bytes = 1 << 20, longest_record = 16 << 20;

/// Where the record at the start of `text` ends (at its line end), or npos where the text ends before.
size_t record_end(std::string_view text, char separator) {
  bool at_start = true;
  for (size_t i = 0; i < text.size(); ++i) {
    if (at_start && text[i] == '"') {
      do {  // a doubled quote closes and opens again
        i = text.find('"', i + 1);
        if (i == std::string_view::npos) return i;
      } while (++i < text.size() && text[i] == '"');
      if (i == text.size()) break;
    }
    if (text[i] == '\n') return i;
    at_start = text[i] == separator;
  }
  return std::string_view::npos;
}

}  // namespace

/// A file that zlib reads, packed or not.
struct RecordReader::Stream {
  explicit Stream(const fs::path& path) : file(gzopen(path.c_str(), "rb"), gzclose) {
    if (file == nullptr) throw data_error("a file cannot be read", path.string(), "a readable file");
    gzbuffer(file.get(), block_bytes);
  }
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file;
  std::vector<char> buffer;
};

RecordReader::RecordReader(std::string_view text, std::string separator, Quotes quotes, fs::path file)
    : separator_(std::move(separator)),
      quotes_(quotes),
      file_(std::move(file)),
      window_(text),
      content_(block_hash(text.data(), text.size())) {}

RecordReader::RecordReader(const fs::path& file, std::string separator, Quotes quotes)
    : separator_(std::move(separator)),
      quotes_(quotes),
      file_(file),
      stream_(std::make_unique<Stream>(file)),
      content_(block_hash(nullptr, 0)) {}

RecordReader::~RecordReader() = default;

void RecordReader::seek(size_t offset, long line) {
  const char* start = window_.data() - next_offset_;
  window_ = {start + offset, window_.size() + next_offset_ - offset};
  next_offset_ = offset;
  line_ = line;
}

/// Moves what is left to the front and reads on behind it. False at the end.
bool RecordReader::refill() {
  if (!stream_) return false;
  auto& buffer = stream_->buffer;
  const size_t left = window_.size();
  if (left > longest_record) {
    throw data_error("a record is too long", fmt::format("line {} of {}", line_, file_.string()),
                     "at most 16 MiB", "look for a quote or a line end that is missing");
  }
  if (left > 0) std::memmove(buffer.data(), window_.data(), left);
  buffer.resize(std::max(buffer.size(), left + block_bytes));
  const int count = gzread(stream_->file.get(), buffer.data() + left, block_bytes);
  int status = Z_OK;
  const char* reason = gzerror(stream_->file.get(), &status);
  if (count < 0 || (count == 0 && status != Z_OK && status != Z_STREAM_END)) {
    throw data_error("a file is damaged or cannot be read",
                     fmt::format("{} behind line {}", file_.string(), line_), "a complete file",
                     *reason != '\0' ? reason : "get it again");
  }
  window_ = {buffer.data(), left + static_cast<size_t>(count)};
  content_ = block_hash(buffer.data() + left, static_cast<size_t>(count), content_);
  return count > 0;
}

void RecordReader::split(std::string_view line, std::vector<std::string_view>& fields) const {
  fields.clear();
  const size_t width = separator_.size();
  if (width == 1) {
    const char *start = line.data(), *end = start + line.size();
    for (;;) {
      const auto* stop =
          static_cast<const char*>(std::memchr(start, separator_[0], static_cast<size_t>(end - start)));
      fields.emplace_back(start, static_cast<size_t>((stop != nullptr ? stop : end) - start));
      if (stop == nullptr) return;
      start = stop + 1;
    }
  }
  for (size_t start = 0;;) {
    const size_t stop = line.find(separator_, start);
    fields.push_back(line.substr(start, stop - start));
    if (stop == std::string_view::npos) return;
    start = stop + width;
  }
}

/// A record that may hold line ends within quotes.
void RecordReader::read_quoted(Record& record) {
  size_t end = 0;
  while ((end = record_end(window_, separator_[0])) == std::string_view::npos && refill()) continue;
  const std::string_view text = window_.substr(0, std::min(end, window_.size() - 1) + 1);
  quoted_.emplace(text, separator_[0], quotes_, file_, line_);
  quoted_->next(record);
  line_ += std::count(text.begin(), text.end(), '\n');
  next_offset_ += text.size();
  window_.remove_prefix(text.size());
}

bool RecordReader::next(Record& record) {
  for (;;) {
    const size_t stop = window_.find('\n');
    if (stop == std::string_view::npos && refill()) continue;
    if (window_.empty()) return false;
    std::string_view line = window_.substr(0, stop);
    const size_t taken = std::min(line.size() + 1, window_.size());
    offset_ = next_offset_;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (quotes_ == Quotes::rfc4180 && line.find('"') != std::string_view::npos) {
      read_quoted(record);
      return true;
    }
    next_offset_ += taken;
    window_.remove_prefix(taken);
    record.line = line_++;
    if (line.empty()) continue;
    split(line, record.fields);
    return true;
  }
}

}  // namespace actlab
