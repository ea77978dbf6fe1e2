// A tower as one function beside the same layers, one after the other, of LibTorch's operators.

#include "models/recommendation/tower.h"

#include <gtest/gtest.h>

#include "lib/core/compat.h"
#include "lib/core/runtime.h"
#include "tests/models/recommendation/helpers.h"

namespace actlab {
namespace {

constexpr long inputs = 29;

std::shared_ptr<Tower> make_tower(const std::string& activation, const std::vector<long>& widths) {
  LayerStyle style;
  style.activation = choice_of(activation);
  torch::manual_seed(6);
  return std::make_shared<Tower>(inputs, widths, style);
}

/// h ← f(h·Wᵀ + b) of every layer, with the row's own operators, in float64.
at::Tensor layer_by_layer(const Tower& tower, const std::string& activation, const at::Tensor& x) {
  const auto parameters = tower.named_parameters();
  const auto exact = [&](const std::string& name) { return parameters[name].to(torch::kDouble); };
  auto h = x.to(torch::kDouble);
  for (long i = 0; parameters.contains("hidden." + std::to_string(i) + ".linear.weight"); ++i) {
    const auto layer = "hidden." + std::to_string(i) + ".linear.";
    Activation f(choice_of(activation), exact(layer + "bias").size(0));
    h = f.forward(torch::addmm(exact(layer + "bias"), h, exact(layer + "weight").t()));
  }
  return torch::addmm(exact("output.bias"), h, exact("output.weight").t());
}

/// The output, then the gradients of x (undefined where `of_x` is false) and every parameter.
template <class Forward>
std::vector<at::Tensor> value_and_gradients(Tower& tower, at::Tensor x, bool of_x, Forward forward) {
  for (auto& parameter : tower.parameters()) parameter.mutable_grad().reset();
  x = x.detach().clone().requires_grad_(of_x);
  const auto y = forward(x);
  (y * torch::linspace(-1, 2, y.size(0), y.options()).unsqueeze(1)).sum().backward();
  std::vector<at::Tensor> found{y.detach().to(torch::kDouble),
                                of_x ? x.grad().to(torch::kDouble) : y.detach()};
  for (const auto& parameter : tower.parameters()) found.push_back(parameter.grad().to(torch::kDouble));
  return found;
}

/// Kernels that keep the output and kernels that keep the input, one layer and several, more rows than a
/// block.
TEST(Tower, IsItsLayersOneAfterTheOther) {
  for (const std::string activation : {"relu", "leaky_relu:slope=0.1", "tanh", "gelu", "prelu:frozen=true"}) {
    for (const auto& widths : {std::vector<long>{40}, {40, 8, 17}}) {
      for (const bool of_x : {true, false}) {
        const auto tower = make_tower(activation, widths);
        const auto x = torch::randn({301, inputs});
        const auto found = value_and_gradients(*tower, x, of_x, [&](auto in) { return tower->forward(in); });
        const auto exact = value_and_gradients(
            *tower, x, of_x, [&](auto in) { return layer_by_layer(*tower, activation, in); });
        for (size_t i = of_x ? 0 : 2; i < found.size(); ++i)
          EXPECT_TRUE(found[i].allclose(exact[i], 1e-4, 1e-4)) << activation << widths.size() << " " << i;
      }
    }
  }
}

TEST(Tower, GivesTheSameOneByOneAndWithoutAGraph) {
  const auto tower = make_tower("relu", {40, 8});
  const auto x = torch::randn({301, inputs});
  const auto together = tower->forward(x);
  const torch::NoGradGuard no_grad;
  EXPECT_TRUE(tower->forward(x).equal(together));
  EXPECT_TRUE(tower->forward(x.slice(0, 0, 1)).allclose(together.slice(0, 0, 1), 1e-5, 1e-5));
  EXPECT_EQ(tower->forward(x.slice(0, 0, 0)).sizes(), at::IntArrayRef({0, 1}));
}

TEST(Tower, LetsListenersHearEveryLayer) {
  const auto tower = make_tower("relu", {40, 8});
  const auto x = torch::randn({301, inputs});
  const auto alone = tower->forward(x);
  long heard = 0;
  for (const auto& module : tower->modules()) {
    if (auto* activation = dynamic_cast<Activation*>(module.get()))
      activation->set_listener([&](const at::Tensor&, const at::Tensor&) { ++heard; });
  }
  EXPECT_TRUE(tower->forward(x).allclose(alone, 1e-5, 1e-5));
  EXPECT_EQ(heard, 2);
}

TEST(Tower, ComputesInBfloat16WhereThatIsAskedFor) {
  const auto tower = make_tower("relu", {40, 8});
  const auto x = torch::randn({301, inputs});
  const auto exact = tower->forward(x);
  const compat::Bfloat16Region region(at::kCPU, true);
  const auto found = tower->forward(x);
  EXPECT_EQ(found.scalar_type(), torch::kBFloat16);
  EXPECT_TRUE(found.to(torch::kFloat).allclose(exact, 0.1, 0.05));
}

TEST(Tower, RefusesASecondDerivativeRatherThanGivingAWrongOne) {
  const auto tower = make_tower("tanh", {40});
  const auto score = tower->forward(torch::randn({3, inputs})).square().sum();
  EXPECT_THROW(torch::autograd::grad({score}, tower->parameters(), {}, true, /*create_graph=*/true),
               c10::Error);
}

}  // namespace
}  // namespace actlab
