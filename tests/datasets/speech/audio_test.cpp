#include <gmock/gmock.h>
#include <torch/torch.h>

#include <limits>

#include "datasets/speech/speech.h"
#include "tests/datasets/speech/sounds.h"

namespace actlab::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Recording : public Folder {
 protected:
  at::Tensor read(const std::vector<float>& samples, int format, int rate = 16000, int channels = 1) {
    write_sound(folder_ / "sound", samples, rate, format, channels);
    return read_clip(folder_ / "sound", 16000);
  }
  std::string refusal(const Bytes& bytes) {
    write(folder_ / "sound.wav", bytes);
    return data_message([&] { read_clip(folder_ / "sound.wav", 16000); });
  }
  /// The bytes of a 16-bit WAV file of one second; its header takes 44 of them.
  Bytes wav() {
    write_sound(folder_ / "whole.wav", tone(440));
    return read_bytes(folder_ / "whole.wav");
  }
};

TEST_F(Recording, IsTheSameInEveryFormatToRounding) {
  const auto signal = tone(440, 1, 0.7);
  const auto expected = to_int16(torch::tensor(signal)).to(torch::kLong);
  const auto error_of = [&](int format) {
    const auto samples = to_int16(read(signal, format));
    EXPECT_EQ(samples.sizes(), expected.sizes());
    return (samples.to(torch::kLong) - expected).abs().max().item<long>();
  };
  EXPECT_EQ(error_of(SF_FORMAT_WAV | SF_FORMAT_FLOAT), 0);
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_PCM_24,
                           SF_FORMAT_FLAC | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_16})
    EXPECT_LE(error_of(format), 1) << std::hex << format;
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_U8, SF_FORMAT_FLAC | SF_FORMAT_PCM_S8})
    EXPECT_LE(error_of(format), 256) << std::hex << format;  // a step of 8 bits
}

TEST_F(Recording, MixesChannels) {
  std::vector<float> stereo;
  for (const float sample : tone(440)) stereo.insert(stereo.end(), {sample, sample / 2});
  const auto mono = read(stereo, SF_FORMAT_WAV | SF_FORMAT_FLOAT, 16000, 2);
  EXPECT_TRUE(torch::allclose(mono, 0.75 * torch::tensor(tone(440)), 0, 1e-6));
}

TEST_F(Recording, IsResampled) {
  for (const int rate : {8000, 22050, 44100, 48000}) {
    const auto audio = read(tone(440, 1, 0.5, rate), SF_FORMAT_WAV | SF_FORMAT_FLOAT, rate);
    ASSERT_NEAR(static_cast<double>(audio.size(0)), 16000, 2) << rate;
    const auto inner = audio.slice(0, 1000, 15000) - torch::tensor(tone(440)).slice(0, 1000, 15000);
    EXPECT_LT(inner.abs().max().item<float>(), 1e-3) << rate;
  }
  // What lies above half the new rate must not come back below it.
  EXPECT_LT(read(tone(12000, 1, 0.5, 48000), SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000)
                .slice(0, 1000, 15000)
                .abs()
                .max()
                .item<float>(),
            1e-3);
}

TEST_F(Recording, IsClippedWhereItIsTooLoud) {
  const auto samples = to_int16(read(tone(440, 1, 3), SF_FORMAT_WAV | SF_FORMAT_FLOAT));
  EXPECT_EQ(samples.max().item<int>(), 32767);
  EXPECT_EQ(samples.min().item<int>(), -32768);
}

TEST_F(Recording, NamesWhatIsNoAudio) {
  EXPECT_THAT(refusal({'h', 'e', 'l', 'l', 'o'}), AllOf(HasSubstr("no recording"), HasSubstr("sound.wav")));
  EXPECT_THAT(refusal({}), HasSubstr("no recording"));
  Bytes header = wav();
  header.resize(20);
  EXPECT_THAT(refusal(header), HasSubstr("no recording"));
  EXPECT_THAT(data_message([&] { read_clip(folder_ / "none.wav", 16000); }), HasSubstr("none.wav"));
  EXPECT_THAT(data_message([&] { read_clip(folder_, 16000); }), HasSubstr(folder_.string()));
}

TEST_F(Recording, NamesWhatHasNoSamples) {
  Bytes header = wav();
  header.resize(44);
  EXPECT_THAT(refusal(header), AllOf(HasSubstr("no samples"), HasSubstr("sound.wav")));
}

TEST_F(Recording, NamesAbsurdHeaders) {
  Bytes slow = wav();
  slow[24] = 1;  // 1 Hz
  slow[25] = slow[26] = slow[27] = 0;
  EXPECT_THAT(refusal(slow), AllOf(HasSubstr("1 Hz"), HasSubstr("2,000 to 384,000 Hz")));
  Bytes wide = wav();
  wide[22] = 100;  // channels
  wide[32] = 200;  // bytes a frame
  EXPECT_THAT(refusal(wide), HasSubstr("100 channels"));
}

TEST_F(Recording, NamesSamplesThatAreNoNumbers) {
  for (const float wrong :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    auto samples = tone(440);
    samples[777] = wrong;
    EXPECT_THAT(data_message([&] { read(samples, SF_FORMAT_WAV | SF_FORMAT_FLOAT); }),
                HasSubstr("frame 777"));
  }
}

TEST_F(Recording, IsUsedAsFarAsItGoes) {
  Bytes cut = wav();
  cut.resize(44 + 2 * 5000);
  write(folder_ / "cut.wav", cut);
  EXPECT_EQ(read_clip(folder_ / "cut.wav", 16000).size(0), 5000);
}

TEST(FitClip, PutsAShortRecordingInTheMiddle) {
  EXPECT_TRUE(
      torch::equal(fit_clip(torch::ones(3), 8), torch::tensor({0.F, 0.F, 1.F, 1.F, 1.F, 0.F, 0.F, 0.F})));
  EXPECT_TRUE(torch::equal(fit_clip(torch::arange(4.0F), 4), torch::arange(4.0F)));
}

TEST(FitClip, TakesTheLoudestPart) {
  auto audio = torch::full({1000}, 0.01F);
  audio.slice(0, 640, 700).fill_(0.9F);
  audio.slice(0, 100, 160).fill_(0.5F);
  const auto clip = fit_clip(audio, 200);
  EXPECT_EQ(clip.size(0), 200);
  EXPECT_TRUE((clip.slice(0, 70, 130) > 0.8).all().item<bool>());  // in the middle
  EXPECT_EQ(fit_clip(torch::zeros(1000), 200).size(0), 200);
}

}  // namespace
}  // namespace actlab::test
