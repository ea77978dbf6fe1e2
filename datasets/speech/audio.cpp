#include <fmt/format.h>
#include <samplerate.h>
#include <sndfile.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "datasets/speech/recordings.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr int most_channels = 32, lowest_rate = 2'000, highest_rate = 384'000;
constexpr long most_samples = 1L << 27;

struct CloseSound {
  void operator()(SNDFILE* sound) const { sf_close(sound); }
};
using SoundFile = std::unique_ptr<SNDFILE, CloseSound>;

SoundFile open_sound(const fs::path& file, SF_INFO& info) {
  SoundFile sound(sf_open(file.c_str(), SFM_READ, &info));
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

struct CloseConverter {
  void operator()(SRC_STATE* converter) const { src_delete(converter); }
};
using Converter = std::unique_ptr<SRC_STATE, CloseConverter>;

}  // namespace

/// Nothing is believed of the header's count of frames.
class SoundStream::Source {
 public:
  Source(fs::path file, long sample_rate) : file_(std::move(file)), sound_(open_sound(file_, info_)) {
    ratio_ = static_cast<double>(sample_rate) / info_.samplerate;
    if (info_.samplerate == sample_rate) return;
    int error = 0;
    converter_.reset(src_new(SRC_SINC_MEDIUM_QUALITY, 1, &error));
    check(error);
  }

  at::Tensor next(long samples) {
    while (static_cast<long>(ready_.size()) < samples && !ended_) read_block();
    const auto count = std::min(samples, static_cast<long>(ready_.size()));
    const auto block = torch::from_blob(ready_.data(), {count}).clone();
    ready_.erase(ready_.begin(), ready_.begin() + count);
    return block;
  }

  bool cut() const { return frames_ < info_.frames || log_tells_of_cut(sound_.get()); }

 private:
  void read_block() {
    constexpr sf_count_t block = 1 << 14;
    std::vector<float> frames(static_cast<size_t>(block * info_.channels));
    const sf_count_t count = std::max<sf_count_t>(0, sf_readf_float(sound_.get(), frames.data(), block));
    ended_ = count == 0;
    auto mono = mix(frames, static_cast<size_t>(count));
    if (frames_ == 0) {
      throw data_error("a recording has no samples", file_.string(), "at least one",
                       "record it again, or remove the file");
    }
    if (converter_) {
      resample(mono);
    } else {
      ready_.insert(ready_.end(), mono.begin(), mono.end());
    }
  }

  /// The mean of all channels.
  std::vector<float> mix(const std::vector<float>& frames, size_t count) {
    const auto width = static_cast<size_t>(info_.channels);
    std::vector<float> mono;
    mono.reserve(count);
    for (size_t frame = 0; frame < count; ++frame, ++frames_) {
      float sum = 0;
      for (size_t channel = 0; channel < width; ++channel) sum += frames[frame * width + channel];
      if (!std::isfinite(sum)) {
        throw data_error("a recording has a sample that is no number",
                         fmt::format("{} at frame {} of {}", sum, frames_, file_.string()), "finite samples",
                         "write the file again, or remove it");
      }
      mono.push_back(sum / static_cast<float>(width));
    }
    return mono;
  }

  /// Appends what `mono` becomes at the wanted rate; at the end also what the converter held back.
  void resample(std::vector<float>& mono) {
    std::vector<float> converted(static_cast<size_t>(std::ceil(static_cast<double>(mono.size()) * ratio_)) +
                                 64);
    const float nothing = 0;
    SRC_DATA data{};
    data.data_in = mono.empty() ? &nothing : mono.data();  // without an address it would hold back the end
    data.input_frames = static_cast<long>(mono.size());
    data.data_out = converted.data();
    data.output_frames = static_cast<long>(converted.size());
    data.src_ratio = ratio_;
    data.end_of_input = ended_ ? 1 : 0;
    do {
      check(src_process(converter_.get(), &data));
      ready_.insert(ready_.end(), converted.begin(), converted.begin() + data.output_frames_gen);
      data.data_in += data.input_frames_used;
      data.input_frames -= data.input_frames_used;
    } while (data.input_frames > 0 || data.output_frames_gen > 0);
  }

  void check(int error) const {
    if (error != 0)
      throw data_error("a recording cannot be resampled", file_.string(),
                       fmt::format("{} times its {} Hz", ratio_, info_.samplerate), src_strerror(error));
  }

  fs::path file_;
  SF_INFO info_{};
  SoundFile sound_;
  double ratio_ = 1;
  Converter converter_;    // where the rates differ
  sf_count_t frames_ = 0;  // that were read
  bool ended_ = false;
  std::vector<float> ready_;
};

SoundStream::SoundStream(const fs::path& file, long sample_rate)
    : source_(std::make_unique<Source>(file, sample_rate)) {}
SoundStream::~SoundStream() = default;

at::Tensor SoundStream::next(long samples) { return source_->next(samples); }

bool SoundStream::cut() const { return source_->cut(); }

Audio read_audio(const fs::path& file, long sample_rate) {
  SoundStream stream(file, sample_rate);
  constexpr long block = 1 << 20;
  std::vector<at::Tensor> blocks;
  long samples = 0;
  do {
    blocks.push_back(stream.next(block));
    samples += blocks.back().size(0);
    if (samples > most_samples) {
      throw data_error(
          "a recording is too long", file.string(),
          fmt::format("at most {} samples at {} Hz", thousands(most_samples), thousands(sample_rate)),
          "cut it into parts");
    }
  } while (blocks.back().size(0) == block);
  return {torch::cat(blocks), stream.cut()};
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
