#include <fmt/format.h>
#include <samplerate.h>
#include <sndfile.h>
#include <torch/torch.h>

#include <cmath>
#include <memory>

#include "datasets/speech/recordings.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr int most_channels = 32, lowest_rate = 2'000, highest_rate = 384'000;
constexpr size_t most_frames = size_t{1} << 27;

struct CloseSound {
  void operator()(SNDFILE* sound) const { sf_close(sound); }
};
using Sound = std::unique_ptr<SNDFILE, CloseSound>;

Sound open_sound(const fs::path& file, SF_INFO& info) {
  Sound sound(sf_open(file.c_str(), SFM_READ, &info));
  if (!sound) {
    throw data_error("a file is no recording, or a damaged one",
                     fmt::format("{}: {}", file.string(), sf_strerror(nullptr)),
                     "any format that libsndfile reads (WAV, FLAC, AIFF, AU, Ogg, MP3, …)",
                     "repair, convert or remove the file");
  }
  if (info.channels < 1 || info.channels > most_channels || info.samplerate < lowest_rate ||
      info.samplerate > highest_rate) {
    throw data_error(
        "a recording cannot be speech",
        fmt::format("{} channels at {} Hz in {}", info.channels, thousands(info.samplerate), file.string()),
        fmt::format("1 to {} channels, {} to {} Hz", most_channels, thousands(lowest_rate),
                    thousands(highest_rate)),
        "check its header, convert or remove the file");
  }
  return sound;
}

/// libsndfile shortens a data chunk that reaches beyond the end of a file, and says so in its log alone.
bool log_tells_of_cut(SNDFILE* sound) {
  std::string log(16384, '\0');
  sf_command(sound, SFC_GET_LOG_INFO, log.data(), static_cast<int>(log.size()));
  const size_t data = log.find("data : ");
  return data != std::string::npos &&
         log.substr(data, log.find('\n', data) - data).find("should be") != std::string::npos;
}

/// The mean of all channels. Nothing is believed of the header's count of frames.
std::vector<float> read_mono(SNDFILE* sound, int channels, const fs::path& file) {
  constexpr sf_count_t block = 1 << 14;
  std::vector<float> buffer(static_cast<size_t>(block * channels)), mono;
  const size_t width = static_cast<size_t>(channels);
  for (sf_count_t count = 0; (count = sf_readf_float(sound, buffer.data(), block)) > 0;) {
    for (size_t frame = 0; frame < static_cast<size_t>(count); ++frame) {
      float sum = 0;
      for (size_t channel = 0; channel < width; ++channel) sum += buffer[frame * width + channel];
      if (!std::isfinite(sum)) {
        throw data_error("a recording has a sample that is no number",
                         fmt::format("{} at frame {} of {}", sum, mono.size(), file.string()),
                         "finite samples", "write the file again, or remove it");
      }
      mono.push_back(sum / static_cast<float>(channels));
    }
    if (mono.size() > most_frames) {
      throw data_error("a recording is too long", file.string(),
                       fmt::format("at most {} frames", thousands(static_cast<long>(most_frames))),
                       "cut it into parts");
    }
  }
  if (mono.empty()) {
    throw data_error("a recording has no samples", file.string(), "at least one",
                     "record it again, or remove the file");
  }
  return mono;
}

at::Tensor resample(std::vector<float>& audio, long from, long to, const fs::path& file) {
  const double ratio = static_cast<double>(to) / static_cast<double>(from);
  auto resampled = torch::empty({std::lround(std::ceil(static_cast<double>(audio.size()) * ratio))});
  SRC_DATA data{};
  data.data_in = audio.data();
  data.input_frames = static_cast<long>(audio.size());
  data.data_out = resampled.data_ptr<float>();
  data.output_frames = resampled.numel();
  data.src_ratio = ratio;
  if (const int error = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1); error != 0) {
    throw data_error("a recording cannot be resampled", file.string(), fmt::format("{} Hz", to),
                     src_strerror(error));
  }
  return resampled.narrow(0, 0, data.output_frames_gen);
}

}  // namespace

Audio read_audio(const fs::path& file, long sample_rate) {
  SF_INFO info{};
  const Sound sound = open_sound(file, info);
  std::vector<float> mono = read_mono(sound.get(), info.channels, file);
  const bool cut = static_cast<sf_count_t>(mono.size()) < info.frames || log_tells_of_cut(sound.get());
  if (info.samplerate != sample_rate) return {resample(mono, info.samplerate, sample_rate, file), cut};
  return {torch::tensor(mono), cut};
}

at::Tensor read_clip(const fs::path& file, long sample_rate) { return read_audio(file, sample_rate).samples; }

at::Tensor fit_clip(const at::Tensor& audio, long samples) {
  const long surplus = audio.size(0) - samples;
  if (surplus <= 0) {
    const long before = -surplus / 2;
    return torch::constant_pad_nd(audio, {before, -surplus - before});
  }
  const auto energy_before = torch::constant_pad_nd(audio.to(torch::kDouble).square().cumsum(0), {1, 0});
  const auto energy = energy_before.slice(0, samples) - energy_before.slice(0, 0, surplus + 1);
  const double* at = energy.data_ptr<double>();
  long first = energy.argmax().item<long>(), last = first;
  const double loud = 0.99 * at[first];
  while (first > 0 && at[first - 1] >= loud) --first;
  while (last < surplus && at[last + 1] >= loud) ++last;
  return audio.narrow(0, (first + last) / 2, samples);
}

at::Tensor to_int16(const at::Tensor& audio) {
  return (audio * 32768).round_().clamp_(-32768, 32767).to(torch::kShort);
}

}  // namespace actlab
