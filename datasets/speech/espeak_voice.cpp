#include <fmt/format.h>
#include <sndfile.h>
#include <torch/torch.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>

#include "datasets/speech/speech.h"
#include "datasets/speech/voice.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/random.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr int cache_version = 1;  // to be raised with whatever changes the words below

// Voices of one timbre stand together, so that no split hears another split's (see spoken_words.cpp).
constexpr std::array timbres{"m1", "f1",   "m3", "f2", "klatt", "m4",     "f4", "m7",      "klatt3", "f5",
                             "m8", "andy", "m2", "f3", "m5",    "klatt2", "m6", "grandma", "klatt4", "croak"};
constexpr std::array accents{"en-gb", "en-us", "en-gb-scotland", "en-gb-x-gbclan", "en-029"};
static_assert(timbres.size() * accents.size() == speaker_count);

struct ClosePipe {
  void operator()(FILE* pipe) const { pclose(pipe); }
};

/// What a program prints. The command is made of this file's constants and numbers alone.
std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, ClosePipe> pipe(popen((command + " 2>/dev/null").c_str(), "r"));
  std::string output;
  std::array<char, 65536> buffer{};
  for (size_t count = 0; pipe && (count = fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;)
    output.append(buffer.data(), count);
  return output;
}

std::string command_for(size_t word, long speaker) {
  Draws draws(fnv1a(fmt::format("espeak/{}", speaker)));
  const size_t place = static_cast<size_t>(speaker);
  const int pitch = draws.integer(25, 75), speed = draws.integer(120, 210);
  return fmt::format("espeak-ng --stdout -v {}+{} -p {} -s {} {}", accents.at(place % accents.size()),
                     timbres.at(place / accents.size()), pitch, speed, spoken_words.at(word));
}

/// The word without the silence around it; peak 1.
at::Tensor trim(const at::Tensor& audio, const std::string& command) {
  const auto level = audio.abs();
  const float peak = level.max().item<float>();
  const auto loud = torch::nonzero(level > 0.01F * peak);
  if (peak < 0.01F || loud.size(0) < 100) {
    throw data_error("espeak-ng says nothing", command, "a word",
                     "check its installation, or use words-formant");
  }
  const long first = loud[0].item<long>(), last = loud[-1].item<long>();
  return audio.slice(0, first, last + 1) / peak;
}

void write_wav(const fs::path& file, const at::Tensor& audio, long sample_rate) {
  SF_INFO info{};
  info.channels = 1;
  info.samplerate = static_cast<int>(sample_rate);
  info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> sound(sf_open(file.c_str(), SFM_WRITE, &info), sf_close);
  const at::Tensor dense = audio.contiguous();
  if (!sound || sf_write_float(sound.get(), dense.data_ptr<float>(), dense.numel()) != dense.numel()) {
    throw data_error("a file cannot be written", file.string(), "a writable cache folder", "free space");
  }
}

fs::path word_file(const fs::path& folder, size_t word, long speaker) {
  return folder / fmt::format("{}-{}.wav", speaker, spoken_words.at(word));
}

void synthesise(const fs::path& folder, long sample_rate) {
  fs::create_directories(folder);
  const fs::path raw = folder / "raw.wav";
  for (long speaker = 0; speaker < speaker_count; ++speaker) {
    for (size_t word = 0; word < spoken_words.size(); ++word) {
      const std::string command = command_for(word, speaker);
      std::ofstream(raw, std::ios::binary) << output_of(command);
      write_wav(word_file(folder, word, speaker), trim(read_clip(raw, sample_rate), command), sample_rate);
    }
  }
  fs::remove(raw);
}

/// The folder with all words; workers may make it side by side, the first to rename wins.
fs::path words_folder(const std::string& version, long sample_rate) {
  const fs::path target = cache_directory() / "spoken-words" /
                          fmt::format("espeak-{}-{}-{}", version, cache_version, sample_rate);
  if (fs::is_directory(target)) return target;
  const fs::path temporary = target.string() + fmt::format(".{}.tmp", getpid());
  std::error_code error;
  try {
    synthesise(temporary, sample_rate);
  } catch (...) {
    fs::remove_all(temporary, error);
    throw;
  }
  fs::rename(temporary, target, error);
  if (error) fs::remove_all(temporary);
  return target;
}

}  // namespace

std::string espeak_version() {
  const std::string output = output_of("espeak-ng --version");
  std::smatch version;
  return std::regex_search(output, version, std::regex("[0-9]+(\\.[0-9]+)+")) ? version.str() : "";
}

Voice espeak_voice(long sample_rate) {
  const std::string version = espeak_version();
  if (version.empty()) {
    throw usage_error("the program espeak-ng is not installed", "words-espeak",
                      "words-formant needs no program", "apt install espeak-ng");
  }
  const fs::path folder = words_folder(version, sample_rate);
  std::vector<Wave> waves;
  for (long speaker = 0; speaker < speaker_count; ++speaker) {
    for (size_t word = 0; word < spoken_words.size(); ++word) {
      const auto audio = read_clip(word_file(folder, word, speaker), sample_rate);
      waves.emplace_back(audio.data_ptr<float>(), audio.data_ptr<float>() + audio.numel());
    }
  }
  return [waves = std::move(waves)](size_t word, long speaker, Draws& take) {
    const Wave& said = waves.at(static_cast<size_t>(speaker) * spoken_words.size() + word);
    const double speed = std::exp(0.08 * take.bell());  // and pitch, as a tape would
    Wave wave(static_cast<size_t>(static_cast<double>(said.size() - 1) / speed));
    for (size_t i = 0; i < wave.size(); ++i) {
      const double place = static_cast<double>(i) * speed;
      const size_t before = static_cast<size_t>(place);
      const float part = static_cast<float>(place - static_cast<double>(before));
      wave[i] = (1 - part) * said[before] + part * said[std::min(before + 1, said.size() - 1)];
    }
    return wave;
  };
}

}  // namespace actlab
