#include "apps/click_recommendation/trained_model.h"

#include <torch/torch.h>

#include "apps/click_recommendation/click_task.h"
#include "lib/core/runtime.h"

namespace actlab {

void add_model_flags(CLI::App& command, ModelOptions& options) {
  command.add_option("--load", options.load, "checkpoint of `train --save`")->required();
  command.add_option("--format", options.format, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}));
  command.add_option("--device", options.device, "auto, cpu, cuda or cuda:i");
  command.add_option("--threads", options.threads)->check(CLI::Range(1, 1024));
}

void add_events_flags(CLI::App& command, ModelOptions& options) {
  command.add_option("--dataset", options.dataset, "events [those that the model was trained on]");
  command.add_option("--data-dir", options.data_dir,
                     "where data sets stand in folders of their names [$ACTLAB_DATA]");
}

TrainedModel::TrainedModel(const ModelOptions& options)
    : options_(options),
      device_(device_or_say(options.device)),
      model_(load_model(ClickTask(), options.load, device_)),
      shape_(shape_of(facts())) {
  set_threads(options.threads);
}

nlohmann::json TrainedModel::request() const {
  Flags flags;
  flags.dataset = options_.dataset;
  flags.data_dir = options_.data_dir;
  return evaluation_request(model_.description, data_request(flags));
}

at::Tensor TrainedModel::probabilities(const ClickRows& rows) {
  constexpr long batch_size = 4096;  // activations of wide layers stay in the cache
  const torch::NoGradGuard no_grad;
  std::vector<at::Tensor> parts;
  for (long first = 0; first < rows.count(); first += batch_size) {
    const long last = std::min(first + batch_size, rows.count());
    const auto logits = network().forward(
        {rows.tokens.slice(0, first, last).to(device_), rows.numbers.slice(0, first, last).to(device_)});
    parts.push_back(logits.to(torch::kCPU, torch::kDouble).sigmoid());
  }
  return parts.empty() ? torch::zeros({0}, torch::kDouble) : torch::cat(parts);
}

}  // namespace actlab
