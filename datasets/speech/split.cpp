#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "datasets/speech/recordings.h"
#include "lib/core/files.h"
#include "lib/core/random.h"
#include "lib/core/text.h"

namespace actlab {
namespace {

constexpr double validation_share = 0.1, test_share = 0.2;

/// 0..100 from the last 27 bits of a name's SHA-1, as Speech Commands' `which_set` (Warden 2018) has it: its
/// MAX_NUM_WAVS_PER_CLASS is 2^27 - 1.
double hash_percentage(const std::string& name) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(name.data(), name.size(), digest.data(), &length, EVP_sha1(), nullptr);
  uint32_t last = 0;
  for (unsigned i = length - 4; i < length; ++i) last = last << 8 | digest[i];
  constexpr uint32_t most = (1U << 27) - 1;
  return (last & most) * (100.0 / most);
}

/// `which_set` with 10 % each for validation and testing.
Part published_part(const std::string& speaker) {
  const double percentage = hash_percentage(speaker);
  return percentage < 10 ? Part::validation : percentage < 20 ? Part::test : Part::train;
}

/// Every word has training and test recordings.
bool complete(const std::vector<Recording>& clips) {
  std::set<std::string> words, trained, tested;
  for (const auto& clip : clips) {
    words.insert(clip.word);
    if (clip.part == Part::train) trained.insert(clip.word);
    if (clip.part == Part::test) tested.insert(clip.word);
  }
  return words == trained && words == tested;
}

using Contents = std::map<std::filesystem::path, uint64_t>;  // hashes of files

/// Recordings that must stay together (of a speaker, else of one content), in an order of chance that never
/// changes.
using Groups = std::map<std::pair<double, std::string>, std::vector<Recording*>>;

Groups group(std::vector<Recording>& clips, const Contents& contents) {
  Groups groups;
  for (auto& clip : clips) {
    const std::string name = clip.speaker.empty() ? hex(contents.at(clip.file)) : clip.speaker;
    groups[{hash_percentage("split " + name), name}].push_back(&clip);
  }
  return groups;
}

/// Moves groups from training to `part` until it has `share`, and at least `least`, of every word.
void take_share(const Groups& groups, double share, long least, Part part) {
  std::map<std::string, long> missing;
  for (const auto& [key, clips] : groups) {
    for (const auto* clip : clips) ++missing[clip->word];
  }
  for (auto& [word, count] : missing)
    count = std::max(least, static_cast<long>(static_cast<double>(count) * share));
  for (const auto& [key, clips] : groups) {
    const bool wanted = std::any_of(clips.begin(), clips.end(), [&](const Recording* clip) {
      return clip->part == Part::train && missing[clip->word] > 0;
    });
    if (!wanted) continue;
    for (auto* clip : clips) {
      clip->part = part;
      --missing[clip->word];
    }
  }
}

/// One recording under the names of two speakers would be on both sides: it leaves the one that learns.
size_t drop_copies(std::vector<Recording>& clips, const Contents& contents) {
  std::map<uint64_t, Part> sides;
  for (const auto& clip : clips) {
    Part& side = sides[contents.at(clip.file)];
    side = std::max(side, clip.part);
  }
  const size_t before = clips.size();
  clips.erase(
      std::remove_if(clips.begin(), clips.end(),
                     [&](const Recording& clip) { return clip.part < sides[contents.at(clip.file)]; }),
      clips.end());
  return before - clips.size();
}

}  // namespace

void split_by_speaker(Recordings& found) {
  auto& clips = found.clips;
  Contents contents;
  for (const auto& clip : clips) contents[clip.file] = fnv1a(read_file(clip.file));
  const bool known =
      std::none_of(clips.begin(), clips.end(), [](const Recording& clip) { return clip.speaker.empty(); });
  std::string how = "by the publisher's hash of the speaker";
  if (known) {
    for (auto& clip : clips) clip.part = published_part(clip.speaker);
  }
  if (!known || !complete(clips)) {
    for (auto& clip : clips) clip.part = Part::train;
    const Groups groups = group(clips, contents);
    take_share(groups, test_share, 1, Part::test);
    take_share(groups, validation_share, 0, Part::validation);
    how = known ? "by speaker, otherwise than published" : "by content";
  }
  add_note(found.note, "split " + how);
  if (const size_t dropped = drop_copies(clips, contents); dropped > 0)
    add_note(found.note, fmt::format("left out of training: {} that others share", dropped));
}

}  // namespace actlab
