#include "apps/image_classification/predict.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <iostream>

#include "apps/common/classification.h"
#include "datasets/images/images.h"
#include "lib/cli/domain.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

void print(const std::string& file, const std::vector<Guess>& guesses, const std::string& format) {
  if (format == "csv") {
    for (const auto& guess : guesses) {
      std::cout << fmt::format("{},{},{:.6f}\n", csv_field(file), csv_field(guess.name), guess.probability);
    }
    return;
  }
  std::cout << file << '\n';
  for (const auto& guess : guesses)
    std::cout << fmt::format("  {:5.1f} %  {}\n", 100 * guess.probability, guess.name);
}

}  // namespace

int predict(const Task& task, const PredictOptions& options) {
  const auto device = device_or_say(options.device);
  const auto model = load_model(task, options.load, device);
  const auto& facts = model.description.at("facts");
  const std::vector<long> input = facts.at("input");
  const std::vector<std::string> names = facts.at("class_names");
  const torch::NoGradGuard no_grad;
  auto all = nlohmann::json::array();
  if (options.format == "csv") std::cout << "file,class,probability\n";
  for (const auto& file : options.files) {
    const auto image = read_image(file, input.at(0), input.at(1), input.at(2)).to(device);
    const auto guesses = most_probable(model.network->forward({image})[0], names, options.top);
    if (options.format == "json") {
      all.push_back({{"file", file}, {"classes", to_json(guesses)}});
    } else {
      print(file, guesses, options.format);
    }
  }
  if (options.format == "json") std::cout << all.dump(1) << '\n';
  return 0;
}

}  // namespace actlab
