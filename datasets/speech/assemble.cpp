#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>

#include "datasets/files.h"
#include "datasets/speech/recordings.h"
#include "datasets/speech/voice.h"
#include "lib/core/error.h"
#include "lib/core/random.h"
#include "lib/core/text.h"

namespace actlab {
namespace {

constexpr double usual_silence = 10;  // %, where noise recordings are there

/// What becomes of a request: classes, and the recordings of each part.
struct Plan {
  std::vector<std::string> words;
  std::vector<std::string> speakers;
  std::array<std::vector<Recording>, 3> parts;
  std::array<long, 3> silence;  // clips
};

/// The words asked for; else the ten commands of Speech Commands where they and others are there; else all.
std::vector<std::string> choose_words(const Recordings& found, const std::vector<std::string>& wanted) {
  std::set<std::string> there;
  for (const auto& clip : found.clips) there.insert(clip.word);
  for (const auto& word : wanted) {
    if (there.count(word) == 0) throw unknown_name("word", word, {there.begin(), there.end()});
  }
  if (!wanted.empty()) return wanted;
  const bool commands = std::all_of(spoken_words.begin(), spoken_words.end(),
                                    [&](const char* word) { return there.count(word) != 0; });
  if (commands) return {spoken_words.begin(), spoken_words.end()};
  return {there.begin(), there.end()};
}

/// The speaker's recordings become the test data, the others' test recordings validation data.
void leave_out(Recordings& found, const std::string& speaker) {
  std::set<std::string> speakers;
  for (const auto& clip : found.clips) speakers.insert(clip.speaker);
  speakers.erase("");
  if (speakers.count(speaker) == 0)
    throw unknown_name("speaker", speaker, {speakers.begin(), speakers.end()});
  for (auto& clip : found.clips) {
    if (clip.part == Part::test) clip.part = Part::validation;
    if (clip.speaker == speaker) clip.part = Part::test;
  }
  add_note(found.note, "tested on the speaker " + speaker);
}

bool is_word(const Recording& clip, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), clip.word) != words.end();
}

/// Some recordings of one part, in a shuffled order that never changes.
std::vector<Recording> shuffled(const Recordings& found, Part part, const std::vector<std::string>& words,
                                bool wanted) {
  std::vector<std::pair<uint64_t, Recording>> keyed;
  for (const auto& clip : found.clips) {
    if (clip.part == part && is_word(clip, words) == wanted)
      keyed.emplace_back(fnv1a(clip.word + "/" + clip.file.filename().string()), clip);
  }
  std::stable_sort(keyed.begin(), keyed.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Recording> chosen;
  for (auto& [key, clip] : keyed) chosen.push_back(std::move(clip));
  return chosen;
}

long percent_of(double percent, size_t count) {
  return std::lround(std::ceil(static_cast<double>(count) * percent / 100));
}

void cut_to(std::vector<Recording>& clips, long limit, const char* part, std::string& note) {
  const long count = static_cast<long>(clips.size());
  if (limit == 0 || limit >= count) return;
  clips.resize(static_cast<size_t>(limit));
  add_note(note, fmt::format("{} of {} {} recordings", thousands(limit), thousands(count), part));
}

void check_words(const std::vector<Recording>& clips, const Plan& plan, const char* part) {
  for (const auto& word : plan.words) {
    const auto it =
        std::find_if(clips.begin(), clips.end(), [&](const auto& clip) { return clip.word == word; });
    if (it != clips.end()) continue;
    throw data_error(
        fmt::format("a word has no recording for {}", part), "'" + word + "'",
        "different recordings of each word for training and testing, by two speakers where names tell "
        "speakers",
        "add recordings, or name the test recordings in testing_list.txt (a line WORD/FILE each)");
  }
}

Plan make_plan(Recordings& found, const SpeechRequest& request) {
  Plan plan{choose_words(found, request.words), {}, {}, {}};
  const double silence = request.silence >= 0 ? request.silence : found.noise.empty() ? 0 : usual_silence;
  if (!request.leave_out.empty()) leave_out(found, request.leave_out);
  std::set<std::string> speakers;
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    auto& clips = plan.parts[static_cast<size_t>(part)];
    clips = shuffled(found, part, plan.words, true);
    if (part == Part::train) check_words(clips, plan, "training");
    if (part == Part::test && request.leave_out.empty()) check_words(clips, plan, "testing");
    if (part == Part::train) cut_to(clips, request.train_limit, "training", found.note);
    if (part == Part::test) cut_to(clips, request.test_limit, "test", found.note);
    plan.silence[static_cast<size_t>(part)] = percent_of(silence, clips.size());
    auto others = shuffled(found, part, plan.words, false);
    const size_t wanted = static_cast<size_t>(percent_of(request.unknown, clips.size()));
    others.resize(std::min(others.size(), wanted));
    clips.insert(clips.end(), others.begin(), others.end());
    for (const auto& clip : clips) speakers.insert(clip.speaker);
  }
  speakers.erase("");
  plan.speakers.assign(speakers.begin(), speakers.end());
  return plan;
}

