// What a site must not depend on, and must not do.

#include <ATen/Context.h>
#include <fmt/format.h>

#include "lib/activations/check_support.h"
#include "lib/core/error.h"

namespace actlab::checking {
namespace {

constexpr double rounding = 1e-13, single_rounding = 1e-5;  // of float64 and float32
constexpr long units = 4;

std::vector<int64_t> picture(const ActivationChoice& choice, long samples) {
  return {samples, choice.input_width(units), 5, 6};
}

/// Values, gradients and gradients of learned numbers.
void compare(const std::string& what, const Pass& actual, const Pass& expected, double part,
             Verdict& verdict) {
  verdict.compare("value of " + what, actual.value, expected.value, part);
  verdict.compare("gradient of " + what, actual.gradient, expected.gradient, part);
  for (size_t i = 0; i < expected.parameters.size(); ++i) {
    // Sums over a layer, in another order.
    verdict.compare("gradient of a learned number, " + what, actual.parameters[i], expected.parameters[i],
                    100 * part);
  }
}

at::Tensor swapped(const at::Tensor& x) { return x.transpose(2, 3).contiguous().transpose(2, 3); }

/// Differently strided tensors of the same numbers, as inputs and as incoming gradients. LibTorch computes
/// the two types with different libraries.
void check_strides(const ActivationChoice& choice, at::Device device, at::ScalarType type, Verdict& verdict) {
  const double part = type == at::kDouble ? rounding : single_rounding;
  Subject subject(choice, device, type, units);
  const auto x = subject.place(drawn(picture(choice, 2), -6, 6, "layout"));
  const auto incoming = subject.place(drawn({2, units, 5, 6}, -1, 1, "incoming"));
  const auto ones = at::ones({1, 1, 1, 1}, x.options());
  for (const bool training : {false, true}) {
    subject.train(training);
    const auto expected = subject.pass(x, incoming), plain = subject.pass(x);
    verdict.require(expected.value.sizes() == incoming.sizes(), "the shape is not kept");
    const auto agree = [&](const std::string& what, const Pass& actual, const Pass& wanted) {
      compare(what, actual, wanted, part, verdict);
    };
    agree("channels-last", subject.pass(x.contiguous(at::MemoryFormat::ChannelsLast), incoming), expected);
    agree("every other element", subject.pass(at::stack({x, x}, -1).select(-1, 1), incoming), expected);
    agree("swapped dimensions", subject.pass(swapped(x), incoming), expected);
    agree("an incoming gradient of swapped dimensions", subject.pass(x, swapped(incoming)), expected);
    agree("an expanded incoming gradient", subject.pass(x, ones.expand_as(incoming)), plain);
  }
}

/// The same numbers with channels elsewhere. What outputs see in a neighbourhood, or in all samples, may need
/// its dimensions where they are.
void check_dimensions(const ActivationChoice& choice, at::Device device, Verdict& verdict) {
  const auto x = drawn(picture(choice, 2), -6, 6, "layout");
  const Subject second(choice, device, at::kDouble, units), last(choice, device, at::kDouble, units, -1);
  if (choice.row->kind != Kind::contextual) {
    auto moved = last.pass(x.movedim(1, -1));
    moved.value = moved.value.movedim(-1, 1);
    moved.gradient = moved.gradient.movedim(-1, 1);
    compare("channels in the last dimension", moved, second.pass(x), rounding, verdict);
  }
  if (choice.row->kind == Kind::contextual) return;
  const auto row = x.select(3, 0).select(2, 0);
  verdict.compare("value of two dimensions", second.value(row), second.value(x).select(3, 0).select(2, 0),
                  rounding);
}

void check_empty(const ActivationChoice& choice, at::Device device, Verdict& verdict) {
  const Subject subject(choice, device, at::kDouble, units);
  const auto pass = subject.pass(at::empty(picture(choice, 0), at::kDouble));
  verdict.require(pass.value.sizes() == at::IntArrayRef({0, units, 5, 6}),
                  "an empty batch changes its shape");
  for (const auto& gradient : pass.parameters)
    verdict.require(gradient.eq(0).all().item<bool>(), "an empty batch has a gradient");
}

at::Tensor generator_state(at::Device device) {
  const auto& generator = at::globalContext().defaultGenerator(device);
  return generator.get_state();
}

}  // namespace

CheckFinding layout(const ActivationChoice& choice, at::Device device) {
  Verdict verdict;
  for (const auto type : {at::kDouble, at::kFloat}) check_strides(choice, device, type, verdict);
  check_dimensions(choice, device, verdict);
  check_empty(choice, device, verdict);
  return verdict.finding();
}

CheckFinding pure(const ActivationChoice& choice, at::Device device) {
  Verdict verdict;
  const auto cpu = generator_state(at::kCPU), own = generator_state(device);
  for (const auto type : {at::kDouble, at::kFloat, at::kBFloat16}) {
    Subject subject(choice, device, type, units);
    for (const bool training : {false, true}) {
      subject.train(training);
      const auto x = subject.place(drawn(picture(choice, 3), -6, 6, "layout"));
      const auto before = x.clone();
      const auto first = subject.value(x);
      verdict.require(x.equal(before), "the input is overwritten");
      verdict.require(subject.value(x).equal(first), "the same input gives another result");
      subject.pass(x);
      verdict.require(x.equal(before), "the input is overwritten where gradients are asked for");
    }
  }
  verdict.require(generator_state(at::kCPU).equal(cpu) && generator_state(device).equal(own),
                  "random numbers are drawn from the global generator");
  return verdict.finding("input and global generator are left alone");
}

}  // namespace actlab::checking
