#include "apps/text_sentiment/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "lib/core/error.h"
#include "lib/report/text.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

std::vector<std::string> unknown_words(const Answer& answer) {
  std::vector<std::string> unknown;
  for (const auto& word : answer.words) {
    if (!word.known) unknown.push_back(word.word);
  }
  return unknown;
}

/// What a person should know of the answer; empty where there is nothing.
std::string remark(const Answer& answer) {
  constexpr size_t shown = 5;
  if (answer.words.empty()) return "no words";
  auto unknown = unknown_words(answer);
  if (unknown.empty()) return "";
  const bool more = unknown.size() > shown;
  unknown.resize(std::min(unknown.size(), shown));
  return "unknown: " + join(unknown) + (more ? ", …" : "");
}

/// A text on a line of its own; a terminal is not to obey what stands in it.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == '\x7f'; }, ' ');
  return text;
}

std::string dump(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);  // of bytes that are no UTF-8
}

class TableWriter : public AnswerWriter {
 public:
  TableWriter(bool explained, bool colour) : explained_(explained), colour_(colour) {}

  std::string write(const Answer& answer) override {
    std::vector<std::string> names;
    for (const auto& guess : answer.guesses) names.push_back(guess.name);
    width_ = std::max(width_, widest(names));
    std::string lines;
    for (const auto& guess : answer.guesses) {
      lines += fmt::format("{}  {:5.1f} %", pad_right(guess.name, width_), 100 * guess.probability);
      lines += (&guess == &answer.guesses.front() ? "  " + described(answer) : "") + "\n";
    }
    return lines + (explained_ ? words(answer) : "");
  }

 private:
  static std::string described(const Answer& answer) {
    const auto said = remark(answer);
    return one_line(answer.row.text) + (said.empty() ? "" : "  (" + said + ")");
  }

  std::string words(const Answer& answer) const {
    double largest = 0;
    for (const auto& word : answer.words) largest = std::max(largest, std::abs(word.contribution));
    std::string line = "   ";
    for (const auto& word : answer.words) {
      const auto text = fmt::format("{}{} {:+.2f}", word.word, word.known ? "" : "?", word.contribution);
      const bool matters = std::abs(word.contribution) >= worth_colour * largest && word.contribution != 0;
      const auto* colour = word.contribution > 0 ? "\x1b[32m" : "\x1b[31m";
      line += " " + (colour_ && matters ? colour + text + "\x1b[0m" : text);
    }
    return line + "\n";
  }

  static constexpr double worth_colour = 0.1;  // of the largest contribution
  bool explained_, colour_;
  long width_ = 0;
};

class CsvWriter : public AnswerWriter {
 public:
  explicit CsvWriter(bool explained) : explained_(explained) {}

  std::string head() const override {
    return std::string("line,text,class,probability,remark") + (explained_ ? ",contributions\n" : "\n");
  }
  std::string write(const Answer& answer) override {
    std::string lines;
    for (const auto& guess : answer.guesses) {
      lines += fmt::format("{},{},{},{:.6f},{}", answer.row.line, csv_field(answer.row.text),
                           csv_field(guess.name), guess.probability, csv_field(remark(answer)));
      lines += explained_ ? "," + csv_field(contributions(answer)) + "\n" : "\n";
    }
    return lines;
  }

 private:
  static std::string contributions(const Answer& answer) {
    auto list = nlohmann::json::array();
    for (const auto& word : answer.words) list.push_back({word.word, word.contribution});
    return dump(list);
  }

  bool explained_;
};

class JsonWriter : public AnswerWriter {
 public:
  explicit JsonWriter(bool explained) : explained_(explained) {}

  std::string head() const override { return "["; }
  std::string write(const Answer& answer) override {
    nlohmann::json object = {{"line", answer.row.line},
                             {"text", answer.row.text},
                             {"classes", to_json(answer.guesses)},
                             {"remark", remark(answer)},
                             {"unknown", unknown_words(answer)}};
    for (const auto& word : answer.words) {
      if (explained_)
        object["words"].push_back(
            {{"word", word.word}, {"known", word.known}, {"contribution", word.contribution}});
    }
    const std::string separator = first_ ? "\n" : ",\n";
    first_ = false;
    return separator + dump(object);
  }
  std::string tail() const override { return first_ ? "]\n" : "\n]\n"; }

 private:
  bool explained_, first_ = true;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_writer(const std::string& format, bool explained, bool colour) {
  if (format == "csv") return std::make_unique<CsvWriter>(explained);
  if (format == "json") return std::make_unique<JsonWriter>(explained);
  return std::make_unique<TableWriter>(explained, colour);
}

}  // namespace actlab
