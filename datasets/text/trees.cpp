#include <fmt/format.h>

#include "datasets/delimited.h"
#include "datasets/encoding.h"
#include "datasets/files.h"
#include "datasets/text/readers.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

const std::vector<std::string> class_names{"very negative", "negative", "neutral", "positive",
                                           "very positive"};

/// The Penn Treebank's spelling of what its brackets and slashes would be mistaken for.
std::string plain_word(std::string_view word) {
  const std::pair<std::string_view, const char*> spellings[] = {
      {"-LRB-", "("}, {"-RRB-", ")"}, {"-LSB-", "["}, {"-RSB-", "]"}, {"-LCB-", "{"}, {"-RCB-", "}"}};
  for (const auto& [spelling, sign] : spellings) {
    if (word == spelling) return sign;
  }
  std::string plain;
  for (const char c : word) {
    if (c != '\\') plain += c;  // \/ and \*
  }
  return plain;
}

/// Reads one tree: `(2 (3 good) (2 film))`. A node is a digit 0..4 and either nodes or one word.
class TreeParser {
 public:
  TreeParser(std::string_view line, std::string place) : line_(line), place_(std::move(place)) {}

  LabelledText parse() {
    LabelledText tree;
    long depth = 0;
    skip_blanks();
    if (line_.compare(position_, 1, "(") != 0) throw damaged("it does not begin with a bracket");
    do {
      if (take('(')) {
        const char label = node_label();
        if (tree.label.empty()) tree.label = class_names[static_cast<size_t>(label - '0')];
        ++depth;
      } else if (take(')')) {
        --depth;
      } else {
        const std::string word = plain_word(next_word());
        tree.text += (tree.text.empty() ? "" : " ") + word;
      }
      skip_blanks();
    } while (depth > 0);
    if (position_ != line_.size()) throw damaged("it goes on after its last bracket");
    return tree;
  }

 private:
  void skip_blanks() { position_ = std::min(line_.find_first_not_of(' ', position_), line_.size()); }
  bool take(char sign) {
    const bool there = position_ < line_.size() && line_[position_] == sign;
    position_ += there ? 1 : 0;
    return there;
  }
  char node_label() {
    const char label = position_ < line_.size() ? line_[position_] : ' ';
    if (label < '0' || label > '4') throw damaged("a node has no label from 0 to 4");
    ++position_;
    return label;
  }
  std::string_view next_word() {
    const size_t end = std::min(line_.find_first_of("() ", position_), line_.size());
    if (end == position_) throw damaged("a bracket is not closed");
    const std::string_view word = line_.substr(position_, end - position_);
    position_ = end;
    return word;
  }
  Error damaged(const std::string& reason) const {
    return data_error("a sentiment tree is damaged: " + reason,
                      fmt::format("character {} of {}", position_ + 1, place_),
                      "one tree a line, such as (3 (2 a) (4 (4 great) (2 film)))",
                      "get the file again, or repair the line");
  }

  std::string_view line_;
  std::string place_;
  size_t position_ = 0;
};

LabelledTexts read_tree_file(const fs::path& file, const TextFormat& format) {
  const std::string text = read_text(file, format.encoding).text;
  LabelledTexts trees;
  long number = 0;
  for (size_t position = 0; position < text.size();) {
    const std::string_view line = next_line(text, position);
    check_length(line, file, ++number);
    if (line.empty()) continue;
    trees.push_back(TreeParser(line, fmt::format("line {} of {}", number, file.string())).parse());
  }
  return trees;
}

}  // namespace

TextFiles read_trees(const fs::path& folder, const TextFormat& format) {
  const auto part = [&](const char* name) { return read_tree_file(find_file(folder, name), format); };
  return {"", {}, part("train.txt"), part("dev.txt"), part("test.txt"), class_names};
}

}  // namespace actlab
