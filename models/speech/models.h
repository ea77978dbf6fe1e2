#pragma once

// One builder a model, each in a file of its own; speech.cpp lists them.

#include "models/speech/speech.h"

namespace actlab {

std::shared_ptr<Network> build_speech_dnn(const Spec& model, const ActivationChoice& activation,
                                          const SpeechShape& shape);
std::shared_ptr<Network> build_speech_cnn(const Spec& model, const ActivationChoice& activation,
                                          const SpeechShape& shape);
std::shared_ptr<Network> build_ds_cnn(const Spec& model, const ActivationChoice& activation,
                                      const SpeechShape& shape);
std::shared_ptr<Network> build_crnn(const Spec& model, const ActivationChoice& activation,
                                    const SpeechShape& shape);
std::shared_ptr<Network> build_speech_res(const Spec& model, const ActivationChoice& activation,
                                          const SpeechShape& shape);

}  // namespace actlab
