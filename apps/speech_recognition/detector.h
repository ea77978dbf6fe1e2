#pragma once

#include <ATen/core/Tensor.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace actlab {

struct DetectorOptions {
  double span = 0.5;       // seconds over which probabilities are averaged
  double threshold = 0.7;  // average at which a word counts as heard
  double refractory = 1;   // seconds after a word in which no other is heard
};

/// A word heard in a long recording.
struct Detection {
  double time;  // seconds: the middle of the windows that were averaged
  std::string word;
  double probability;  // averaged
};

/// Turns the probabilities of windows that slide over a recording into words: they are averaged over a span
/// (posterior smoothing of Chen et al. 2014, Small-footprint keyword spotting using deep neural networks),
/// and the most probable word is heard where its average reaches the threshold, unless another was heard
/// within the refractory time (as the streaming test of Speech Commands has it, Warden 2018). `_silence_` and
/// `_unknown_` are never heard.
class Detector {
 public:
  Detector(std::vector<std::string> words, const DetectorOptions& options);

  /// `probabilities`: double [classes], of a window with its middle at `time`; times increase.
  std::optional<Detection> hear(double time, const at::Tensor& probabilities);

 private:
  std::vector<std::string> words_;
  DetectorOptions options_;
  at::Tensor heard_;  // bool [classes]: classes that are words
  std::deque<std::pair<double, at::Tensor>> windows_;
  std::optional<double> last_;
};

}  // namespace actlab
