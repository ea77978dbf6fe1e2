#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/speech_recognition/detector.h"

namespace actlab {

/// A word that was said in a long recording.
struct SpokenWord {
  double time;  // seconds, of its middle
  std::string word;
};

/// A CSV file with the header `time,word`, in any order of time. Throws a data error that names file and
/// line.
std::vector<SpokenWord> read_truth(const std::filesystem::path& file);

/// How detections compare with what was said.
struct StreamScore {
  long words = 0;          // that were said and that the model knows
  long hits = 0;           // heard as what they are
  long wrong = 0;          // heard as another word
  long missed = 0;         // not heard: false rejects
  long false_accepts = 0;  // heard where none of these words was said, or heard again
  double hours = 0;        // that the recording lasts

  double false_accepts_an_hour() const { return static_cast<double>(false_accepts) / hours; }
};

/// Each detection, in the order of time, takes the nearest word that is at most `tolerance` seconds away and
/// not taken yet; none there makes it a false accept. What was said but is no word of `known` is nothing to
/// hear: a detection there is a false accept.
StreamScore score(std::vector<SpokenWord> truth, const std::vector<Detection>& detections,
                  const std::vector<std::string>& known, double tolerance, double seconds);

nlohmann::ordered_json to_json(const StreamScore& score);

}  // namespace actlab
