#pragma once

// What the readers of this folder share: recordings before anything is decoded.

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/speech/speech.h"

namespace actlab {

enum class Part { train, validation, test };

struct Recording {
  std::filesystem::path file;
  std::string word;
  std::string speaker;  // empty where unknown
  Part part = Part::train;
};

struct Recordings {
  std::string name, note;
  std::vector<Recording> clips;
  std::vector<std::filesystem::path> noise = {};  // long recordings without speech
};

/// A folder of words (`unseen` as in SpeechRequest), and the Free Spoken Digit Dataset: `recordings` with
/// files DIGIT_SPEAKER_TAKE.wav, or an archive of it (see load_speech).
Recordings list_words(const std::filesystem::path& folder, bool unseen = false);
Recordings list_digits(const std::filesystem::path& folder);
bool holds_digits(const std::filesystem::path& folder);

/// The folder itself and what its archives hold (unpacked into the cache).
std::vector<std::filesystem::path> with_archives(const std::filesystem::path& folder);

/// Divides recordings by speaker, or by content where speakers are unknown, and says how in the note.
void split_by_speaker(Recordings& found);

/// Chooses classes and recordings as the request says, and reads them: clips of `samples` at `sample_rate`.
SpeechSet assemble(Recordings found, const SpeechRequest& request, long samples, long sample_rate);

/// `wanted` clips without speech: excerpts of the noise recordings at random volume, or faint coloured noise
/// where there are none; int16 [wanted, samples]. Each part hears a stretch of its own of every noise.
at::Tensor make_silence(const std::vector<std::filesystem::path>& noise, Part part, long wanted, long samples,
                        long sample_rate);

}  // namespace actlab
