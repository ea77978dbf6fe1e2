// A small speech synthesiser: a source (glottal pulses, breath, friction) through resonators at the formants,
// in the manner of Klatt (1980), Software for a cascade/parallel formant synthesizer. Vowels have the average
// formants of men that Peterson and Barney (1952) measured. Every speaker has a vocal tract, a pitch, a speed
// and vowels of his own.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "datasets/speech/voice.h"
#include "lib/core/constants.h"
#include "lib/core/random.h"

namespace actlab {
namespace {

constexpr size_t formants = 3;

/// What the vocal tract aims at while it says a sound.
struct Sound {
  std::array<double, formants> formant;  // Hz
  double voice;                          // level of the glottal source
  double friction, friction_at;          // level of noise made in the mouth, and its middle in Hz
  double milliseconds;
};

const std::map<char, Sound> sounds{
    {'E', {{530, 1840, 2480}, 1, 0, 3000, 130}},   {'V', {{640, 1190, 2390}, 1, 0, 3000, 120}},
    {'a', {{730, 1090, 2440}, 1, 0, 3000, 150}},   {'O', {{570, 840, 2410}, 1, 0, 3000, 170}},
    {'o', {{500, 900, 2300}, 1, 0, 3000, 140}},    {'U', {{350, 900, 2240}, 0.8, 0, 3000, 110}},
    {'I', {{350, 2100, 2600}, 0.8, 0, 3000, 110}}, {'y', {{260, 2200, 3000}, 0.7, 0, 3000, 70}},
    {'l', {{330, 1050, 2800}, 0.6, 0, 3000, 80}},  {'r', {{330, 1100, 1500}, 0.7, 0, 3000, 80}},
    {'n', {{250, 1500, 2500}, 0.35, 0, 3000, 90}}, {'s', {{320, 1600, 2500}, 0, 0.5, 5800, 120}},
    {'f', {{320, 1000, 2300}, 0, 0.3, 3600, 110}}, {'_', {{300, 1300, 2400}, 0, 0, 3000, 55}},
    {'b', {{300, 900, 2300}, 0.15, 0, 3000, 50}},  {'p', {{400, 900, 2300}, 0, 1, 1100, 30}},
    {'t', {{400, 1700, 2600}, 0, 1, 4200, 40}},    {'d', {{300, 1700, 2600}, 0.3, 0.8, 3600, 25}},
    {'g', {{300, 1500, 2200}, 0.3, 0.8, 1900, 30}}};

// A stop is its closure ('_' voiceless, 'b' voiced) and its burst; in the order of `spoken_words`.
constexpr std::array<const char*, spoken_words.size()> spellings{"yEs",   "noU", "V_p", "bdaUn",  "lEf_t",
                                                                 "raI_t", "an",  "Of",  "s_ta_p", "bgoU"};

struct Speaker {
  double pitch, tract, speed, breath;
  std::map<char, std::array<double, formants>> accent;  // factors on formants
};

Speaker draw_speaker(long seed, long number) {
  Draws draws(fnv1a(fmt::format("speaker/{}/{}", seed, number)));
  const double size = draws.uniform(0, 1);  // small speakers have high voices, on the whole
  Speaker speaker{100 * std::exp(0.8 * size + 0.15 * draws.bell()),
                  0.95 + 0.25 * size + 0.02 * draws.bell(),
                  draws.uniform(0.75, 1.35),
                  draws.uniform(0.01, 0.12),
                  {}};
  for (const auto& [letter, sound] : sounds) {
    for (double& factor : speaker.accent[letter]) factor = std::exp(0.08 * draws.bell());
  }
  return speaker;
}

/// A second-order resonance with gain 1 at 0 Hz (Klatt 1980, equation 1).
class Resonator {
 public:
  void tune(double frequency, double bandwidth, double rate) {
    const double radius = std::exp(-pi * bandwidth / rate);
    c_ = -radius * radius;
    b_ = 2 * radius * std::cos(2 * pi * std::min(frequency, 0.47 * rate) / rate);
    a_ = 1 - b_ - c_;
  }
  double operator()(double input) {
    const double output = a_ * input + b_ * last_ + c_ * before_;
    before_ = last_;
    return last_ = output;
  }

