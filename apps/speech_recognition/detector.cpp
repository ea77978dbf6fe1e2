#include "apps/speech_recognition/detector.h"

#include <torch/torch.h>

namespace actlab {

Detector::Detector(std::vector<std::string> words, const DetectorOptions& options)
    : words_(std::move(words)),
      options_(options),
      heard_(torch::ones({static_cast<long>(words_.size())}, torch::kBool)) {
  for (size_t i = 0; i < words_.size(); ++i) {
    if (words_[i] == "_silence_" || words_[i] == "_unknown_") heard_[static_cast<long>(i)] = false;
  }
}

std::optional<Detection> Detector::hear(double time, const at::Tensor& probabilities) {
  constexpr double rounding = 1e-9;
  windows_.emplace_back(time, probabilities);
  while (windows_.front().first < time - options_.span + rounding) windows_.pop_front();
  if (last_ && time < *last_ + options_.refractory - rounding) return {};
  auto sum = torch::zeros_like(probabilities);
  for (const auto& [when, values] : windows_) sum += values;
  const auto average = (sum / static_cast<double>(windows_.size())).where(heard_, torch::zeros_like(sum));
  const auto best = average.argmax().item<int64_t>();
  const double probability = average[best].item<double>();
  if (probability < options_.threshold) return {};
  last_ = time;
  return Detection{(windows_.front().first + time) / 2, words_[static_cast<size_t>(best)], probability};
}

}  // namespace actlab
