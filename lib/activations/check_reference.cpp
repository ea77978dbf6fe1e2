// The checks that need values from elsewhere: every type against mpmath.

#include <cmath>

#include "lib/activations/check_support.h"
#include "lib/activations/gain.h"
#include "lib/activations/reference.h"
#include "lib/core/random.h"

namespace actlab::checking {
namespace {

const CheckFinding no_values =
    not_applicable("no reference values (several inputs, or a function of one's own)");

const Reference* find_values(const ActivationChoice& choice) {
  const auto* reference = find_reference(choice);
  return reference != nullptr && !reference->points.empty() ? reference : nullptr;
}

/// The distance of float32 numbers at x.
at::Tensor float32_spacing(const at::Tensor& x) {
  const auto exponent = x.abs().clamp(0x1p-126, 0x1p127).log2().floor();
  return at::exp2(exponent) * 0x1p-23;
}

/// Where x is next to a kink, but not on it, a type may round it to the other side.
at::Tensor beside_kink(const ActivationChoice& choice, const at::Tensor& x, at::ScalarType type) {
  const auto precision = precision_of(type);
  auto beside = at::zeros_like(x, at::kBool);
  for (const double kink : choice.row->kinks.at(choice.numbers)) {
    const double reach = 2 * precision.epsilon * std::fabs(kink) + precision.smallest;
    const auto distance = (x - kink).abs();
    beside = beside.logical_or(distance.le(reach).logical_and(distance.gt(0)));
  }
  return beside;
}

/// What a type can hold of an expected number: infinity above its range; below it, what is given if that is
/// as small.
at::Tensor within(at::ScalarType type, const at::Tensor& expected, const at::Tensor& actual) {
  const auto precision = precision_of(type);
  const auto given = actual.to(at::kCPU, at::kDouble);
  const auto bounded = at::where(expected.abs() > precision.largest, expected * HUGE_VAL, expected);
  const auto small = expected.abs().lt(precision.smallest).logical_and(given.abs().le(precision.smallest));
  return at::where(small, given, bounded);
}

/// Only the elements that are expected to have a value, and where the type can tell.
struct Selection {
  at::Tensor mask;
  at::Tensor operator()(const at::Tensor& x) const { return x.to(at::kCPU, at::kDouble).masked_select(mask); }
};

at::Tensor parts(const at::Tensor& expected, double part, bool cancels) {
  return part * (cancels ? expected.abs().clamp_min(1) : expected.abs());
}

/// The mean of numbers, [draws, …], must be `expected` up to 5 standard errors.
void compare_mean(const char* what, const at::Tensor& draws, double expected, Verdict& verdict) {
  const auto units = draws.to(at::kCPU, at::kDouble).flatten();
  const auto error = units.std() / std::sqrt(static_cast<double>(units.numel()));
  verdict.compare(what, units.mean().unsqueeze(0), at::full({1}, expected, at::kDouble),
                  5 * error.unsqueeze(0) + 1e-9);
}

/// Monte Carlo, with units as independent as the row lets them be.
void compare_with_draws(const ActivationChoice& choice, at::Device device, const Gain& gain,
                        Verdict& verdict) {
  constexpr long draws = 1 << 16;
  const long outputs = choice.outputs_per_unit();
  const bool sees_sample = choice.row->kind == Kind::contextual;
  const auto shape =
      sees_sample ? std::vector<int64_t>{1, draws} : std::vector<int64_t>{draws, choice.input_width(outputs)};
  auto generator = make_generator(0, Stream::noise, "check/gain");
  const auto x = at::empty(shape, at::kDouble).normal_(0, 1, generator);
  const Subject subject(choice, device, at::kDouble, sees_sample ? draws : outputs);
  // Each output sends back ±1: what inputs share cancels, as for independent gradients.
  const auto value = subject.value(x);
  const auto signs = at::randint(0, 2, value.sizes(), generator, at::kDouble) * 2 - 1;
  const auto pass = subject.pass(x, signs);
  compare_mean("mean of draws", value, gain.mean, verdict);
  compare_mean("mean square of draws", value.square(), 1 / (gain.forward * gain.forward), verdict);
  const auto slopes = pass.gradient.square();
  compare_mean("mean square slope of draws", sees_sample ? slopes : slopes.sum(1),
               1 / (gain.backward * gain.backward), verdict);
}

}  // namespace

CheckFinding float64(const ActivationChoice& choice, at::Device device) {
  const auto* reference = find_values(choice);
  if (reference == nullptr) return no_values;
  const auto x = column(reference->points);
  const auto pass = Subject(choice, device, at::kDouble).pass(x);
  Verdict verdict;
  const auto compare = [&](const char* what, const at::Tensor& actual, const at::Tensor& known) {
    const Selection select{known.isnan().logical_not()};
    const auto expected = within(at::kDouble, known, actual);
    const auto allowed = parts(expected, 1e-12, choice.row->cancels);
    verdict.compare(what, select(actual), select(expected), select(allowed), select(x));
  };
  compare("value", pass.value, column(reference->values));
  compare("slope", pass.gradient, column(reference->slopes));
  return verdict.finding();
}

CheckFinding float32(const ActivationChoice& choice, at::Device device) {
  const auto* reference = find_values(choice);
  if (reference == nullptr) return no_values;
  const auto x = column(reference->points);
  const auto pass = Subject(choice, device, at::kFloat).pass(x);
  const auto values = column(reference->values), slopes = column(reference->slopes);
  const auto sure = beside_kink(choice, x, at::kFloat).logical_not();
  const auto last_places = [](const at::Tensor& expected) { return 4 * float32_spacing(expected); };
  const auto millionth = [](const at::Tensor& expected) { return 1e-6 * expected.abs().clamp_min(1); };
  Verdict verdict;
  const Selection select{sure.logical_and(values.isnan().logical_not())};
  verdict.compare("value", select(pass.value), select(within(at::kFloat, values, pass.value)),
                  select(choice.row->cancels ? millionth(values) : last_places(values)), select(x));
  const Selection smooth{sure.logical_and(slopes.isnan().logical_not())};
  verdict.compare("slope", smooth(pass.gradient), smooth(within(at::kFloat, slopes, pass.gradient)),
                  smooth(at::maximum(millionth(slopes), last_places(slopes))), smooth(x));
  return verdict.finding();
}

CheckFinding bfloat16(const ActivationChoice& choice, at::Device device) {
  const auto* reference = find_values(choice);
  auto x = reference != nullptr ? column(reference->points)
                                : drawn_inputs(choice, 16, 3 * choice.outputs_per_unit());
  x = x.to(at::kBFloat16).to(at::kDouble);
  const long channels = reference != nullptr ? 1 : 3 * choice.outputs_per_unit();
  const auto expected = Subject(choice, device, at::kDouble, channels).value(x).cpu();
  const auto actual = Subject(choice, device, at::kBFloat16, channels).value(x);
  Verdict verdict;
  verdict.require(actual.scalar_type() == at::kBFloat16, "the result is not bfloat16");
  const bool one_to_one = x.sizes() == expected.sizes();
  const Selection select{one_to_one ? beside_kink(choice, x, at::kBFloat16).logical_not()
                                    : at::ones_like(expected, at::kBool)};
  verdict.compare("value", select(actual), select(within(at::kBFloat16, expected, actual)),
                  select((expected.abs() + 1) * 0x1p-7), one_to_one ? select(x) : at::Tensor());
  return verdict.finding();
}

CheckFinding gain(const ActivationChoice& choice, at::Device device) {
  for (const auto& row : output_functions()) {
    if (row.name == choice.row->name) return not_applicable("nothing follows an output function");
  }
  const auto quadrature = actlab::gain(choice);
  Verdict verdict;
  if (const auto* reference = find_reference(choice)) {
    const auto compare = [&](const char* what, double actual, double expected, double scale) {
      const auto as_tensor = [](double x) { return at::full({1}, x, at::kDouble); };
      verdict.compare(what, as_tensor(actual), as_tensor(expected), as_tensor(1e-3 * scale));
    };
    compare("forward", quadrature.forward, reference->forward, reference->forward);
    compare("backward", quadrature.backward, reference->backward, reference->backward);
    compare("mean", quadrature.mean, reference->mean, std::max(1.0, std::fabs(reference->mean)));
  }
  compare_with_draws(choice, device, quadrature, verdict);
  return verdict.finding();
}

}  // namespace actlab::checking
