#pragma once

#include "datasets/speech/speech_set.h"
#include "lib/experiment/task.h"

namespace actlab {

/// Which of a list of words, or none of them, a clip of sound holds.
class SpeechTask : public Task {
 public:
  std::string name() const override { return "speech_recognition"; }
  std::string primary_metric() const override { return "accuracy"; }
  /// Half a percentage point of accuracy and macro F1: what published keyword recognisers compete for, and
  /// about one clip in 200. One of calibration error and 0.02 nats of log loss.
  double practical_threshold(const std::string& metric) const override;
  std::vector<ModelInfo> models() const override;
  /// Keys of its own, all of them optional: seconds, sample_rate, leave_out, words (a list with commas),
  /// unknown and silence (datasets/speech/speech.h); window (40), hop (20), mels, mfcc, pcen
  /// (datasets/speech/features.h); augment (augmentation.h). `facts` of a trained model instead, to measure
  /// it with its own words and features, and `unseen` where it was trained on other data.
  ///
  /// A window of 40 ms every 20 ms gives the 49 frames a second of Hello Edge (Zhang et al. 2017), which cost
  /// half of the 98 that 25 and 10 ms give.
  ///
  /// Inputs are features [N, channels, frames], and with noise augmentation the audio beside them.
  Dataset load(const nlohmann::json& request) const override;
  std::shared_ptr<Network> build(const Spec& model, const ActivationChoice& activation,
                                 const nlohmann::json& facts) const override;
  Objective objective(const nlohmann::json& facts, const Hyperparameters& hyper) const override;
};

/// The recordings that Task::load computes features of.
SpeechSet load_recordings(const nlohmann::json& request);

}  // namespace actlab
