// Inputs at the ends of float32's range and beyond.

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "lib/activations/check_support.h"
#include "lib/activations/reference.h"

namespace actlab::checking {
namespace {

constexpr double largest = std::numeric_limits<float>::max();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Denormals, the ends of exponentials and squares in float32, and its own ends.
Numbers extreme_inputs() {
  Numbers result;
  for (const double x : {0.0, 1e-40, 1e-8, 20.0, 88.0, 100.0, 1e4, 1e19, 3e38})
    result.insert(result.end(), {x, -x});
  return result;
}

/// Inputs for one pass each. One variable: every extreme in many elements, so that vector and scalar code
/// both run, and in one alone, where a sum over a layer has one term. Several: whatever extremes may meet.
std::vector<at::Tensor> extreme_passes(const ActivationChoice& choice, long channels) {
  const auto values = extreme_inputs();
  const auto shape = drawn_inputs(choice, 1, channels).sizes().vec();
  std::vector<at::Tensor> passes;
  for (const double x : values) passes.push_back(at::full(shape, x, at::kDouble));
  if (choice.row->kind == Kind::element_wise) return passes;
  auto many = shape;
  many[0] = 64;
  const auto count = static_cast<double>(values.size());
  const auto index = drawn(many, 0, count, "extremes").floor().clamp_max(count - 1).to(at::kLong);
  for (const auto& one : at::tensor(values, at::kDouble).index({index}).split(1)) passes.push_back(one);
  return passes;
}

/// Where float64 says that there is a number in float32's range, float32 must find one, and never NaN.
void require_finite(const std::string& what, const at::Tensor& single, const at::Tensor& exact,
                    Verdict& verdict) {
  const auto in_range = exact.abs().le(largest);
  const auto wrong = single.isnan()
                         .logical_or(exact.isnan())
                         .logical_or(single.isfinite().logical_not().logical_and(in_range));
  if (!wrong.any().item<bool>()) return;
  const auto first = wrong.flatten().nonzero()[0].item<long>();
  verdict.require(false,
                  fmt::format("{} is {} in float32, {:.6g} in float64", what,
                              single.flatten()[first].item<double>(), exact.flatten()[first].item<double>()));
}

std::string described(const at::Tensor& x) {
  const auto first = x.flatten()[0].item<double>();
  return x.eq(first).all().item<bool>() ? fmt::format("x = {:g}", first)
                                        : fmt::format("extremes that meet (first is {:g})", first);
}

void check_passes(const ActivationChoice& choice, at::Device device, long channels, bool training,
                  Verdict& verdict) {
  Subject single(choice, device, at::kFloat, channels), exact(choice, device, at::kDouble, channels);
  single.train(training);
  exact.train(training);
  for (const auto& drawn : extreme_passes(choice, channels)) {
    const auto x = drawn.to(at::kFloat).to(at::kDouble);
    const auto actual = single.pass(x), expected = exact.pass(x);
    const auto where = " at " + described(x);
    require_finite("value" + where, actual.value, expected.value, verdict);
    require_finite("gradient" + where, actual.gradient, expected.gradient, verdict);
    for (size_t i = 0; i < actual.parameters.size(); ++i) {
      require_finite("gradient of a learned number" + where, actual.parameters[i], expected.parameters[i],
                     verdict);
    }
  }
}

/// NaN must come out where it went in; with several inputs, wherever one of them is NaN.
void check_not_a_number(const ActivationChoice& choice, Subject& subject, Verdict& verdict) {
  const long outputs = 3 * choice.outputs_per_unit(), width = choice.input_width(outputs);
  auto x = drawn_inputs(choice, 40, outputs);
  if (choice.row->kind != Kind::element_wise) {
    verdict.require(subject.value(at::full_like(x, nan)).isnan().all().item<bool>(), "NaN in, a number out");
  }
  if (choice.row->kind == Kind::contextual) return;
  x.select(1, 0).slice(0, 0, 40, 2).fill_(nan);
  if (width > 2 * outputs - 1) x.select(1, width - 1).fill_(nan);
  auto expected = x.isnan();
  if (width > outputs) expected = expected.view({40, width / outputs, outputs}).any(1);
  if (width < outputs) expected = expected.repeat({1, outputs / width});
  verdict.require(subject.value(x).isnan().cpu().eq(expected).all().item<bool>(),
                  "NaN does not stay where it was");
}

void check_limits(const ActivationChoice& choice, at::Device device, at::ScalarType type, Verdict& verdict) {
  const auto* reference = find_reference(choice);
  if (reference == nullptr || reference->limits.empty()) return;
  const auto ends = column({-HUGE_VAL, HUGE_VAL});
  const double part = type == at::kDouble ? 1e-12 : type == at::kFloat ? 1e-6 : 0x1p-7;
  verdict.compare("limit", Subject(choice, device, type).value(ends), column(reference->limits), part, ends);
}

}  // namespace

CheckFinding extremes(const ActivationChoice& choice, at::Device device) {
  const long smallest = choice.outputs_per_unit();
  Verdict verdict;
  for (const long channels : {17 * smallest, smallest}) {
    check_passes(choice, device, channels, false, verdict);
    if (choice.row->random) check_passes(choice, device, channels, true, verdict);
  }
  return verdict.finding("finite wherever float32 can be");
}

CheckFinding infinities(const ActivationChoice& choice, at::Device device) {
  Verdict verdict;
  for (const auto type : {at::kDouble, at::kFloat, at::kBFloat16}) {
    Subject wide(choice, device, type, 3 * choice.outputs_per_unit());
    for (const bool training : {false, true}) {
      wide.train(training);
      check_not_a_number(choice, wide, verdict);
    }
    wide.train(false);
    const auto x = drawn_inputs(choice, 4, 3 * choice.outputs_per_unit());
    for (const double end : {-HUGE_VAL, HUGE_VAL}) wide.pass(at::full_like(x, end));
    check_limits(choice, device, type, verdict);
  }
  return verdict.finding("NaN stays NaN, no exception");
}

}  // namespace actlab::checking
