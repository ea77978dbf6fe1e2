#include "apps/click_recommendation/click_task.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <iostream>

#include "apps/common/classification.h"
#include "apps/common/model_infos.h"
#include "lib/core/error.h"
#include "lib/metrics/binary.h"

namespace actlab {
namespace {

/// Without clicks and others on both sides there is nothing to rank.
Examples examples(const ClickRows& rows, const std::string& part, long block) {
  if (rows.count() == 0) return {};
  const auto clicks = rows.targets.select(1, 0).sum().item<int64_t>();
  if (clicks == 0 || clicks == rows.count()) {
    throw data_error("rows of one class only cannot be ranked",
                     fmt::format("{} clicks among {} {} rows", clicks, rows.count(), part),
                     "rows with and without a click in every part",
                     "raise the limits, choose another --split, or check the label and its threshold");
  }
  return {{rows.tokens, rows.numbers}, rows.targets, {}, block};
}

}  // namespace

ClickRequest click_request(const nlohmann::json& request) {
  ClickRequest clicks;
  clicks.dataset = request.at("dataset");
  clicks.data_directory = request.at("data_directory").get<std::string>();
  clicks.train_limit = request.value("train_limit", 0L);
  clicks.test_limit = request.value("test_limit", 0L);
  clicks.schema = request.value("schema", "");
  clicks.split = request.value("split", "");
  clicks.min_count = request.value("min_count", clicks.min_count);
  clicks.hash_buckets = request.value("hash_buckets", clicks.hash_buckets);
  clicks.history = request.value("history", clicks.history);
  clicks.facts = request.value("facts", nlohmann::json::object());
  clicks.unseen = request.value("unseen", false);
  clicks.say = [](const std::string& line) { std::cerr << line << '\n'; };
  return clicks;
}

ClickShape shape_of(const nlohmann::json& facts) {
  const auto& input = facts.at("input");
  ClickShape shape;
  shape.tokens = input.at("tokens");
  shape.numbers = static_cast<long>(input.at("numbers").size());
  for (const auto& field : input.at("fields")) {
    shape.fields.push_back({field.at("name"), field_kind(field.at("kind")), field.at("first"),
                            field.at("count"), field.value("candidate", -1L)});
  }
  return shape;
}

double ClickTask::practical_threshold(const std::string& metric) const {
  if (metric == "calibration") {
    throw usage_error("calibration ranks nothing", metric, "auc, gauc, log_loss, rig or ece",
                      "ece, which is smaller the better the probabilities fit");
  }
  return find_threshold(
      metric, {{"auc", 0.001}, {"gauc", 0.001}, {"log_loss", 0.001}, {"rig", 0.002}, {"ece", 0.005}});
}

std::vector<ModelInfo> ClickTask::models() const { return model_infos(recommendation_models()); }

Dataset ClickTask::load(const nlohmann::json& request) const {
  const auto set = load_clicks(click_request(request));
  Dataset data;
  data.name = set.name;
  data.fingerprint = set.fingerprint;
  data.note = set.note;
  data.train = examples(set.train, "training", set.block);
  data.validation = examples(set.validation, "validation", set.block);
  data.test = examples(set.test, "test", set.block);
  data.facts = set.facts;
  data.ceiling = set.ceiling;
  return data;
}

std::shared_ptr<Network> ClickTask::build(const Spec& model, const ActivationChoice& activation,
                                          const nlohmann::json& facts) const {
  return build_recommendation_model(model, activation, shape_of(facts));
}

Objective ClickTask::objective(const nlohmann::json&, const Hyperparameters& hyper) const {
  const double smoothing = hyper.label_smoothing;
  return {[smoothing](const at::Tensor& outputs, const at::Tensor& targets) {
            const auto labels = targets.select(1, 0).to(outputs.scalar_type());
            return torch::binary_cross_entropy_with_logits(outputs, labels * (1 - smoothing) + smoothing / 2);
          },
          [] { return std::make_unique<BinaryMetrics>(); }, "auc", true};
}

}  // namespace actlab
