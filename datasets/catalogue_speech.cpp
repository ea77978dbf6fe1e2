#include "datasets/catalogue_sets.h"

namespace actlab {
namespace {

constexpr const char* speech_program = "speech_recognition";

/// The digest is the one that torchaudio's SPEECHCOMMANDS and TensorFlow Datasets state.
PublicSet speech_commands() {
  return {"speech-commands",
          speech_program,
          "105,829 recordings of 35 words by 2,618 speakers, one second each, version 0.02",
          "CC BY 4.0",
          "https://arxiv.org/abs/1804.03209",
          {{"speech_commands_v0.02.tar.gz",
            "https://storage.googleapis.com/download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
            2'428'923'189, "sha256", "af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58"}},
          "http://download.tensorflow.org/data/"};
}

/// The publisher's repository at one commit, as GitHub packs it anew for every call: there is no checksum.
PublicSet fsdd() {
  return {"fsdd",
          speech_program,
          "Free Spoken Digit Dataset: 3,000 recordings of 10 digits by 6 speakers, 8 kHz",
          "CC BY-SA 4.0",
          "https://github.com/Jakobovski/free-spoken-digit-dataset",
          {{"recordings.tar.gz",
            "https://codeload.github.com/Jakobovski/free-spoken-digit-dataset/tar.gz/"
            "26eb9aaf76e81b692f806f9140c2d2777410d7a1",
            0, "sha256", ""}}};
}

}  // namespace

std::vector<PublicSet> speech_sets() { return {speech_commands(), fsdd()}; }

}  // namespace actlab
