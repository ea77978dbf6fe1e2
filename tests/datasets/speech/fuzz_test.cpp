// Recordings come from anybody: whatever the bytes, they are read or refused with an Error.

#include <torch/torch.h>

#include <random>

#include "datasets/speech/speech.h"
#include "tests/datasets/speech/sounds.h"

namespace actlab::test {
namespace {

constexpr int rounds = 400;

class SpeechFuzz : public Folder {
 protected:
  /// Flips, cuts, repeats or inserts bytes; half of the changes meet the header.
  Bytes mutate(Bytes bytes) {
    const auto place = [&] {
      const size_t end = random_() % 2 == 0 ? std::min<size_t>(64, bytes.size()) : bytes.size();
      return end == 0 ? 0 : random_() % end;
    };
    for (auto changes = 1 + random_() % 4; changes > 0; --changes) {
      const auto at = bytes.begin() + static_cast<long>(place());
      switch (random_() % 6) {
        case 0:
          bytes.insert(at, static_cast<uint8_t>(random_()));
          break;
        case 1:
          bytes.resize(place());
          break;
        case 2:
          bytes.insert(bytes.end(), bytes.begin(), at);
          break;
        default:
          if (!bytes.empty()) *at = static_cast<uint8_t>(random_());
      }
    }
    return bytes;
  }
  void feed(int format, int channels) {
    const fs::path file = folder_ / "sound";
    write_sound(file, tone(300, 0.05), 8000, format, channels);
    const Bytes seed = read_bytes(file);
    int refused = 0;
    for (int round = 0; round < rounds; ++round) {
      write(file, mutate(seed));
      try {
        const auto audio = read_clip(file, 8000);
        EXPECT_GT(audio.numel(), 0);
        EXPECT_TRUE(torch::isfinite(audio).all().item<bool>());
        EXPECT_EQ(to_int16(fit_clip(audio, 400)).size(0), 400);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::data);
        ++refused;
      }
    }
    EXPECT_GT(refused, rounds / 20) << "the mutations hardly ever matter";
    EXPECT_LT(refused, rounds) << "every change is fatal";
  }

  std::mt19937 random_{1};
};

TEST_F(SpeechFuzz, Wav) {
  feed(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1);
  feed(SF_FORMAT_WAV | SF_FORMAT_FLOAT, 2);
}

TEST_F(SpeechFuzz, Flac) { feed(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 1); }

}  // namespace
}  // namespace actlab::test
