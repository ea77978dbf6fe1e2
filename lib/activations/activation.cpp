#include "lib/activations/activation.h"

#include <ATen/WrapDimUtils.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include "lib/activations/kernels/fused.h"
#include "lib/core/error.h"
#include "lib/core/random.h"

namespace actlab {

Activation::Activation(ActivationChoice choice, long channels, long channel_dimension)
    : choice_(std::move(choice)), channels_(channels), channel_dimension_(channel_dimension) {
  if (channels < 1) {
    throw usage_error("an activation needs at least one channel", fmt::format("{}", channels), "1 or more");
  }
  const long sets = choice_.shared || choice_.frozen ? 1 : channels;
  for (const auto& learned : choice_.learned()) {
    const auto count = static_cast<long>(learned.start.size());
    auto start = at::tensor(learned.start, at::kFloat).unsqueeze(1).expand({count, sets}).clone();
    if (count == 1) start = start.squeeze(0);
    numbers_.push_back(choice_.frozen ? at::tensor(learned.start, at::kDouble).view(start.sizes())
                                      : register_parameter(learned.name, start));
  }
  if (choice_.row->normalising) {
    state_ = {register_buffer("running_mean", at::zeros({channels})),
              register_buffer("running_variance", at::ones({channels}))};
  }
}

at::Tensor Activation::forward(const at::Tensor& x) {
  auto y = value(x);
  if (listener_) listener_(x, y);
  return y;
}

at::Tensor Activation::value(const at::Tensor& x) {
  const long dimension = at::maybe_wrap_dim(channel_dimension_, x.dim());
  check_input(x, dimension);
  if (const auto* kernel = fitting_kernel(choice_, x, is_training()))
    return fused(*kernel, choice_, numbers_, dimension, x);
  if (const auto* gate = fitting_gate(choice_, x)) return fused_gate(*gate, choice_, dimension, x);
  return choice_.row->function(x, {choice_.numbers, shaped_parameters(x, dimension), choice_.frozen,
                                   dimension, is_training(), &noise_, state_});
}

at::Tensor Activation::with_value(const at::Tensor& x, const at::Tensor& y) {
  const auto* kernel = fitting_kernel(choice_, x, is_training());
  if (kernel == nullptr) return value(x);
  return fused(*kernel, choice_, numbers_, at::maybe_wrap_dim(channel_dimension_, x.dim()), x, y);
}

void Activation::check_input(const at::Tensor& x, long dimension) const {
  if (const long width = choice_.input_width(channels_); x.size(dimension) != width) {
    throw usage_error(
        fmt::format("an input of activation '{}' has the wrong width", choice_.text()),
        fmt::format("{} in dimension {}", x.size(dimension), dimension),
        fmt::format("{} ({} channels, {} inputs each)", width, channels_, choice_.width_factor()));
  }
  if (choice_.row->random && is_training() && !noise_.defined()) {
    throw Error(ExitCode::run_failed,
                fmt::format("activation '{}' trains without random numbers of its own", choice_.text()), "",
                "a generator for every site", "seed_noise(network, seed) before training");
  }
}

/// The learned numbers in the type of x, with their channels along `dimension`.
std::vector<at::Tensor> Activation::shaped_parameters(const at::Tensor& x, long dimension) const {
  std::vector<at::Tensor> shaped;
  for (const auto& numbers : numbers_) {
    std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
    shape[static_cast<size_t>(dimension)] = numbers.size(-1);
    if (numbers.dim() == 2) shape.insert(shape.begin(), numbers.size(0));
    shaped.push_back(numbers.view(shape).to(x.options()));
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
