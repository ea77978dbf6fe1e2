#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/activations/catalogue.h"
#include "lib/core/spec.h"
#include "lib/layers/network.h"

namespace actlab {

/// What a speech model must know about the features of its clips.
struct SpeechShape {
  long channels = 40;  // mel bands, or coefficients
  long frames = 98;
  long classes = 10;
  std::vector<double> mean;       // per channel, of the training features
  std::vector<double> deviation;  // per channel, > 0
};

/// One line of the list of speech models.
struct SpeechModel {
  std::string name;
  std::string description;  // one line, with the paper
  std::string arguments;    // as printed by `models`
  std::shared_ptr<Network> (*build)(const Spec& model, const ActivationChoice& activation,
                                    const SpeechShape& shape);
};

/// Every model; read it from top to bottom.
const std::vector<SpeechModel>& speech_models();

/// Builds a model by spec, e.g. `ds_cnn:size=s`. Input of its forward: one tensor, features float [N,
/// channels, frames]; output: logits [N, classes]. Weights are LibTorch's defaults until initialise() sets
/// them. Throws a usage error for an unknown model, argument or value, or clips too short or with too few
/// channels for the model.
std::shared_ptr<Network> build_speech_model(const Spec& model, const ActivationChoice& activation,
                                            const SpeechShape& shape);

}  // namespace actlab
