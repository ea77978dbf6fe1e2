#include "apps/speech_recognition/stream.h"

#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>

#include "apps/speech_recognition/joined_clips.h"
#include "apps/speech_recognition/speech_task.h"
#include "apps/speech_recognition/truth.h"
#include "datasets/speech/speech.h"
#include "lib/cli/progress.h"
#include "lib/core/error.h"
#include "lib/core/runtime.h"
#include "lib/report/text.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

/// A recording and, once it is heard, what was said in it, where that is known.
struct Source {
  Sound sound;
  std::function<std::optional<std::vector<SpokenWord>>()> truth;
};

Source source_of(const Recogniser& recogniser, const StreamOptions& options) {
  if (!options.file.empty()) {
    const auto file = std::make_shared<SoundStream>(options.file, recogniser.format().features.sample_rate);
    std::optional<std::vector<SpokenWord>> truth;
    if (!options.truth.empty()) truth = read_truth(options.truth);
    return {[file](long samples) { return file->next(samples); }, [truth] { return truth; }};
  }
  const auto set = load_recordings(evaluation_request(recogniser.description(), options.request));
  if (!set.note.empty()) std::cerr << "note: " << set.note << '\n';
  JoinedClips::Options joined;
  joined.noise = options.noise;
  const auto clips = std::make_shared<JoinedClips>(set, joined);
  return {[clips](long samples) { return clips->next(samples); }, [clips] { return clips->truth(); }};
}

void print_word(const Detection& word, const std::string& format) {
  if (format == "table")
    std::cout << fmt::format("{:>10.2f} s  {:5.1f} %  {}\n", word.time, 100 * word.probability, word.word)
              << std::flush;
  if (format == "csv")
    std::cout << fmt::format("{:.3f},{},{:.6f}\n", word.time, csv_field(word.word), word.probability)
              << std::flush;
}

void print_json(const std::vector<Detection>& words, double seconds,
                const std::optional<StreamScore>& score) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& word : words)
    list.push_back({{"time", word.time}, {"word", word.word}, {"probability", word.probability}});
  nlohmann::ordered_json object = {{"seconds", seconds}, {"detections", list}};
  if (score) object["score"] = to_json(*score);
  std::cout << object.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

void print_score(std::ostream& out, const StreamScore& score, double tolerance) {
  const auto share = [&](long count) {
    return score.words == 0 ? ""
                            : fmt::format("  ({:.1f} %)", 100 * static_cast<double>(count) /
                                                              static_cast<double>(score.words));
  };
  out << fmt::format(
             "\nwords said      {}\nhits            {}{}\nwrong words     {}{}\nfalse rejects   {}{}\n",
             score.words, score.hits, share(score.hits), score.wrong, share(score.wrong), score.missed,
             share(score.missed))
      << fmt::format("false accepts   {}  ({:.1f} an hour)\n", score.false_accepts,
                     score.false_accepts_an_hour())
      << fmt::format("a word counts as heard within {:.0f} ms of its middle\n", tolerance);
}

}  // namespace

int stream(const Task& task, const StreamOptions& options) {
  set_threads(options.threads);
  const Recogniser recogniser(task, options.load, device_or_say(options.device));
  if (options.every / 1000 > recogniser.format().seconds()) {
    throw usage_error("some of the recording would not be heard", fmt::format("--every {} ms", options.every),
                      fmt::format("at most a clip: {:g} s", recogniser.format().seconds()));
  }
  const auto source = source_of(recogniser, options);
  const DetectorOptions detector{options.span / 1000, options.threshold, options.refractory / 1000};
  std::vector<Detection> words;
  if (options.format == "csv") std::cout << "time,word,probability\n";
  const auto start = std::chrono::steady_clock::now();
  double seconds = 0, shown = 0;
  {
    const StatusLine status(options.quiet);
    seconds = listen(
        recogniser, source.sound, options.every / 1000, detector,
        [&](const Detection& word) {
          words.push_back(word);
          print_word(word, options.format);
        },
        [&](double done) {
          if (done < shown + 60) return;
          status.show(fmt::format("{} of sound", duration(shown = done)));
        });
  }
  const double taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!options.quiet)
    std::cerr << fmt::format("{:.1f} s of sound in {:.1f} s: {:.4f} of real time\n", seconds, taken,
                             taken / seconds);
  std::optional<StreamScore> figures;
  if (const auto truth = source.truth())
    figures = score(*truth, words, recogniser.words(), options.tolerance / 1000, seconds);
  if (options.format == "json") print_json(words, seconds, figures);
  if (options.format != "json" && figures)
    print_score(options.format == "csv" ? std::cerr : std::cout, *figures, options.tolerance);
  return 0;
}

}  // namespace actlab
