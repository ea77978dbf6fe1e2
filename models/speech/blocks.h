#pragma once

// What the speech models share.

#include <memory>
#include <string>
#include <vector>

#include "lib/layers/convolution.h"
#include "models/speech/speech.h"

namespace actlab {

/// A network over the features of clips: standardises them, then computes logits.
class SpeechNetwork : public Network {
 public:
  explicit SpeechNetwork(const SpeechShape& shape);
  /// inputs: one tensor [N, channels, frames] → [N, classes]. Throws a usage error for other channels or
  /// frames than those of the shape.
  at::Tensor forward(const std::vector<at::Tensor>& inputs) final;

 private:
  virtual at::Tensor logits(const at::Tensor& x) = 0;  // x: [N, channels, frames], standardised
  long frames_;
  std::shared_ptr<Standardise> standardise_;
};

/// [N, channels, frames] → [N, 1, frames, channels]: a picture with a row a frame, as the papers have it.
at::Tensor as_picture(const at::Tensor& x);

/// An argument that is two sizes joined with a dash, `20-8`, each in [1, high].
std::vector<long> pair_argument(const Spec& model, const std::string& key, const std::string& fallback,
                                long high);

/// Throws a usage error unless there are as many frames and channels.
void require_size(const Spec& model, const SpeechShape& shape, long frames, long channels);

}  // namespace actlab
