#include "apps/reproduce/measurements.h"

#include <iostream>

#include "lib/cli/progress.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/interrupt.h"
#include "lib/core/runtime.h"

namespace actlab {

const std::vector<Measurement>& measurements() {
  static const std::vector<Measurement> list = {
      {"ranges", measure_ranges},
      {"softmax", measure_softmax},
      {"slopes", measure_slopes},
      {"propagation", measure_propagation},
      {"scale", measure_scale},
      {"linearity", measure_linearity},
      {"linear-maps", measure_linear_maps},
      {"boundaries", measure_boundaries},
      {"capacity", measure_capacity},
      {"speed", measure_speed},
  };
  return list;
}

void measure_missing(const std::filesystem::path& folder, bool quiet) {
  make_writable_folder(folder);
  set_threads(1);
  const StatusLine status(quiet);
  for (const auto& [name, measure] : measurements()) {
    const auto file = folder / (name + ".json");
    if (interrupts() > 0 || std::filesystem::exists(file)) continue;
    status.show("measuring " + name);
    nlohmann::json result = {{"environment", environment()}, {"result", measure()}};
    write_atomically(file, result.dump(1));
  }
}

nlohmann::json read_measurement(const std::filesystem::path& folder, const std::string& name) {
  const auto file = folder / (name + ".json");
  if (!std::filesystem::exists(file))
    throw data_error("a measurement was not made", file.string(), "", "`reproduce run` makes it");
  const auto content = nlohmann::json::parse(read_file(file), nullptr, false);
  if (!content.is_object() || !content.contains("result"))
    throw data_error("a measurement is damaged", file.string(), "",
                     "delete it; `reproduce run` makes it again");
  return content["result"];
}

std::vector<ActivationChoice> article_activations() { return resolve_activations("article"); }

}  // namespace actlab
