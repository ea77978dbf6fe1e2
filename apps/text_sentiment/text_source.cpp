#include "apps/text_sentiment/text_source.h"

#include <algorithm>
#include <iostream>

#include "datasets/delimited.h"
#include "datasets/encoding.h"

namespace actlab {
namespace {

class TextsAtHand : public TextSource {
 public:
  explicit TextsAtHand(std::vector<TextRow> rows) : rows_(std::move(rows)) {}

  std::vector<TextRow> next(size_t largest) override {
    const auto first = rows_.begin() + static_cast<long>(done_);
    done_ = std::min(done_ + largest, rows_.size());
    return {first, rows_.begin() + static_cast<long>(done_)};
  }

 private:
  std::vector<TextRow> rows_;
  size_t done_ = 0;
};

class StandardInput : public TextSource {
 public:
  StandardInput(std::string encoding, std::string prompt)
      : encoding_(std::move(encoding)), prompt_(std::move(prompt)) {
    std::ios::sync_with_stdio(false);  // with a buffer of its own, cin knows what has arrived
  }

  std::vector<TextRow> next(size_t largest) override {
    std::vector<TextRow> rows;
    for (std::string line; rows.size() < largest && read_line(line);) {
      if (!encoding_.empty()) line = decode_text(line, "standard input", encoding_).text;
      rows.push_back({line, ++lines_});
      if (!prompt_.empty() || std::cin.rdbuf()->in_avail() <= 0) break;
    }
    return rows;
  }

 private:
  /// False at the end of input.
  bool read_line(std::string& line) const {
    if (!prompt_.empty()) std::cerr << prompt_ << std::flush;
    constexpr int end = std::char_traits<char>::eof();
    auto* buffer = std::cin.rdbuf();
    line.clear();
    int next = buffer->sbumpc();
    if (next == end) return false;
    for (; next != end && next != '\n'; next = buffer->sbumpc()) {
      if (line.size() < longest_field) line.push_back(static_cast<char>(next));
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return true;
  }

  std::string encoding_, prompt_;
  long lines_ = 0;
};

}  // namespace

std::unique_ptr<TextSource> texts_at_hand(std::vector<TextRow> rows) {
  return std::make_unique<TextsAtHand>(std::move(rows));
}

std::unique_ptr<TextSource> standard_input(const std::string& encoding, const std::string& prompt) {
  return std::make_unique<StandardInput>(encoding, prompt);
}

}  // namespace actlab
