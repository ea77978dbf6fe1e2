#include "datasets/speech/spoken_words.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "datasets/speech/recordings.h"
#include "lib/core/error.h"
#include "lib/core/random.h"

namespace actlab {
namespace {

constexpr long train_clips = 4'000, validation_clips = 500, test_clips = 1'000;
constexpr long first_validation_speaker = 60, first_test_speaker = 70;

/// A room: the sound again and again, sparse at random times and ever fainter (velvet noise, Karjalainen and
/// Järvelainen 2007). `seconds` is the time in which it falls by 60 dB.
void reverberate(Wave& wave, double seconds, double sample_rate, Draws& draws) {
  constexpr double echoes_a_second = 600;
  const Wave direct = wave;
  for (double time = 0.003; time < seconds; time += draws.uniform(0, 2 / echoes_a_second)) {
    const float level =
        static_cast<float>((draws.chance(0.5) ? 0.25 : -0.25) * std::pow(10, -3 * time / seconds));
    const size_t delay = static_cast<size_t>(time * sample_rate);
    for (size_t i = delay; i < wave.size(); ++i) wave[i] += level * direct[i - delay];
  }
}

double power(const Wave& wave) {
  double sum = 0;
  for (const float value : wave) sum += static_cast<double>(value) * value;
  return sum / static_cast<double>(wave.size());
}

void add_tone(Wave& wave, double level, double sample_rate, Draws& draws) {
  const double step = 2 * 3.14159265358979 * draws.uniform(100, 3500) / sample_rate;
  const size_t begin = static_cast<size_t>(draws.uniform(0, 0.8) * static_cast<double>(wave.size()));
  const size_t length = static_cast<size_t>(draws.uniform(0.05, 0.4) * static_cast<double>(wave.size()));
  for (size_t i = begin; i < std::min(wave.size(), begin + length); ++i)
    wave[i] += static_cast<float>(level * std::sin(step * static_cast<double>(i)));
}

/// A word as a microphone in a room hears it.
Wave record(const Wave& word, size_t samples, double sample_rate, Draws& draws) {
  Wave clip(samples);
  const size_t count = std::min(word.size(), samples);
  const size_t place = static_cast<size_t>(draws.uniform(0, 1) * static_cast<double>(samples - count));
  std::copy_n(word.begin(), count, clip.begin() + static_cast<long>(place));
  if (draws.chance(0.6)) reverberate(clip, draws.uniform(0.1, 0.5), sample_rate, draws);
  const double loudness = std::sqrt(power(clip));
  const double level = loudness * std::pow(10, -draws.uniform(-3, 20) / 20);  // signal to noise: -3 to 20 dB
  const Wave noise = coloured_noise(samples, draws);
  for (size_t i = 0; i < samples; ++i) clip[i] += static_cast<float>(level) * noise[i];
  if (draws.chance(0.3)) add_tone(clip, loudness * draws.uniform(0.1, 0.7), sample_rate, draws);
  const float gain = static_cast<float>(std::pow(10, draws.uniform(-36, -18) / 20) / loudness);
  for (float& value : clip) value *= gain;
  return clip;
}

struct Speakers {
  long first, count;
};

SpeechSplit make_split(const std::string& name, const Voice& voice, long count, long seed, const char* part,
                       const Speakers& speakers, long samples, long sample_rate) {
  SpeechSplit split{torch::empty({count, samples}, torch::kShort), torch::empty({count}, torch::kLong),
                    torch::empty({count}, torch::kLong)};
  for (long i = 0; i < count; ++i) {
    Draws draws(fnv1a(fmt::format("{}/{}/{}/{}", name, seed, part, i)));
    const size_t word = static_cast<size_t>(i) % spoken_words.size();
    const long speaker = speakers.first + draws.integer(0, static_cast<int>(speakers.count) - 1);
    const Wave clip = record(voice(word, speaker, draws), static_cast<size_t>(samples),
                             static_cast<double>(sample_rate), draws);
    split.audio[i] = to_int16(torch::tensor(clip));
    split.labels.data_ptr<int64_t>()[i] = static_cast<int64_t>(word);
    split.speakers.data_ptr<int64_t>()[i] = speaker;
  }
  return split;
}

}  // namespace

Wave coloured_noise(size_t samples, Draws& draws) {
  const float memory = static_cast<float>(draws.uniform(0, 0.98));
  Wave noise(samples);
  float state = 0;
  for (float& value : noise) value = state = memory * state + static_cast<float>(draws.bell());
  const float deviation = static_cast<float>(std::sqrt(power(noise)));
  for (float& value : noise) value /= deviation;
  return noise;
}

SpeechSet make_spoken_words(const std::string& name, const Voice& voice, long train, long validation,
                            long test, long seed, long samples, long sample_rate) {
  const auto part = [&](long count, const char* which, const Speakers& speakers) {
    return make_split(name, voice, count, seed, which, speakers, samples, sample_rate);
  };
  SpeechSet set{name,
                "",
                sample_rate,
                part(train, "train", {0, first_validation_speaker}),
                part(validation, "validation",
                     {first_validation_speaker, first_test_speaker - first_validation_speaker}),
                part(test, "test", {first_test_speaker, speaker_count - first_test_speaker}),
                {spoken_words.begin(), spoken_words.end()},
                {}};
  for (long speaker = 0; speaker < speaker_count; ++speaker)
    set.speakers.push_back(fmt::format("{:02}", speaker));
  return set;
}

SpeechSet load_spoken_words(const SpeechRequest& request, long samples, long sample_rate) {
  const std::vector<std::string> words(spoken_words.begin(), spoken_words.end());
  const bool other_words = !request.words.empty() && request.words != words;
  if (!request.leave_out.empty() || other_words || request.silence > 0) {
    throw usage_error("generated words have fixed classes and speakers", request.dataset,
                      "no other words, no silence and no speaker to leave out");
  }
  const auto limited = [](long limit, long count) { return limit == 0 ? count : std::min(limit, count); };
  const std::string version = request.dataset == "words-formant" ? "" : espeak_version();
  const bool espeak = request.dataset == "words-espeak" || !version.empty();
  SpeechSet set = make_spoken_words(espeak ? "words-espeak" : "words-formant",
                                    espeak ? espeak_voice(sample_rate) : formant_voice(0, sample_rate),
                                    limited(request.train_limit, train_clips),
                                    limited(request.test_limit, validation_clips),
                                    limited(request.test_limit, test_clips), 0, samples, sample_rate);
  if (espeak) set.note = "said by espeak-ng " + version;
  return set;
}

}  // namespace actlab
