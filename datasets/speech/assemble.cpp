#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "datasets/files.h"
#include "datasets/speech/recordings.h"
#include "datasets/speech/voice.h"
#include "lib/core/error.h"
#include "lib/core/random.h"
#include "lib/core/text.h"

namespace actlab {
namespace {

constexpr const char *unknown_class = "_unknown_", *silence_class = "_silence_";
constexpr double usual_silence = 10;  // %, where noise recordings are there

struct PartPlan {
  std::vector<Recording> clips;
  long silence = 0;
};

/// What becomes of a request.
struct Plan {
  std::vector<std::string> class_names;
  std::vector<std::string> speakers;
  std::array<PartPlan, 3> parts = {};
};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The words asked for; else the ten commands of Speech Commands where they and others are there; else all.
std::vector<std::string> choose_words(const Recordings& found, const SpeechRequest& request) {
  std::set<std::string> there;
  for (const auto& clip : found.clips) there.insert(clip.word);
  std::vector<std::string> chosen;
  bool missing = true;
  for (const auto& word : request.words) {
    if (word == unknown_class || word == silence_class) continue;
    const bool here = there.count(word) != 0;
    if (!here && !request.unseen) throw unknown_name("word", word, {there.begin(), there.end()});
    missing &= !here;
    chosen.push_back(word);
  }
  if (!chosen.empty() && missing) throw unknown_name("word", chosen.front(), {there.begin(), there.end()});
  if (!chosen.empty()) return chosen;
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

/// Some recordings of one part, in a shuffled order that never changes.
std::vector<Recording> shuffled(const Recordings& found, Part part, const std::vector<std::string>& words,
                                bool wanted) {
  std::vector<std::pair<uint64_t, Recording>> keyed;
  for (const auto& clip : found.clips) {
    if (clip.part == part && contains(words, clip.word) == wanted)
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

void check_words(const std::vector<Recording>& clips, const std::vector<std::string>& words,
                 const char* part) {
  for (const auto& word : words) {
    if (std::any_of(clips.begin(), clips.end(), [&](const auto& clip) { return clip.word == word; }))
      continue;
    throw data_error(
        fmt::format("a word has no recording for {}", part), "'" + word + "'",
        "different recordings of each word for training and testing, by two speakers where names tell "
        "speakers",
        "add recordings, or name the test recordings in testing_list.txt (a line WORD/FILE each)");
  }
}

/// Recordings of words, as many as asked for; those of other words; the number of silent clips.
PartPlan plan_part(Recordings& found, Part part, const std::vector<std::string>& words,
                   const SpeechRequest& request) {
  PartPlan plan{shuffled(found, part, words, true)};
  if (part == Part::train) {
    if (!request.unseen) check_words(plan.clips, words, "training");
    cut_to(plan.clips, request.train_limit, "training", found.note);
  } else {
    if (part == Part::test && request.leave_out.empty() && !request.unseen)
      check_words(plan.clips, words, "testing");
    cut_to(plan.clips, request.test_limit, part == Part::test ? "test" : "validation", found.note);
  }
  const double silence = request.silence >= 0 ? request.silence : found.noise.empty() ? 0 : usual_silence;
  plan.silence = percent_of(silence, plan.clips.size());
  auto others = shuffled(found, part, words, false);
  others.resize(std::min(others.size(), static_cast<size_t>(percent_of(request.unknown, plan.clips.size()))));
  for (auto& clip : others) {
    clip.word = unknown_class;
    plan.clips.push_back(clip);
  }
  return plan;
}

Plan make_plan(Recordings& found, const SpeechRequest& request) {
  if (!request.leave_out.empty()) leave_out(found, request.leave_out);
  Plan plan{choose_words(found, request), {}};
  bool unknown = contains(request.words, unknown_class), silence = contains(request.words, silence_class);
  std::set<std::string> speakers;
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    auto& chosen = plan.parts[static_cast<size_t>(part)];
    chosen = plan_part(found, part, plan.class_names, request);
    for (const auto& clip : chosen.clips) speakers.insert(clip.speaker);
    unknown |= !chosen.clips.empty() && chosen.clips.back().word == unknown_class;
    silence |= chosen.silence > 0;
  }
  speakers.erase("");
  plan.speakers.assign(speakers.begin(), speakers.end());
  if (unknown) plan.class_names.emplace_back(unknown_class);
  if (silence) plan.class_names.emplace_back(silence_class);
  if (plan.class_names.size() < 2) {
    throw usage_error("one word alone is nothing to recognise", join(plan.class_names),
                      "two classes or more, `_unknown_` and `_silence_` among them");
  }
  return plan;
}

void check_size(const Plan& plan, long samples) {
  long clips = 0;
  for (const auto& part : plan.parts) clips += static_cast<long>(part.clips.size()) + part.silence;
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
  const long files = static_cast<long>(clips.size()), count = files + silence.size(0);
  SpeechSplit split{torch::empty({count, silence.size(1)}, torch::kShort),
                    torch::full({count}, place_of(silence_class, set.class_names), torch::kLong),
                    torch::full({count}, -1, torch::kLong)};
  for (long i = 0; i < files; ++i) {
    const Recording& clip = clips[static_cast<size_t>(i)];
    const Audio audio = read_audio(clip.file, set.sample_rate);
    if (audio.cut) ++cut;
    split.audio[i].copy_(to_int16(fit_clip(audio.samples, silence.size(1))));
    split.labels[i] = place_of(clip.word, set.class_names);
    if (!clip.speaker.empty()) split.speakers[i] = place_of(clip.speaker, set.speakers);
  }
  split.audio.slice(0, files).copy_(silence);
  return split;
}

}  // namespace

SpeechSet assemble(Recordings found, const SpeechRequest& request, long samples, long sample_rate) {
  const Plan plan = make_plan(found, request);
  check_size(plan, samples);
  SpeechSet set{found.name, found.note, sample_rate, {}, {}, {}, plan.class_names, plan.speakers};
  long cut = 0, silent = 0;
  const auto part = [&](Part which) {
    const auto& [clips, silence] = plan.parts[static_cast<size_t>(which)];
    silent += silence;
    return read_part(clips, make_silence(found.noise, which, silence, samples, sample_rate), set, cut);
  };
  set.train = part(Part::train);
  set.validation = part(Part::validation);
  set.test = part(Part::test);
  if (cut > 0) add_note(set.note, fmt::format("files that end before their headers say: {}", thousands(cut)));
  if (silent > 0 && found.noise.empty()) add_note(set.note, "silence is faint noise of our own");
  return set;
}

}  // namespace actlab
