#pragma once

#include "datasets/clicks/clicks.h"
#include "lib/experiment/task.h"
#include "models/recommendation/recommendation.h"

namespace actlab {

/// What a request for ClickTask::load says to load_clicks().
ClickRequest click_request(const nlohmann::json& request);

/// What models must know, as the facts of a data set or of a checkpoint say.
ClickShape shape_of(const nlohmann::json& facts);

/// Will this user click on this item? Log-odds from what is known of both.
class ClickTask : public Task {
 public:
  std::string name() const override { return "click_recommendation"; }
  std::string primary_metric() const override { return "auc"; }
  /// 0.001 of AUC and of log loss, which the field calls practically significant (Cheng et al. 2016, Wide &
  /// deep learning; Wang et al. 2017, Deep & cross network; Zhu et al. 2021, Open benchmarking for
  /// click-through rate prediction). Relative information gain is log loss over an entropy of about half a
  /// nat: 0.002. 0.005 of calibration error. Calibration itself ranks nothing: 1 is best.
  double practical_threshold(const std::string& metric) const override;
  std::vector<ModelInfo> models() const override;
  /// Keys of its own, all of them optional: schema, split, min_count, hash_buckets and history
  /// (datasets/clicks/clicks.h); `facts` of a trained model instead, to measure it, and `unseen` where it was
  /// trained on other data. Throws a data error where a part has clicks only, or none.
  Dataset load(const nlohmann::json& request) const override;
  std::shared_ptr<Network> build(const Spec& model, const ActivationChoice& activation,
                                 const nlohmann::json& facts) const override;
  /// Binary cross entropy; label smoothing s makes s/2 and 1 − s/2 of the labels 0 and 1.
  Objective objective(const nlohmann::json& facts, const Hyperparameters& hyper) const override;
};

}  // namespace actlab
