#pragma once

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/lib/training/tiny.h"

namespace actlab::test {

/// The problem of tests/golden/training.py.
struct Golden {
  nlohmann::json all = nlohmann::json::parse(std::ifstream(ACTLAB_GOLDEN "/training.json"));

  Examples examples() const {
    std::vector<at::Tensor> rows;
    for (const auto& row : all.at("inputs")) rows.push_back(torch::tensor(row.get<std::vector<float>>()));
    return {{torch::stack(rows)}, torch::tensor(all.at("targets").get<std::vector<int64_t>>())};
  }

  /// Calls use(name, parameter, numbers) for each of the five parameters of a Tiny with PReLU.
  template <typename Use>
  static void pair(Tiny& network, const nlohmann::json& weights, Use use) {
    for (const auto& item : network.named_parameters()) {
      const bool slope = item.key().rfind("activation.", 0) == 0;
      const std::vector<float> numbers = weights.at(slope ? "slope" : item.key());
      use(item.key(), item.value(), torch::tensor(numbers).view(item.value().sizes()));
    }
  }

  std::shared_ptr<Tiny> network() const {
    auto tiny = std::make_shared<Tiny>("prelu");
    const torch::NoGradGuard no_grad;
    pair(*tiny, all.at("weights"),
         [](const auto&, at::Tensor parameter, const at::Tensor& start) { parameter.copy_(start); });
    return tiny;
  }

  static void expect_weights(Tiny& network, const nlohmann::json& weights) {
    pair(network, weights,
         [](const std::string& name, const at::Tensor& parameter, const at::Tensor& wanted) {
           EXPECT_TRUE(parameter.allclose(wanted, 1e-4, 1e-5)) << name << "\n"
                                                               << parameter << "\nwanted\n"
                                                               << wanted;
         });
  }
};

}  // namespace actlab::test
