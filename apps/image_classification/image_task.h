#pragma once

#include "lib/experiment/task.h"

namespace actlab {

/// Single-label classification of images of one size.
class ImageTask : public Task {
 public:
  std::string name() const override { return "image_classification"; }
  std::string primary_metric() const override { return "accuracy"; }
  /// Half a percentage point of accuracy and macro F1: what published image classifiers compete for. One of
  /// calibration error and 0.02 nats of log loss (one example in 50 a nat better).
  double practical_threshold(const std::string& metric) const override;
  std::vector<ModelInfo> models() const override;
  /// Keys of its own: image_size and grey, for folders of image files.
  Dataset load(const nlohmann::json& request) const override;
  std::shared_ptr<Network> build(const Spec& model, const ActivationChoice& activation,
                                 const nlohmann::json& facts) const override;
  Objective objective(const nlohmann::json& facts, const Hyperparameters& hyper) const override;
};

}  // namespace actlab
