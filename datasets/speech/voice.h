#pragma once

// The two synthesisers behind the generated words, and the noise that they are heard in.

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "datasets/draws.h"

namespace actlab {

using Wave = std::vector<float>;

/// The words of every generated set: the ten commands of Speech Commands.
inline constexpr std::array spoken_words{"yes",   "no", "up",  "down", "left",
                                         "right", "on", "off", "stop", "go"};
inline constexpr long speaker_count = 100;

/// A word said once by one of `speaker_count` speakers, without silence around it; peak 1. What differs from
/// take to take comes from the draws.
using Voice = std::function<Wave(size_t word, long speaker, Draws& take)>;

/// A source-filter synthesiser after Klatt (1980); see formant_voice.cpp. Speakers depend on `seed`.
Voice formant_voice(long seed, long sample_rate);

/// The version that the program espeak-ng states, e.g. "1.51"; empty where it is not installed.
std::string espeak_version();

/// Words said by espeak-ng, synthesised into the cache on the first call. Throws a usage error where that
/// program is not installed.
Voice espeak_voice(long sample_rate);

/// Noise between white and brown, with deviation 1.
Wave coloured_noise(size_t samples, Draws& draws);

}  // namespace actlab
