#pragma once

#include <fstream>
#include <nlohmann/json.hpp>

#include "lib/layers/embedding.h"
#include "lib/training/optimisers.h"
#include "tests/lib/training/tiny.h"

namespace actlab::test {

constexpr long rows = 9, width = 5;

/// The mean of the words' vectors.
class Words : public Network {
 public:
  Words() : embedding(register_module("embedding", std::make_shared<Embedding>(rows, width))) {
    set(torch::randn({rows, width}, make_generator(0, Stream::split, "words")));
  }
  void set(const at::Tensor& values) {
    const torch::NoGradGuard no_grad;
    embedding->weight.copy_(values);
  }
  at::Tensor weight() const { return embedding->weight.detach().clone(); }
  at::Tensor forward(const std::vector<at::Tensor>& inputs) override { return embedding->mean(inputs.at(0)); }

  std::shared_ptr<Embedding> embedding;
};

inline Hyperparameters with(const std::string& optimizer, double decay = 0) {
  Hyperparameters hyper;
  hyper.optimizer = optimizer;
  hyper.lr = 0.05;
  hyper.weight_decay = decay;
  return hyper;
}

inline at::Tensor sparse(const at::Tensor& row_numbers, const at::Tensor& values) {
  return torch::sparse_coo_tensor(row_numbers.unsqueeze(0), values, {rows, width});
}

/// Takes the steps of a golden file on a table of words, and expects its weights after each.
inline void expect_golden_steps(const std::string& file, const Hyperparameters& hyper) {
  const auto golden = nlohmann::json::parse(std::ifstream(ACTLAB_GOLDEN "/" + file));
  const auto floats = [](const nlohmann::json& numbers) {
    return torch::tensor(numbers.get<std::vector<float>>()).view({-1, width});
  };
  Words network;
  network.set(floats(golden["start"]));
  const auto optimiser = make_optimiser(network, hyper);
  for (const auto& step : golden["steps"]) {
    const auto touched = torch::tensor(step["rows"].get<std::vector<int64_t>>());
    network.embedding->weight.mutable_grad() = sparse(touched, floats(step["values"]));
    optimiser->step();
    EXPECT_TRUE(network.weight().allclose(floats(step["weight"]), 1e-5, 1e-6));
  }
}

/// Weights after some steps on batches that touch the given number of rows, other ones each time.
inline at::Tensor walk(const std::string& optimizer, bool lazily, long touched, double decay = 0,
                       double clip = 0) {
  Words network;
  const auto optimiser = make_optimiser(network, with(optimizer, decay));
  network.embedding->use_sparse_gradients(lazily);
  for (long step = 0; step < 7; ++step) {
    optimiser->zero_grad();
    const auto tokens = (torch::arange(touched, torch::kInt) + step) % (rows - 1) + 1;
    const auto out = network.forward({tokens.view({1, -1})});
    (out * torch::linspace(-1, 2, width)).sum().sin().backward();
    EXPECT_EQ(network.embedding->weight.grad().is_sparse(), lazily);
    if (clip > 0) clip_gradients(network.parameters(), clip);
    optimiser->step();
  }
  return network.weight();
}

}  // namespace actlab::test
