#pragma once

#include <vector>

#include "lib/experiment/task.h"

namespace actlab {

/// A domain's list of models (name, description, arguments) as Task::models() gives it.
template <typename Model>
std::vector<ModelInfo> model_infos(const std::vector<Model>& models) {
  std::vector<ModelInfo> infos;
  for (const auto& model : models) infos.push_back({model.name, model.description, model.arguments});
  return infos;
}

}  // namespace actlab
