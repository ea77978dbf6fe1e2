#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "lib/activations/activation.h"
#include "lib/layers/initialise.h"
#include "models/speech/speech.h"

namespace actlab {

inline ActivationChoice choice_of(const std::string& text) { return resolve_activation(parse_spec(text)); }

/// Features of mean -3 and deviation 2 in every channel.
inline SpeechShape clips(long channels, long frames, long classes = 12) {
  const auto count = static_cast<size_t>(channels);
  return {channels, frames, classes, std::vector<double>(count, -3), std::vector<double>(count, 2)};
}

inline std::shared_ptr<Network> model_of(const std::string& model, const std::string& activation,
                                         const SpeechShape& shape) {
  return build_speech_model(parse_spec(model), choice_of(activation), shape);
}

/// Drawn as training would.
inline std::shared_ptr<Network> ready_model(const std::string& model, const std::string& activation,
                                            const SpeechShape& shape, const std::string& policy = "matched") {
  auto network = model_of(model, activation, shape);
  initialise(*network, policy, choice_of(activation), 1);
  seed_noise(*network, 1);
  return network;
}

/// `count` clips of noise.
inline at::Tensor noise(const SpeechShape& shape, long count) {
  torch::manual_seed(11);
  return torch::randn({count, shape.channels, shape.frames}) * 2 - 3;
}

inline long parameter_count(const Network& network) {
  long count = 0;
  for (const auto& parameter : network.parameters()) count += parameter.numel();
  return count;
}

}  // namespace actlab
