#include "apps/image_classification/program.h"

#include "apps/common/data_command.h"
#include "apps/image_classification/image_task.h"
#include "apps/image_classification/predict.h"
#include "lib/cli/domain.h"

namespace actlab {

int run_image_classification(int argc, char** argv) {
  const ImageTask task;
  Flags defaults;
  defaults.dataset = "glyphs";
  defaults.model = "mlp:depth=3";
  Domain domain(task, "Which activation function should an image classifier use?", defaults);
  domain.add_commands([](CLI::App& command, nlohmann::json& request) {
    command
        .add_option_function<long>(
            "--image-size", [&](long size) { request["image_size"] = size; },
            "folders of image files: side in pixels")
        ->check(CLI::Range(8L, 1024L))
        ->group("Data");
    command
        .add_flag_callback(
            "--grey", [&] { request["grey"] = true; }, "folders of image files: one channel")
        ->group("Data");
  });

  DataOptions data;
  add_data_command(domain.program(), data);

  PredictOptions options;
  auto& command = domain.program().add_command("predict", "name what is on pictures, with a saved model",
                                               [&] { return predict(task, options); });
  command.add_option("--load", options.load, "checkpoint of `train --save`")->required();
  command.add_option("--top", options.top, "classes to show")->check(CLI::Range(1L, 1'000'000L));
  command.add_option("--format", options.format, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}));
  command.add_option("--device", options.device, "auto, cpu, cuda or cuda:i");
  command.add_option("files", options.files, "image files of any size")->required();
  return domain.program().run(argc, argv);
}

}  // namespace actlab
