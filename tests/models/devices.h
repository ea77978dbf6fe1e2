#pragma once

// The same training on the CPU and on a GPU.

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "lib/core/compat.h"
#include "lib/core/runtime.h"
#include "lib/layers/network.h"
#include "lib/training/optimisers.h"

namespace actlab::test {

/// Of rows that differ in what they need of a device: operators of LibTorch, learned numbers, draws, a
/// running mean, a choice between channels.
inline const std::vector<std::string> varied_rows = {"relu", "sigmoid", "prelu", "swish",
                                                     "mish", "rrelu",   "dice",  "maxout"};

struct DeviceBatch {
  std::vector<at::Tensor> inputs;
  at::Tensor targets;
};

using LossOf = at::Tensor (*)(const at::Tensor& output, const at::Tensor& targets);
inline at::Tensor class_loss(const at::Tensor& output, const at::Tensor& targets) {
  return torch::cross_entropy_loss(output.to(torch::kFloat), targets);
}
inline at::Tensor two_class_loss(const at::Tensor& output, const at::Tensor& targets) {
  return torch::binary_cross_entropy_with_logits(output.to(torch::kFloat), targets);
}

/// Losses before each of four steps of the suite's Adam, products in bfloat16 on request.
inline std::vector<double> losses_on(at::Device device, Network& network, const DeviceBatch& batch,
                                     LossOf loss_of, bool bfloat16 = false) {
  network.to(device);
  network.train();
  Hyperparameters hyper;
  hyper.lr = 0.001;
  const auto optimiser = make_optimiser(network, hyper);
  std::vector<at::Tensor> inputs;
  for (const auto& input : batch.inputs) inputs.push_back(input.to(device));
  const auto targets = batch.targets.to(device);
  std::vector<double> losses;
  for (int step = 0; step < 4; ++step) {
    optimiser->zero_grad();
    at::Tensor loss;
    {
      const compat::Bfloat16Region region(device.type(), bfloat16);
      loss = loss_of(network.forward(inputs), targets);
    }
    loss.backward();
    optimiser->step();
    losses.push_back(loss.item<double>());
  }
  return losses;
}

/// `make` gives the same network each time.
template <class Make>
void expect_the_same_on_cuda(const std::string& what, Make make, const DeviceBatch& batch, LossOf loss_of) {
  SCOPED_TRACE(what);
  set_threads(1);
  const auto expected = losses_on(at::kCPU, *make(), batch, loss_of);
  const auto found = losses_on(at::kCUDA, *make(), batch, loss_of);
  const auto coarse = losses_on(at::kCUDA, *make(), batch, loss_of, true);
  EXPECT_GT(std::abs(expected.back() - expected.front()), 1e-4 * expected.front()) << "nothing was learned";
  for (size_t step = 0; step < expected.size(); ++step) {
    EXPECT_NEAR(found[step], expected[step], 2e-3 * (1 + std::abs(expected[step]))) << "step " << step;
    EXPECT_NEAR(coarse[step], expected[step], 0.1 * (1 + std::abs(expected[step])))
        << "bfloat16, step " << step;
  }
}

}  // namespace actlab::test
