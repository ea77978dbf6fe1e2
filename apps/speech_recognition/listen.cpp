#include <torch/torch.h>

#include <cmath>

#include "apps/speech_recognition/stream.h"
#include "datasets/speech/speech.h"

namespace actlab {
namespace {

constexpr long batch = 64;  // windows that the network sees at once

/// Probabilities, double [windows, classes], of clips [windows, samples].
at::Tensor probabilities(const Recogniser& recogniser, const at::Tensor& clips) {
  return torch::softmax(recogniser.judge(recogniser.hear(clips)).to(torch::kDouble), 1);
}

}  // namespace

double listen(const Recogniser& recogniser, const Sound& sound, double every, const DetectorOptions& options,
              const std::function<void(const Detection&)>& on_word,
              const std::function<void(double)>& on_block) {
  const torch::NoGradGuard no_grad;
  const long samples = recogniser.format().samples;
  const auto rate = static_cast<double>(recogniser.format().features.sample_rate);
  const long step = std::max(1L, std::lround(every * rate));
  Detector detector(recogniser.words(), options);
  auto ready = torch::zeros({0});
  long begin = 0, length = 0;  // of the next window; of all that was read
  for (bool more = true; more;) {
    const auto block = sound(batch * step);
    more = block.size(0) == batch * step;
    length += block.size(0);
    ready = torch::cat({ready, block});
    if (!more && length < samples) ready = fit_clip(ready, samples);
    if (ready.size(0) < samples) continue;
    const auto heard = probabilities(recogniser, ready.unfold(0, samples, step));
    for (long i = 0; i < heard.size(0); ++i, begin += step) {
      const double middle = static_cast<double>(begin) + static_cast<double>(std::min(samples, length)) / 2;
      if (const auto word = detector.hear(middle / rate, heard[i])) on_word(*word);
    }
    ready = ready.slice(0, heard.size(0) * step).clone();
    on_block(static_cast<double>(length) / rate);
  }
  return static_cast<double>(length) / rate;
}

}  // namespace actlab
