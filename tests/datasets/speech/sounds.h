#pragma once

#include <sndfile.h>

#include <cmath>
#include <iterator>

#include "tests/datasets/helpers.h"

namespace actlab::test {

/// Writes interleaved samples (-1..1) with libsndfile; `format` is one of its SF_FORMAT_ values.
inline void write_sound(const fs::path& file, const std::vector<float>& samples, int rate = 16000,
                        int format = SF_FORMAT_WAV | SF_FORMAT_PCM_16, int channels = 1) {
  fs::create_directories(file.parent_path());
  SF_INFO info{};
  info.samplerate = rate;
  info.channels = channels;
  info.format = format;
  SNDFILE* sound = sf_open(file.c_str(), SFM_WRITE, &info);
  ASSERT_NE(sound, nullptr) << sf_strerror(nullptr);
  sf_command(sound, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  const long count = static_cast<long>(samples.size());
  EXPECT_EQ(sf_write_float(sound, samples.data(), count), count);
  sf_close(sound);
}

/// A sine of `seconds`, as loud as `level`.
inline std::vector<float> tone(double hertz, double seconds = 1, double level = 0.5, int rate = 16000) {
  std::vector<float> samples(static_cast<size_t>(seconds * rate));
  for (size_t i = 0; i < samples.size(); ++i)
    samples[i] =
        static_cast<float>(level * std::sin(2 * 3.14159265358979 * hertz * static_cast<double>(i) / rate));
  return samples;
}

inline Bytes read_bytes(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace actlab::test
