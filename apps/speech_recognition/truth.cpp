#include "apps/speech_recognition/truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "datasets/delimited.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/spec.h"

namespace actlab {

std::vector<SpokenWord> read_truth(const std::filesystem::path& file) {
  const auto content = read_file(file);
  DelimitedReader reader(content, ',', Quotes::rfc4180, file);
  Record row;
  if (!reader.next(row) || row.fields != std::vector<std::string_view>{"time", "word"}) {
    throw data_error("a file of spoken words has another header", file.string(), "time,word",
                     "write the middle of each word in seconds, and the word, a line each");
  }
  constexpr double longest = 1e7;  // seconds
  std::vector<SpokenWord> words;
  while (reader.next(row)) {
    try {
      words.push_back(
          {parse_number("time", std::string(row.fields[0]), 0, longest), std::string(row.fields[1])});
    } catch (const Error&) {
      throw data_error("the time of a word is no number of seconds",
                       fmt::format("'{}' in line {} of {}", row.fields[0], row.line, file.string()),
                       fmt::format("0 to {}", longest), "correct the line");
    }
  }
  return words;
}

StreamScore score(std::vector<SpokenWord> truth, const std::vector<Detection>& detections,
                  const std::vector<std::string>& known, double tolerance, double seconds) {
  const auto unknown = [&](const SpokenWord& said) {
    return said.word.empty() || said.word.front() == '_' ||
           std::find(known.begin(), known.end(), said.word) == known.end();
  };
  truth.erase(std::remove_if(truth.begin(), truth.end(), unknown), truth.end());
  StreamScore result;
  result.words = static_cast<long>(truth.size());
  result.hours = seconds / 3600;
  for (const auto& heard : detections) {
    const auto nearest =
        std::min_element(truth.begin(), truth.end(), [&](const SpokenWord& a, const SpokenWord& b) {
          return std::abs(a.time - heard.time) < std::abs(b.time - heard.time);
        });
    if (nearest == truth.end() || std::abs(nearest->time - heard.time) > tolerance) {
      ++result.false_accepts;
      continue;
    }
    ++(nearest->word == heard.word ? result.hits : result.wrong);
    truth.erase(nearest);
  }
  result.missed = static_cast<long>(truth.size());
  return result;
}

nlohmann::ordered_json to_json(const StreamScore& score) {
  return {{"words", score.words},
          {"hits", score.hits},
          {"wrong", score.wrong},
          {"missed", score.missed},
          {"false_accepts", score.false_accepts},
          {"false_accepts_an_hour", score.false_accepts_an_hour()}};
}

}  // namespace actlab
