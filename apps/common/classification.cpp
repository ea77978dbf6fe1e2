#include "apps/common/classification.h"

#include <torch/torch.h>

#include "lib/core/error.h"

namespace actlab {

Objective classification_objective(long classes, const Hyperparameters& hyper, bool with_auc) {
  const auto options =
      torch::nn::functional::CrossEntropyFuncOptions().label_smoothing(hyper.label_smoothing);
  return {[options](const at::Tensor& outputs, const at::Tensor& targets) {
            return torch::nn::functional::cross_entropy(outputs, targets, options);
          },
          [=] { return std::make_unique<ClassificationMetrics>(classes, with_auc); }, "accuracy", true};
}

double find_threshold(const std::string& metric, const std::map<std::string, double>& thresholds) {
  const auto found = thresholds.find(metric);
  if (found != thresholds.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, threshold] : thresholds) names.push_back(name);
  throw unknown_name("metric", metric, names);
}

at::Tensor lead(const at::Tensor& logits, const at::Tensor& winners) {
  const auto chosen = winners.expand({logits.size(0)}).unsqueeze(1);
  const auto logit = logits.gather(1, chosen).squeeze(1);
  return logit - (logits.sum(1) - logit) / static_cast<double>(logits.size(1) - 1);
}

std::vector<Guess> most_probable(const at::Tensor& logits, const std::vector<std::string>& names, long top) {
  const auto probabilities = torch::softmax(logits.to(torch::kDouble).cpu(), -1);
  const auto [values, classes] = probabilities.topk(std::min(top, static_cast<long>(names.size())));
  std::vector<Guess> guesses;
  for (long i = 0; i < values.size(0); ++i) {
    guesses.push_back({names.at(static_cast<size_t>(classes[i].item<long>())), values[i].item<double>()});
  }
  return guesses;
}

nlohmann::json to_json(const std::vector<Guess>& guesses) {
  auto classes = nlohmann::json::array();
  for (const auto& guess : guesses)
    classes.push_back({{"class", guess.name}, {"probability", guess.probability}});
  return classes;
}

}  // namespace actlab
