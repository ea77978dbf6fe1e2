#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "datasets/catalogue.h"
#include "datasets/files.h"
#include "datasets/speech/recordings.h"
#include "datasets/speech/spoken_words.h"
#include "lib/core/error.h"
#include "lib/core/files.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr long usual_rate = 16'000, digits_rate = 8'000;

void check(const SpeechRequest& request) {
  const auto expect = [](bool right, const char* what, const auto& given, const char* allowed) {
    if (!right) throw usage_error(fmt::format("{} is out of range", what), fmt::format("{}", given), allowed);
  };
  const std::set<std::string> words(request.words.begin(), request.words.end());
  expect(request.train_limit >= 0, "the train limit", request.train_limit, "0 (all) or more");
  expect(request.test_limit >= 0, "the test limit", request.test_limit, "0 (all) or more");
  expect(request.seconds >= 0.1 && request.seconds <= 60, "the length of clips", request.seconds,
         "0.1 to 60 seconds");
  expect(request.sample_rate == 0 || (request.sample_rate >= 4'000 && request.sample_rate <= 48'000),
         "the sample rate", request.sample_rate, "4,000 to 48,000 Hz, or 0 for the usual one");
  expect(request.unknown >= 0 && request.unknown <= 100, "the share of unknown words", request.unknown,
         "0 to 100 %");
  expect(request.silence == -1 || (request.silence >= 0 && request.silence <= 100), "the share of silence",
         request.silence, "0 to 100 %, or -1 for the usual one");
  expect(words.size() == request.words.size(), "the list of words", join(request.words), "different words");
}

/// The folder of a catalogue set.
fs::path public_folder(const PublicSet& set, const fs::path& data) {
  if (fs::is_directory(data / set.name)) return data / set.name;
  throw data_error(
      fmt::format("the data set {} is not there", set.name), (data / set.name).string(), "",
      fmt::format("speech_recognition data fetch {}\n  or {}", set.name, manual_instructions(set, data)));
}

/// Where the recordings of a catalogue name or a path stand.
fs::path folder_of(const SpeechRequest& request, std::vector<std::string> names) {
  for (const auto& set : public_sets()) {
    if (set.program != "speech_recognition") continue;
    if (set.name == request.dataset)
      return public_folder(set, data_directory(request.data_directory.string()));
    names.push_back(set.name);
  }
  if (fs::is_directory(request.dataset)) return request.dataset;
  if (request.dataset.find('/') == std::string::npos) throw unknown_name("data set", request.dataset, names);
  throw data_error("there is no such folder", request.dataset,
                   "a folder with one sub-folder of audio files a word, or of spoken digits",
                   "check the path");
}

}  // namespace

SpeechSet load_speech(const SpeechRequest& request) {
  check(request);
  const auto samples = [&](long rate) { return std::lround(request.seconds * static_cast<double>(rate)); };
  const auto rate = [&](long usual) { return request.sample_rate != 0 ? request.sample_rate : usual; };
  const std::vector<std::string> generated{"tones-and-words", "words-espeak", "words-formant"};
  if (std::find(generated.begin(), generated.end(), request.dataset) != generated.end())
    return load_spoken_words(request, samples(rate(usual_rate)), rate(usual_rate));
  const fs::path folder = folder_of(request, generated);
  if (holds_digits(folder))
    return assemble(list_digits(folder), request, samples(rate(digits_rate)), rate(digits_rate));
  return assemble(list_words(folder, request.unseen), request, samples(rate(usual_rate)), rate(usual_rate));
}

}  // namespace actlab