 private:
  double a_ = 1, b_ = 0, c_ = 0, last_ = 0, before_ = 0;
};

/// The flow's derivative in one period (phase 0..1): it rises, falls and is cut off when the glottis closes
/// (KLGLOTT88, Klatt and Klatt 1990).
double glottal_pulse(double phase) {
  constexpr double open = 0.6;
  const double t = phase / open;
  return t < 1 ? 2 * t - 3 * t * t : 0;
}

class Tract {
 public:
  Tract(const Speaker& speaker, double pitch, double rate, Draws& draws)
      : speaker_(speaker), pitch_(pitch), rate_(rate), draws_(draws) {
    now_ = sounds.at('_');
  }

  /// `begin` and `end`: where in the word the sound stands, 0..1; the pitch falls.
  void say(char letter, double speed, double begin, double end, Wave& wave) {
    Sound aim = sounds.at(letter);
    for (size_t k = 0; k < formants; ++k) aim.formant[k] *= speaker_.tract * speaker_.accent.at(letter)[k];
    const long samples = std::lround(aim.milliseconds / speed * rate_ / 1000);
    for (long i = 0; i < samples; ++i) {
      const double progress = begin + (end - begin) * static_cast<double>(i) / static_cast<double>(samples);
      if (i % step == 0) approach(aim);
      wave.push_back(static_cast<float>(sample(progress)));
    }
  }

 private:
  static constexpr long step = 16;  // samples from one tuning to the next

  /// The tongue takes its time, the larynx less.
  void approach(const Sound& aim) {
    const double slow = 1 - std::exp(-step / (0.022 * rate_)), fast = 1 - std::exp(-step / (0.006 * rate_));
    constexpr std::array<double, formants> bandwidths{70, 100, 150};
    for (size_t k = 0; k < formants; ++k) {
      now_.formant[k] += slow * (aim.formant[k] - now_.formant[k]);
      cascade_[k].tune(now_.formant[k], bandwidths[k], rate_);
    }
    cascade_[formants].tune(3500 * speaker_.tract, 220, rate_);
    now_.voice += fast * (aim.voice - now_.voice);
    now_.friction += fast * (aim.friction - now_.friction);
    friction_.tune(aim.friction_at, 1500, rate_);
  }

  double sample(double progress) {
    phase_ += pitch_ * (1.12 - 0.3 * progress) * (1 + 0.01 * draws_.bell()) / rate_;
    phase_ -= std::floor(phase_);
    const double noise = draws_.bell();
    double output = now_.voice * (glottal_pulse(phase_) + speaker_.breath * noise);
    for (auto& resonator : cascade_) output = resonator(output);
    return output + 0.12 * now_.friction * friction_(noise);
  }

  const Speaker& speaker_;
  double pitch_, rate_, phase_ = 0;
  Draws& draws_;
  Sound now_;
  std::array<Resonator, formants + 1> cascade_;
  Resonator friction_;
};

}  // namespace

Voice formant_voice(long seed, long sample_rate) {
  std::vector<Speaker> speakers;
  for (long number = 0; number < speaker_count; ++number) speakers.push_back(draw_speaker(seed, number));
  return [speakers = std::move(speakers), sample_rate](size_t word, long number, Draws& take) {
    const Speaker& speaker = speakers.at(static_cast<size_t>(number));
    const std::string letters = spellings.at(word);
    Tract tract(speaker, speaker.pitch * std::exp(0.06 * take.bell()), static_cast<double>(sample_rate),
                take);
    const double speed = speaker.speed * std::exp(0.08 * take.bell());
    const double count = static_cast<double>(letters.size());
    Wave wave;
    for (size_t i = 0; i < letters.size(); ++i) {
      const double place = static_cast<double>(i);
      tract.say(letters[i], speed * std::exp(0.1 * take.bell()), place / count, (place + 1) / count, wave);
    }
    float peak = 0;
    for (const float value : wave) peak = std::max(peak, std::abs(value));
    for (float& value : wave) value /= peak;
    return wave;
  };
}

}  // namespace actlab
