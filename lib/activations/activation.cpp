#include "lib/activations/activation.h"

#include <ATen/WrapDimUtils.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include "lib/core/error.h"
#include "lib/core/random.h"

namespace actlab {

Activation::Activation(ActivationChoice choice, long channels, long channel_dimension)
    : choice_(std::move(choice)), channels_(channels), channel_dimension_(channel_dimension) {
  if (channels < 1) {
    throw usage_error("an activation needs at least one channel", fmt::format("{}", channels), "1 or more");
  }
  for (size_t i = 0; i < choice_.numbers.size(); ++i) {
    const auto& argument = choice_.row->arguments[i];
    learned_.emplace_back();
    if (!argument.learned || choice_.frozen) continue;
    const auto start = at::full({choice_.shared ? 1 : channels}, choice_.numbers[i], at::kFloat);
    learned_.back() = register_parameter(argument.name, start);
    learns_ = true;
  }
}

at::Tensor Activation::forward(const at::Tensor& x) {
  const long dimension = at::maybe_wrap_dim(channel_dimension_, x.dim());
  check_input(x, dimension);
  const auto apply = [&](const std::vector<at::Tensor>& parameters) {
    return choice_.row->function(x, {choice_.numbers, parameters, dimension, is_training(), &noise_});
  };
  auto y = learns_ ? apply(shaped_parameters(x, dimension)) : apply(learned_);
  if (listener_) listener_(x, y);
  return y;
}

void Activation::check_input(const at::Tensor& x, long dimension) const {
  if (x.size(dimension) != choice_.width_factor() * channels_) {
    throw usage_error(fmt::format("an input of activation '{}' has the wrong width", choice_.text()),
                      fmt::format("{} in dimension {}", x.size(dimension), dimension),
                      fmt::format("{} ({} channels, {} inputs each)", choice_.width_factor() * channels_,
                                  channels_, choice_.width_factor()));
  }
  if (choice_.row->random && is_training() && !noise_.defined()) {
    throw Error(ExitCode::run_failed,
                fmt::format("activation '{}' trains without random numbers of its own", choice_.text()), "",
                "a generator for every site", "seed_noise(network, seed) before training");
  }
}

/// The learned parameters in the type of x and with their channels along `dimension`.
std::vector<at::Tensor> Activation::shaped_parameters(const at::Tensor& x, long dimension) const {
  std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
  std::vector<at::Tensor> shaped;
  for (const auto& parameter : learned_) {
    if (parameter.defined()) shape[static_cast<size_t>(dimension)] = parameter.numel();
    shaped.push_back(parameter.defined() ? parameter.view(shape).to(x.scalar_type()) : parameter);
  }
  return shaped;
}

void seed_noise(torch::nn::Module& module, long seed) {
  const auto seed_site = [seed](torch::nn::Module& site, const std::string& path) {
    auto* noisy = dynamic_cast<NoiseSite*>(&site);
    if (noisy != nullptr) noisy->set_noise(make_generator(seed, Stream::noise, path));
  };
  seed_site(module, "");
  for (const auto& child : module.named_modules("", /*include_self=*/false))
    seed_site(*child.value(), child.key());
}

}  // namespace actlab
