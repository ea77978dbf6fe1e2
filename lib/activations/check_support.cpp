#include "lib/activations/check_support.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "lib/core/random.h"

namespace actlab::checking {

Subject::Subject(const ActivationChoice& choice, at::Device device, at::ScalarType type, long channels,
                 long channel_dimension)
    : site_(std::make_shared<Activation>(choice, channels, channel_dimension)), device_(device), type_(type) {
  site_->to(device, type);
  site_->eval();
  // The starting numbers in their own type: 0.1 in float32 is another number.
  const auto parameters = site_->parameters();
  const auto learned = choice.learned();
  for (size_t i = 0; i < parameters.size(); ++i) {
    const auto start = at::tensor(learned[i].start, at::kDouble);
    parameters[i].detach().copy_(parameters[i].dim() == 1 ? start : start.unsqueeze(1));
  }
  for (const auto& buffer : site_->buffers()) state_.push_back(buffer.clone());
}

at::Tensor Subject::forward(const at::Tensor& x) const {
  seed_noise(*site_, 0);
  const auto buffers = site_->buffers();
  for (size_t i = 0; i < buffers.size(); ++i) buffers[i].copy_(state_[i]);
  return site_->forward(x);
}

at::Tensor Subject::value(const at::Tensor& x) const {
  const c10::AutoGradMode no_gradients(false);
  return forward(place(x));
}

Pass Subject::pass(const at::Tensor& x, const at::Tensor& weights) const {
  const auto leaf = place(x).detach().requires_grad_();
  const auto value = forward(leaf);
  std::vector<at::Tensor> inputs = {leaf};
  for (const auto& parameter : site_->parameters()) inputs.push_back(parameter);
  std::vector<at::Tensor> gradients(inputs.size());
  if (value.requires_grad()) {
    const auto incoming = weights.defined() ? place(weights) : at::ones_like(value);
    gradients = torch::autograd::grad({value}, inputs, {incoming}, false, false, /*allow_unused=*/true);
  }
  for (size_t i = 0; i < gradients.size(); ++i) {
    if (!gradients[i].defined()) gradients[i] = at::zeros_like(inputs[i]);
  }
  return {value.detach(), gradients[0], {gradients.begin() + 1, gradients.end()}};
}

at::Tensor drawn(at::IntArrayRef shape, double low, double high, const std::string& name) {
  auto generator = make_generator(0, Stream::noise, "check/" + name);
  return at::empty(shape, at::kDouble).uniform_(low, high, generator);
}

at::Tensor drawn_inputs(const ActivationChoice& choice, long samples, long channels) {
  std::vector<int64_t> shape = {samples, choice.input_width(channels)};
  if (choice.row->kind == Kind::contextual) shape.insert(shape.end(), {4, 4});
  auto x = drawn(shape, -6, 6, "inputs");
  for (const double kink : choice.row->kinks.at(choice.numbers)) {
    x = at::where((x - kink).abs() < 1e-3, x + 0.01, x);
  }
  return x;
}

Precision precision_of(at::ScalarType type) {
  using Single = std::numeric_limits<float>;
  using Double = std::numeric_limits<double>;
  if (type == at::kDouble) return {Double::epsilon(), Double::min(), Double::max()};
  if (type == at::kFloat) return {Single::epsilon(), Single::min(), Single::max()};
  return {std::ldexp(1, -7), Single::min(), std::ldexp(2 - std::ldexp(1, -7), 127)};  // bfloat16
}

at::Tensor column(const Numbers& numbers) { return at::tensor(numbers, at::kDouble).unsqueeze(1); }

void Verdict::compare(const std::string& what, const at::Tensor& actual, const at::Tensor& expected,
                      const at::Tensor& allowed, const at::Tensor& where) {
  if (actual.sizes() != expected.sizes()) {
    return require(false, fmt::format("{} has {} elements, not {}", what, actual.numel(), expected.numel()));
  }
  if (actual.numel() == 0) return;
  const auto is = actual.detach().to(at::kCPU, at::kDouble).flatten();
  const auto should = expected.detach().to(at::kCPU, at::kDouble).flatten();
  const auto same = is.eq(should).logical_or(is.isnan().logical_and(should.isnan()));
  const auto error = (is - should).abs().masked_fill(same, 0);
  const auto limit = allowed.to(at::kCPU, at::kDouble).expand_as(actual).flatten();
  const auto part = at::nan_to_num(error / limit, HUGE_VAL, HUGE_VAL).masked_fill(same, 0);
  const long index = part.argmax().item<long>();
  const double worst = part[index].item<double>();
  if (worst <= worst_) return;
  worst_ = worst;
  const bool one_to_one = where.defined() && where.numel() == is.numel();
  const auto at = one_to_one        ? fmt::format(" at x = {:.9g}", where.flatten()[index].item<double>())
                  : is.numel() == 1 ? std::string()
                                    : fmt::format(" at element {}", index);
  const double off = error[index].item<double>(), room = limit[index].item<double>();
  place_ = worst == 0   ? "exact"
           : worst <= 1 ? fmt::format("{}{}: {:.2g} off, {:.2g} allowed", what, at, off, room)
                        : fmt::format("{}{} is {:.9g}, should be {:.9g} ({:.2g} allowed)", what, at,
                                      is[index].item<double>(), should[index].item<double>(), room);
}

void Verdict::compare(const std::string& what, const at::Tensor& actual, const at::Tensor& expected,
                      double part, const at::Tensor& where) {
  compare(what, actual, expected, part * at::nan_to_num(expected).abs().clamp_min(1), where);
}

void Verdict::require(bool right, const std::string& complaint) {
  if (!right && complaint_.empty()) complaint_ = complaint;
}

CheckFinding Verdict::finding(const std::string& summary) const {
  const auto result = failed() ? CheckFinding::Result::failed : CheckFinding::Result::passed;
  if (!complaint_.empty()) return {result, complaint_};
  return {result, worst_ < 0 ? summary : place_};
}

CheckFinding not_applicable(std::string why) {
  return {CheckFinding::Result::not_applicable, std::move(why)};
}

}  // namespace actlab::checking
