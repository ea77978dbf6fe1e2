#pragma once

#include <unistd.h>
#include <filesystem>

#include "lib/experiment/task.h"
#include "tests/lib/training/tiny.h"

namespace actlab::test {

/// The smallest task: blobs and a Tiny with batch normalisation and dropout. `model` may be `tiny` or
/// `broken`.
class TinyTask : public Task {
 public:
  std::string name() const override { return "tiny"; }
  std::string primary_metric() const override { return "accuracy"; }
  double practical_threshold(const std::string&) const override { return 0.01; }
  std::vector<ModelInfo> models() const override { return {{"tiny", "a test", ""}}; }
  Dataset load(const nlohmann::json&) const override {
    return {"blobs", "f00d", "", blobs(200), {}, blobs(60, 1), {{"class_names", {"a", "b", "c"}}}};
  }
  std::shared_ptr<Network> build(const Spec& model, const ActivationChoice& activation,
                                 const nlohmann::json&) const override {
    if (model.name == "broken") throw std::runtime_error("out of memory, say");
    last = std::make_shared<Tiny>(activation.text(), true);
    return last;
  }
  Objective objective(const nlohmann::json&, const Hyperparameters&) const override {
    return classification();
  }

  mutable std::shared_ptr<Tiny> last;  // the network of the latest run
};

inline RunSpec tiny_spec(const std::string& activation, long seed = 0) {
  RunSpec spec;
  spec.task = "tiny";
  spec.dataset = {{"name", "blobs"}, {"fingerprint", "f00d"}, {"note", ""},
                  {"train", 200},    {"validation", 0},       {"test", 60}};
  spec.model = {"tiny", {}};
  spec.activation = choice(activation).text();
  spec.seed = seed;
  spec.hyper.epochs = 3;
  spec.hyper.batch_size = 32;
  spec.request = {{"dataset", "blobs"}};
  return spec;
}

/// A record without what the clock and the machine put there.
inline nlohmann::json without_clock(const RunRecord& record) {
  auto json = to_json(record);
  json.erase("timing");
  json.erase("environment");
  for (auto& epoch : json["history"]) epoch.erase("seconds");
  return json;
}

}  // namespace actlab::test
