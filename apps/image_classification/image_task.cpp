#include "apps/image_classification/image_task.h"

#include <torch/torch.h>

#include "apps/common/classification.h"
#include "apps/common/model_infos.h"
#include "datasets/images/images.h"
#include "models/vision/vision.h"

namespace actlab {
namespace {

/// Mean and deviation of each channel in bytes, from its histogram; a channel of one value gets deviation 1.
void add_statistics(const at::Tensor& images, nlohmann::json& facts) {
  const auto levels = torch::arange(256, torch::kDouble);
  for (long channel = 0; channel < images.size(1); ++channel) {
    const auto counts = torch::bincount(images.select(1, channel).flatten(), {}, 256).to(torch::kDouble);
    const auto weights = counts / counts.sum();
    const double mean = (weights * levels).sum().item<double>();
    const double variance = (weights * (levels - mean).square()).sum().item<double>();
    facts["mean"].push_back(mean);
    facts["deviation"].push_back(variance > 0 ? std::sqrt(variance) : 1.0);
  }
}

nlohmann::json describe(const ImageSet& set) {
  nlohmann::json facts = {{"input", set.train.images.sizes().slice(1).vec()},
                          {"class_names", set.class_names}};
  add_statistics(set.train.images, facts);
  return facts;
}

}  // namespace

std::vector<ModelInfo> ImageTask::models() const { return model_infos(vision_models()); }

Dataset ImageTask::load(const nlohmann::json& request) const {
  ImageRequest images;
  images.dataset = request.at("dataset");
  images.data_directory = request.at("data_directory").get<std::string>();
  images.train_limit = request.at("train_limit");
  images.test_limit = request.at("test_limit");
  images.image_size = request.value("image_size", images.image_size);
  images.grey = request.value("grey", images.grey);
  const auto set = load_images(images);
  return {set.name,     set.fingerprint(),
          set.note,     {{set.train.images}, set.train.labels},
          {},           {{set.test.images}, set.test.labels},
          describe(set)};
}

std::shared_ptr<Network> ImageTask::build(const Spec& model, const ActivationChoice& activation,
                                          const nlohmann::json& facts) const {
  const auto& input = facts.at("input");
  return build_vision_model(
      model, activation,
      {input.at(0), input.at(1), input.at(2), static_cast<long>(facts.at("class_names").size()),
       facts.at("mean"), facts.at("deviation")});
}

Objective ImageTask::objective(const nlohmann::json& facts, const Hyperparameters& hyper) const {
  return classification_objective(static_cast<long>(facts.at("class_names").size()), hyper,
                                  /*with_auc=*/false);
}

double ImageTask::practical_threshold(const std::string& metric) const {
  return find_threshold(metric,
                        {{"accuracy", 0.005}, {"macro_f1", 0.005}, {"ece", 0.01}, {"log_loss", 0.02}});
}

}  // namespace actlab
