// Time of kernels, training steps and answers; activations in turn, so that other work on the machine meets
// all.

#include <torch/torch.h>

#include <chrono>
#include <functional>

#include "apps/reproduce/dense_stack.h"
#include "apps/reproduce/measurements.h"
#include "lib/core/random.h"
#include "lib/statistics/bootstrap.h"

namespace actlab {
namespace {

using nlohmann::json;
using Work = std::function<void()>;

constexpr long rounds = 40;

/// What is timed: for each activation a function that does the work once.
struct Case {
  std::string name;
  std::vector<std::pair<std::string, Work>> works;  // relu first
};

/// Seconds of one call, the mean of so many in a row.
double seconds_of(const Work& work, long calls) {
  const auto start = std::chrono::steady_clock::now();
  for (long i = 0; i < calls; ++i) work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
         static_cast<double>(calls);
}

/// So many calls that a measurement takes half a millisecond or more.
long calls_for(const Work& work) {
  work();
  const double once = seconds_of(work, 3);
  return std::max(1L, static_cast<long>(5e-4 / std::max(once, 1e-8)));
}

at::Tensor normal(at::IntArrayRef shape) {
  return torch::empty(shape).normal_(0, 1, make_generator(0, Stream::noise, "speed"));
}

Work kernel(const std::function<at::Tensor(const at::Tensor&)>& function, const at::Tensor& x,
            bool backward) {
  if (!backward) {
    return [=] {
      const torch::NoGradGuard no_grad;
      function(x);
    };
  }
  const auto leaf = x.clone().requires_grad_();
  const auto back = torch::ones_like(x);
  return [=] { torch::autograd::grad({function(leaf)}, {leaf}, {back}); };
}

using Operator = std::pair<std::string, at::Tensor (*)(const at::Tensor&)>;

const std::vector<Operator>& operators() {
  static const std::vector<Operator> list = {
      {"relu", [](const at::Tensor& x) { return at::relu(x); }},
      {"sigmoid", [](const at::Tensor& x) { return at::sigmoid(x); }},
      {"tanh", [](const at::Tensor& x) { return at::tanh(x); }},
      {"elu:alpha=1", [](const at::Tensor& x) { return at::elu(x); }},
      {"swish:beta=1", [](const at::Tensor& x) { return at::silu(x); }},
  };
  return list;
}

Case operator_case(const std::string& name, const at::Tensor& x, bool backward) {
  Case result{name, {}};
  for (const auto& [activation, function] : operators())
    result.works.emplace_back(activation, kernel(function, x, backward));
  return result;
}

/// The suite's own modules, with whatever kernels they have.
Case module_case(const std::string& name, const at::Tensor& x, bool backward) {
  Case result{name, {}};
  for (const auto& [activation, function] : operators()) {
    const auto module = std::make_shared<Activation>(resolve_activation(parse_spec(activation)), x.size(1));
    result.works.emplace_back(
        activation,
        kernel([module](const at::Tensor& input) { return module->forward(input); }, x, backward));
  }
  return result;
}

/// A network of the size of a small product's.
std::shared_ptr<DenseStack> network_of(const std::string& activation) {
  return std::make_shared<DenseStack>(resolve_activation(parse_spec(activation)),
                                      std::vector<long>{784, 256, 256, 256, 10}, 0);
}

Case step_case(const std::string& name, long batch) {
  Case result{name, {}};
  const auto x = normal({batch, 784});
  const auto targets = torch::arange(batch) % 10;
  for (const auto& [activation, function] : operators()) {
    const auto network = network_of(activation);
    const auto optimiser = std::make_shared<torch::optim::Adam>(network->parameters());
    result.works.emplace_back(activation, [=] {
      optimiser->zero_grad();
      torch::nn::functional::cross_entropy(network->forward(x), targets).backward();
      optimiser->step();
    });
  }
  return result;
}

Case answer_case(const std::string& name, long batch) {
  Case result{name, {}};
  const auto x = normal({batch, 784});
  for (const auto& [activation, function] : operators()) {
    const auto network = network_of(activation);
    network->eval();
    result.works.emplace_back(activation, [=] {
      const torch::NoGradGuard no_grad;
      network->forward(x);
    });
  }
  return result;
}

double median_of(const std::vector<double>& values) { return median(values); }

void time_case(const Case& one, json& result) {
  std::vector<long> calls;
  std::vector<std::vector<double>> seconds(one.works.size());
  for (const auto& [activation, work] : one.works) calls.push_back(calls_for(work));
  for (long round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < one.works.size(); ++i) {
      const size_t turn = (i + static_cast<size_t>(round)) % one.works.size();
      seconds[turn].push_back(seconds_of(one.works[turn].second, calls[turn]));
    }
  }
  for (size_t i = 0; i < one.works.size(); ++i) {
    std::vector<double> ratios;
    for (size_t round = 0; round < seconds[i].size(); ++round)
      ratios.push_back(seconds[i][round] / seconds[0][round]);
    const auto ratio = bootstrap_interval(ratios, median_of);
    result.push_back(
        {{"case", one.name},
         {"activation", one.works[i].first},
         {"seconds", median(seconds[i])},
         {"ratio",
          {{"mean", ratio.mean}, {"low", ratio.low}, {"high", ratio.high}, {"count", ratio.count}}}});
  }
}

}  // namespace

json measure_speed() {
  auto result = json::array();
  const auto small = normal({128, 256}), large = normal({4096, 1024});
  const std::vector<std::function<Case()>> cases = {
      [&] { return operator_case("operator, forward, 32 Ki numbers", small, false); },
      [&] { return operator_case("operator, forward and backward, 32 Ki numbers", small, true); },
      [&] { return operator_case("operator, forward, 4 Mi numbers", large, false); },
      [&] { return operator_case("operator, forward and backward, 4 Mi numbers", large, true); },
      [&] { return module_case("module, forward and backward, 32 Ki numbers", small, true); },
      [&] { return step_case("training step, batch of 128", 128); },
      [&] { return answer_case("answer, batch of 128", 128); },
      [&] { return answer_case("answer, one example", 1); },
  };
  for (const auto& make : cases) time_case(make(), result);
  return result;
}

}  // namespace actlab