/// Words first, then `_unknown_` and `_silence_` where there are such clips.
std::vector<std::string> class_names(const Plan& plan) {
  std::vector<std::string> names = plan.words;
  const bool unknown = std::any_of(plan.parts.begin(), plan.parts.end(), [&](const auto& clips) {
    return !clips.empty() && !is_word(clips.back(), plan.words);
  });
  if (unknown) names.push_back("_unknown_");
  if (plan.silence != std::array<long, 3>{}) names.push_back("_silence_");
  return names;
}

void check_size(const Plan& plan, long samples) {
  long clips = std::accumulate(plan.silence.begin(), plan.silence.end(), 0L);
  for (const auto& part : plan.parts) clips += static_cast<long>(part.size());
  if (clips <= memory_limit / 2 / samples) return;
  throw data_error("a set of recordings is too large to be held in memory",
                   fmt::format("{} clips of {} samples", thousands(clips), thousands(samples)),
                   fmt::format("at most {} bytes, 2 a sample", thousands(memory_limit)),
                   "take fewer recordings (--train-limit), shorter clips or a lower sample rate");
}

long place_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) - names.begin();
}

/// Reads the recordings and adds silence. Counts those that end too early in `cut`.
SpeechSplit read_part(const std::vector<Recording>& clips, const at::Tensor& silence, const SpeechSet& set,
                      long& cut) {
  const long files = static_cast<long>(clips.size()), count = files + silence.size(0),
             samples = silence.size(1);
  const long classes = static_cast<long>(set.class_names.size());
  SpeechSplit split{torch::empty({count, samples}, torch::kShort), torch::empty({count}, torch::kLong),
                    torch::full({count}, -1, torch::kLong)};
  for (long i = 0; i < files; ++i) {
    const Recording& clip = clips[static_cast<size_t>(i)];
    const Audio audio = read_audio(clip.file, set.sample_rate);
    if (audio.cut) ++cut;
    split.audio[i].copy_(to_int16(fit_clip(audio.samples, samples)));
    const long label = place_of(clip.word, set.class_names);
    split.labels[i] = label < classes ? label : place_of("_unknown_", set.class_names);
    if (!clip.speaker.empty()) split.speakers[i] = place_of(clip.speaker, set.speakers);
  }
  split.audio.slice(0, files).copy_(silence);
  split.labels.slice(0, files).fill_(classes - 1);
  return split;
}

}  // namespace

void add_note(std::string& note, const std::string& more) { note += (note.empty() ? "" : "; ") + more; }

SpeechSet assemble(Recordings found, const SpeechRequest& request, long samples, long sample_rate) {
  const Plan plan = make_plan(found, request);
  check_size(plan, samples);
  SpeechSet set{found.name, found.note, sample_rate, {}, {}, {}, class_names(plan), plan.speakers};
  long cut = 0;
  const auto part = [&](Part which) {
    const auto& clips = plan.parts[static_cast<size_t>(which)];
    const long wanted = plan.silence[static_cast<size_t>(which)];
    const auto silence = make_silence(found.noise, which, wanted, samples, sample_rate);
    return read_part(clips, silence, set, cut);
  };
  set.train = part(Part::train);
  set.validation = part(Part::validation);
  set.test = part(Part::test);
  if (cut > 0) add_note(set.note, fmt::format("files that end before their headers say: {}", thousands(cut)));
  if (set.class_names.back() == "_silence_" && found.noise.empty())
    add_note(set.note, "silence is faint noise of our own");
  return set;
}

}  // namespace actlab
