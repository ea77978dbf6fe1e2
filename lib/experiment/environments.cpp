#include "lib/experiment/environments.h"

#include "lib/core/error.h"

namespace actlab {
namespace {

std::string text_of(const nlohmann::json& environment, const char* key) {
  if (!environment.contains(key)) return "not stated";
  const auto& value = environment[key];
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

std::string differences_of(const std::set<nlohmann::json>& environments) {
  std::vector<std::string> differences;
  for (const auto* key :
       {"kernels", "libtorch", "blas", "threads", "device", "cpu", "instruction_set", "build_type"}) {
    std::set<std::string> values;
    for (const auto& environment : environments) values.insert(text_of(environment, key));
    if (values.size() > 1)
      differences.push_back(std::string(key) + ": " + join({values.begin(), values.end()}));
  }
  return join(differences, "; ");
}

}  // namespace actlab
