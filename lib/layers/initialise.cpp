#include "lib/layers/initialise.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "lib/activations/gain.h"
#include "lib/core/error.h"
#include "lib/core/random.h"
#include "lib/layers/embedding.h"

namespace actlab {
namespace {

/// The weight and bias of one linear or convolution layer.
struct Layer {
  std::string name;
  at::Tensor weight;  // [outputs, inputs per group, …kernel]
  at::Tensor bias;    // undefined where the layer has none
  bool sees_data;     // rather than an activation's output

  double fan_in() const { return static_cast<double>(weight.numel() / weight.size(0)); }
  double fan_out() const { return static_cast<double>(weight.numel() / weight.size(1)); }
};

/// Linear and convolution layers in order of registration, which is the order of the signal.
std::vector<Layer> layers_of(const Network& network) {
  std::vector<Layer> layers;
  for (const auto& item : network.named_modules("", /*include_self=*/false)) {
    const auto& [name, module] = item.pair();
    const bool sees_data = layers.empty() || dynamic_cast<const SeesData*>(module.get()) != nullptr;
    if (const auto* linear = module->as<torch::nn::Linear>()) {
      layers.push_back({name, linear->weight, linear->bias, sees_data});
    } else if (const auto* conv1d = module->as<torch::nn::Conv1d>()) {
      layers.push_back({name, conv1d->weight, conv1d->bias, sees_data});
    } else if (const auto* conv2d = module->as<torch::nn::Conv2d>()) {
      layers.push_back({name, conv2d->weight, conv2d->bias, sees_data});
    }
  }
  return layers;
}

double matched_gain(const ActivationChoice& choice) {
  const double g = gain(choice).forward;
  if (!std::isfinite(g) || g <= 0) {
    throw usage_error("this activation has no variance-preserving gain, because it is 0 almost everywhere",
                      choice.text(), "an activation that lets a normal signal pass",
                      "choose another policy, e.g. --init he");
  }
  return g;
}

/// Standard deviation of a layer's weights under the policies that draw from a normal distribution.
double deviation(const std::string& policy, const Layer& layer, double layer_gain) {
  if (policy == "he") return std::sqrt(2 / layer.fan_in());
  if (policy == "xavier") return std::sqrt(2 / (layer.fan_in() + layer.fan_out()));
  return layer_gain / std::sqrt(layer.fan_in());
}

void set_normal(const at::Tensor& tensor, double scale, at::Generator generator) {
  tensor.copy_(torch::empty(tensor.sizes(), torch::kFloat32).normal_(0, 1, std::move(generator)).mul_(scale));
}

void set_uniform(const at::Tensor& tensor, double bound, at::Generator generator) {
  tensor.copy_(
      torch::empty(tensor.sizes(), torch::kFloat32).uniform_(-1, 1, std::move(generator)).mul_(bound));
}

void set_embeddings(const Network& network, long seed) {
  for (const auto& item : network.named_modules("", /*include_self=*/false)) {
    const auto* embedding = dynamic_cast<const Embedding*>(item.value().get());
    if (embedding == nullptr) continue;
    set_uniform(embedding->weight, embedding->bound(),
                make_generator(seed, Stream::initialisation, item.key() + ".weight"));
    embedding->weight[0].zero_();
  }
}

}  // namespace

const std::vector<std::string>& initialisation_policies() {
  static const std::vector<std::string> names{"matched", "he", "xavier", "default"};
  return names;
}

void initialise(Network& network, const std::string& policy, const ActivationChoice& choice, long seed) {
  const auto& policies = initialisation_policies();
  if (std::find(policies.begin(), policies.end(), policy) == policies.end()) {
    throw unknown_name("initialisation policy", policy, policies);
  }
  const torch::NoGradGuard no_grad;
  const double g = policy == "matched" ? matched_gain(choice) : 1;
  for (const auto& layer : layers_of(network)) {
    const auto stream = [&](const char* parameter) {
      return make_generator(seed, Stream::initialisation, layer.name + parameter);
    };
    if (policy == "default") {
      const double bound = 1 / std::sqrt(layer.fan_in());
      set_uniform(layer.weight, bound, stream(".weight"));
      if (layer.bias.defined()) set_uniform(layer.bias, bound, stream(".bias"));
    } else {
      set_normal(layer.weight, deviation(policy, layer, layer.sees_data ? 1 : g), stream(".weight"));
      if (layer.bias.defined()) layer.bias.zero_();
    }
  }
  set_embeddings(network, seed);
}

}  // namespace actlab
