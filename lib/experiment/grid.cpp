#include "lib/experiment/grid.h"

#include "lib/core/error.h"

namespace actlab {

std::vector<RunSpec> make_grid(const Experiment& experiment, const Task& task, const Dataset& data,
                               const nlohmann::json& request) {
  nlohmann::json dataset = {
      {"name", data.name},           {"fingerprint", data.fingerprint},       {"note", data.note},
      {"train", data.train.count()}, {"validation", data.validation.count()}, {"test", data.test.count()}};
  if (!data.ceiling.empty()) dataset["ceiling"] = data.ceiling;
  std::vector<RunSpec> grid;
  for (const auto& model : experiment.models) {
    for (const long seed : experiment.seeds) {
      for (const auto& activation : experiment.activations) {
        grid.push_back({task.name(), dataset, model, activation.text(), seed, experiment.hyper, request,
                        experiment.device, experiment.probes});
      }
    }
  }
  return grid;
}

std::vector<RunSpec> take_shard(const std::vector<RunSpec>& grid, const std::string& text) {
  if (text.empty()) return grid;
  const auto slash = text.find('/');
  if (slash == std::string::npos) {
    throw usage_error("a shard is not of the form i/n", "'" + text + "'", "0/4 to 3/4, say");
  }
  const long count = parse_integer("number of shards", text.substr(slash + 1), 1, 10'000);
  const long index = parse_integer("shard", text.substr(0, slash), 0, count - 1);
  std::vector<RunSpec> part;
  for (size_t i = static_cast<size_t>(index); i < grid.size(); i += static_cast<size_t>(count))
    part.push_back(grid[i]);
  return part;
}

}  // namespace actlab
