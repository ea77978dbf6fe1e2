#pragma once

#include "datasets/speech/speech.h"
#include "datasets/speech/voice.h"

namespace actlab {

/// The generated sets: load_speech for tones-and-words, words-espeak and words-formant.
SpeechSet load_spoken_words(const SpeechRequest& request, long samples, long sample_rate);

/// Ten words by speakers of their own in each split, at random places in the clip, with reverberation, noise
/// and tones. Clip i of a split depends on voice, seed, split and i alone.
SpeechSet make_spoken_words(const std::string& name, const Voice& voice, long train, long validation,
                            long test, long seed, long samples, long sample_rate);

}  // namespace actlab
