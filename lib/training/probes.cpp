#include "lib/training/probes.h"

#include <torch/torch.h>

#include <cmath>
#include <map>

#include "lib/activations/activation.h"
#include "lib/activations/gain.h"

namespace actlab {
namespace {

/// |∂f/∂x| at every output, shaped like the output; of a multi-unit row the largest over the output's inputs,
/// which stand one channel block behind the other; of CReLU the one that both of its outputs share.
at::Tensor slope_at(Activation& activation, const at::Tensor& pre_activation) {
  const auto x = pre_activation.detach().requires_grad_();
  const auto y = activation.forward(x);
  if (!y.requires_grad()) return torch::zeros_like(y);  // a step function
  const auto slope = torch::autograd::grad({y.sum()}, {x}, {}, false, false, /*allow_unused=*/true)[0];
  if (!slope.defined()) return torch::zeros_like(y);
  const double factor = activation.choice().width_factor();
  const long dimension = activation.channel_dimension();
  if (factor == 1) return slope.abs();
  const auto outputs = static_cast<size_t>(activation.choice().outputs_per_unit());
  if (factor < 1) return torch::cat(std::vector<at::Tensor>(outputs, slope.abs()), dimension);
  return torch::stack(slope.abs().chunk(std::lround(factor), dimension)).amax(0);
}

}  // namespace

struct Probes::Site {
  std::string path;
  Activation* activation;
  double largest_slope;
  double dead_fraction = 0;
  at::Tensor alive;                         // one bool a unit
  std::vector<at::Tensor> inputs, outputs;  // of every call in one forward pass

  void note_alive(const at::Tensor& values) {
    const auto per_unit =
        values.detach().ne(0).transpose(0, activation->channel_dimension()).flatten(1).any(1);
    alive = alive.defined() ? alive.logical_or(per_unit) : per_unit;
  }
  SiteProbe measure(long epoch, const std::vector<at::Tensor>& gradients) const;
};

SiteProbe Probes::Site::measure(long epoch, const std::vector<at::Tensor>& gradients) const {
  SiteProbe probe;
  probe.site = path;
  probe.epoch = epoch;
  probe.dead_fraction = dead_fraction;
  // In float64, because the squares of vanishing gradients underflow in float32.
  for (const auto& gradient : gradients)
    probe.gradient_norm = std::hypot(probe.gradient_norm, gradient.to(torch::kDouble).norm().item<double>());
  const auto input = torch::cat(inputs), output = torch::cat(outputs);
  const auto slope = slope_at(*activation, input);
  const auto is_zero = output.eq(0);
  const auto saturated = slope.le(saturation_share * largest_slope).logical_and(is_zero.logical_not());
  probe.saturated_fraction = saturated.to(torch::kDouble).mean().item<double>();
  probe.zero_fraction = is_zero.to(torch::kDouble).mean().item<double>();
  const auto values = input.detach().to(torch::kDouble);
  probe.mean = values.mean().item<double>();
  probe.variance = values.var(/*unbiased=*/false).item<double>();
  return probe;
}

/// While it lives, every site calls `hear(site, input, output)` after each forward.
class Probes::Listening {
 public:
  using Hear = void (*)(Site& site, const at::Tensor& input, const at::Tensor& output);

  Listening(const std::vector<std::shared_ptr<Site>>& sites, Hear hear) : sites_(sites) {
    for (const auto& site : sites_) {
      site->activation->set_listener(
          [&site = *site, hear](const at::Tensor& input, const at::Tensor& output) {
            hear(site, input, output);
          });
    }
  }
  ~Listening() {
    for (const auto& site : sites_) site->activation->set_listener({});
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

 private:
  const std::vector<std::shared_ptr<Site>>& sites_;
};

Probes::Probes(Network& network) : network_(network) {
  std::map<std::string, double> slopes;  // sites mostly share one choice, and a slope takes a while to find
  for (const auto& module : network.named_modules({}, /*include_self=*/false)) {
    auto* activation = dynamic_cast<Activation*>(module.value().get());
    if (activation == nullptr) continue;
    const auto text = activation->choice().text();
    if (slopes.count(text) == 0) slopes[text] = largest_slope(activation->choice());
    sites_.push_back(std::make_shared<Site>(Site{module.key(), activation, slopes[text], 0, {}, {}, {}}));
  }
}

void Probes::watch_dead_units(const std::function<void()>& forward_all) {
  network_.eval();
  for (const auto& site : sites_) site->alive.reset();
  {
    const Listening listening(
        sites_, [](Site& site, const at::Tensor&, const at::Tensor& output) { site.note_alive(output); });
    forward_all();
  }
  for (const auto& site : sites_) {
    if (site->alive.defined()) site->dead_fraction = 1 - site->alive.to(torch::kDouble).mean().item<double>();
  }
}

std::vector<SiteProbe> Probes::measure(long epoch, const std::function<at::Tensor()>& loss_of_batch) {
  const at::AutoGradMode with_gradients(true);
  network_.eval();
  at::Tensor loss;
  {
    const Listening listening(sites_, [](Site& site, const at::Tensor& input, const at::Tensor& output) {
      site.inputs.push_back(input);
      site.outputs.push_back(output.detach());
    });
    loss = loss_of_batch();
  }
  std::vector<at::Tensor> inputs;
  for (const auto& site : sites_) {
    for (const auto& input : site->inputs) {
      if (input.requires_grad()) inputs.push_back(input);
    }
  }
  std::vector<at::Tensor> gradients;
  if (!inputs.empty())
    gradients = torch::autograd::grad({loss}, inputs, {}, false, false, /*allow_unused=*/true);
  std::vector<SiteProbe> probes;
  size_t next = 0;
  for (const auto& site : sites_) {
    if (site->inputs.empty()) continue;  // the network did not use it
    std::vector<at::Tensor> own;
    for (const auto& input : site->inputs) {
      if (input.requires_grad() && gradients[next++].defined()) own.push_back(gradients[next - 1]);
    }
    probes.push_back(site->measure(epoch, own));
    site->inputs.clear();
    site->outputs.clear();
  }
  return probes;
}

}  // namespace actlab
