#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "datasets/speech/speech_set.h"

namespace actlab {

/// What the user asked for.
struct SpeechRequest {
  std::string dataset = "tones-and-words";  // a generator, a catalogue name, or a path to a folder
  std::filesystem::path
      data_directory;     // where catalogue sets stand in folders of their names; empty: the default
  long train_limit = 0;   // first N training recordings of words in a fixed shuffled order; 0 = all
  long test_limit = 0;    // likewise, for testing and for validation
  double seconds = 1;     // length of every clip, 0.1..60
  long sample_rate = 0;   // Hz, 4,000..48,000; 0: 8,000 for the Free Spoken Digit Dataset, 16,000 for others
  std::string leave_out;  // a speaker: all that he says is the test data (see load_speech)
  // Not empty: the classes in this order, any other word is `_unknown_`. Where `_unknown_` or `_silence_` is
  // named, that class is there also without clips, as a trained model may know it.
  std::vector<std::string> words;
  double unknown = 10;  // clips of other words, in % of the words' clips; 0: none
  double silence = -1;  // clips without speech, in % likewise; -1: 10 where the folder has
                        // `_background_noise_`, else 0
  /// No model was trained on these data: where they do not say themselves which recordings are for testing,
  /// all are, and some of the words may be missing.
  bool unseen = false;
};

/// Loads any set of spoken words:
/// - `tones-and-words`: words said by a synthesiser: `words-espeak` where the program espeak-ng is installed,
///   else `words-formant`; both can be asked for by name, and the set bears that name. 4,000, 500 and 1,000
///   clips of ten words, by other speakers in each split.
/// - `speech-commands` (Warden 2018), or a path to any folder with a sub-folder of audio files a word, in any
///   format that libsndfile reads; a word or all of them may also be packed in archives (*.tar.gz, *.zip).
///   The classes are the ten command words where they and others are there, else all words. The split is that
///   of testing_list.txt and validation_list.txt, else of the publisher's hash of the speaker (a file is
///   named SPEAKER_nohash_N.wav), else, where that leaves a class without training or test recordings or
///   names tell no speakers, about 20 % for testing and 10 % for validation by speaker or by content: no
///   speaker, and no copy of a file, is on both sides.
/// - `fsdd` (Free Spoken Digit Dataset): takes 0 to 4 are the test data.
/// With `leave_out`, that speaker's recordings are the test data, and the other speakers' test recordings
/// become validation data. Longer recordings are cut to the loudest part, shorter ones get zeros on both
/// sides (fit_clip). Classes `_unknown_` and `_silence_` come last. Throws a usage error for an unknown name
/// (with the nearest) and a data error for missing or damaged files; both say what to do.
SpeechSet load_speech(const SpeechRequest& request);

/// A recording in any format that libsndfile reads, mixed to one channel and resampled, block by block, in
/// memory that does not depend on its length.
class SoundStream {
 public:
  /// Throws a data error that names the file: no audio, more than 32 channels, a rate outside
  /// 2,000..384,000 Hz.
  SoundStream(const std::filesystem::path& file, long sample_rate);
  ~SoundStream();

  /// The next `samples`, float, -1..1 (more where a file of floats has more); fewer at the end, none after
  /// it. Throws a data error that names the file: no samples at all, or one that is no number.
  at::Tensor next(long samples);

  /// Once all is read: whether the file ends before its header says.
  bool cut() const;

 private:
  class Source;
  std::unique_ptr<Source> source_;
};

/// A whole recording, as SoundStream gives it: float [samples]. Throws a data error where that does, and
/// beyond 2^27 samples.
at::Tensor read_clip(const std::filesystem::path& file, long sample_rate);

/// read_clip, and whether the file ends before its header says.
struct Audio {
  at::Tensor samples;  // float [samples]
  bool cut = false;
};
Audio read_audio(const std::filesystem::path& file, long sample_rate);

/// Exactly `samples` of a recording (float [any]): of a longer one the loudest part, as Speech Commands was
/// cut by its publisher, in the middle of all places that are nearly as loud; a shorter one stands in the
/// middle of zeros.
at::Tensor fit_clip(const at::Tensor& audio, long samples);

/// -1..1 to 16-bit integers, as 16-bit files hold them; louder samples are clipped.
at::Tensor to_int16(const at::Tensor& audio);

}  // namespace actlab
