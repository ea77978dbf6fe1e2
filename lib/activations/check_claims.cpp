// What the table says about the shape of a function.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "lib/activations/check_support.h"
#include "lib/activations/shape.h"
#include "lib/core/error.h"
#include "lib/core/spec.h"

namespace actlab::checking {
namespace {

constexpr double claim_rounding = 1e-12;  // of what is not exactly equal, as part of max(1, |value|)

bool at_defaults(const ActivationChoice& choice) {
  for (size_t i = 0; i < choice.numbers.size(); ++i) {
    if (choice.numbers[i] != choice.row->arguments[i].fallback) return false;
  }
  return true;
}

/// The choice itself, the ends of its arguments and some drawn from between, dense near the low end.
std::vector<ActivationChoice> with_drawn_arguments(const ActivationChoice& choice) {
  std::vector<ActivationChoice> result = {choice};
  const auto& arguments = choice.row->arguments;
  if (arguments.empty()) return result;
  const auto places = drawn({8, static_cast<long>(arguments.size())}, 0, 1, "arguments");
  for (long i = 0; i < places.size(0); ++i) {
    auto other = choice;
    for (size_t j = 0; j < arguments.size(); ++j) {
      const auto& argument = arguments[j];
      const double place = places[i][static_cast<long>(j)].item<double>();
      const double part = i == 0 ? 0 : i == 1 ? 1 : i % 2 == 0 ? place : std::pow(place, 4);
      const double number = argument.low + part * (argument.high - argument.low);
      const auto words = static_cast<double>(argument.options.size());
      other.numbers[j] = words > 0 ? std::floor(place * words) : argument.whole ? std::round(number) : number;
    }
    if (choice.row->ordered) std::sort(other.numbers.begin(), other.numbers.end());
    const auto same = std::adjacent_find(other.numbers.begin(), other.numbers.end());
    if (!choice.row->ordered || same == other.numbers.end()) result.push_back(std::move(other));
  }
  return result;
}

at::Tensor room(const at::Tensor& value) { return claim_rounding * value.abs().clamp_min(1); }

/// Inputs, and larger ones of which a monotone function makes no less.
struct Steps {
  at::Tensor lower, upper;
  explicit Steps(const ActivationChoice& choice) {
    if (choice.row->kind == Kind::element_wise) {
      const auto far = column({-1e4, -100, -88, -20, 0, 20, 88, 100, 1e4});
      const auto x = std::get<0>(at::cat({drawn({2000, 1}, -10, 10, "steps"), far}).sort(0));
      lower = x.slice(0, 0, -1);
      upper = x.slice(0, 1);
    } else {
      lower = drawn_inputs(choice, 64, 3 * choice.outputs_per_unit());
      upper = lower + drawn(lower.sizes(), 0, 2, "rises");
    }
  }
};

/// Where the function falls; empty when it never does.
std::string fall(const ActivationChoice& choice, at::Device device) {
  const Steps steps(choice);
  const Subject subject(choice, device, at::kDouble,
                        choice.row->kind == Kind::element_wise ? 1 : 3 * choice.outputs_per_unit());
  const auto before = subject.value(steps.lower).cpu(), after = subject.value(steps.upper).cpu();
  const auto drop = (before - after - room(before)).flatten();
  const long index = drop.argmax().item<long>();
  if (drop[index].item<double>() <= 0) return "";
  return fmt::format("{} falls from {:.9g} to {:.9g}", choice.text(), before.flatten()[index].item<double>(),
                     after.flatten()[index].item<double>());
}

/// Where a function of one variable has risen, and falls; empty when it never does.
std::string hill(const ActivationChoice& choice, at::Device device) {
  const Steps steps(choice);
  const auto x = at::cat({steps.lower, steps.upper.slice(0, -1)});
  const auto value = Subject(choice, device, at::kDouble).value(x).cpu();
  const auto above_left = value - std::get<0>(value.cummin(0)),
             above_right = (value - std::get<0>(value.flip(0).cummin(0)).flip(0));
  const auto height = (at::minimum(above_left, above_right) - room(value)).flatten();
  const long index = height.argmax().item<long>();
  if (height[index].item<double>() <= 0) return "";
  return fmt::format("{} has a hill at x = {:.9g}", choice.text(), x[index].item<double>());
}

/// Where f(−x) is not −f(x); empty when it always is.
std::string asymmetry(const ActivationChoice& choice, at::Device device) {
  const long channels = 3 * choice.outputs_per_unit();
  auto x = drawn_inputs(choice, 200, channels);
  x.select(0, 0).fill_(0);
  const Subject subject(choice, device, at::kDouble, channels);
  const auto right = subject.value(x).cpu(), left = subject.value(-x).cpu();
  const auto excess = ((right + left).abs() - room(right)).flatten();
  const long index = excess.argmax().item<long>();
  if (excess[index].item<double>() <= 0) return "";
  return fmt::format("{}: f(x) = {:.9g}, f(−x) = {:.9g}", choice.text(),
                     right.flatten()[index].item<double>(), left.flatten()[index].item<double>());
}

/// A claim must hold for every allowed argument; where it is not made, some argument must refute it. Nobody
/// makes claims for formulas of users.
template <class Counterexample>
void check_claim(const ActivationChoice& choice, at::Device device, const char* name, bool claimed,
                 Counterexample counterexample, Verdict& verdict) {
  if (!claimed && choice.row->name == formula_name) return;
  std::string first;
  for (const auto& other : with_drawn_arguments(choice)) {
    if (first.empty()) first = counterexample(other, device);
  }
  if (claimed) verdict.require(first.empty(), fmt::format("not {}: {}", name, first));
  if (!claimed) verdict.require(!first.empty(), fmt::format("is {}, but the table does not say so", name));
}

/// Values and slopes along a line, both [n].
std::pair<at::Tensor, at::Tensor> curve(const Subject& subject, const at::Tensor& x) {
  const auto pass = subject.pass(x.unsqueeze(1));
  return {pass.value.cpu().flatten(), pass.gradient.cpu().flatten()};
}

constexpr double slope_jump = 1e-4, value_jump = 1e-6;  // over the width of 1e-12

/// Which of the intervals (low, high) hold a jump of value or slope: halved until only a jump is left.
Numbers jumps(const Subject& subject, at::Tensor low, at::Tensor high, bool of_slope) {
  const auto at_points = [&](const at::Tensor& x) {
    const auto both = curve(subject, x);
    return of_slope ? both.second : both.first;
  };
  auto at_low = at_points(low), at_high = at_points(high);
  while ((high - low).max().item<double>() > 1e-12) {
    const auto middle = (low + high) / 2, at_middle = at_points(middle);
    const auto left = (at_middle - at_low).abs() > (at_high - at_middle).abs();
    low = at::where(left, low, middle);
    at_low = at::where(left, at_low, at_middle);
    high = at::where(left, middle, high);
    at_high = at::where(left, at_middle, at_high);
  }
  const auto found = low.masked_select((at_high - at_low).abs() > (of_slope ? slope_jump : value_jump));
  return {found.data_ptr<double>(), found.data_ptr<double>() + found.numel()};
}

/// The kinks and jumps in [-10, 10]: among the steepest steps between drawn points.
Numbers find_kinks(const Subject& subject) {
  constexpr long steepest = 32;
  const auto x = std::get<0>(drawn({6000}, -10, 10, "kinks").sort());
  const auto [value, slope] = curve(subject, x);
  Numbers kinks;
  for (const bool of_slope : {false, true}) {
    const auto index = std::get<1>((of_slope ? slope : value).diff().abs().topk(steepest));
    const auto found = jumps(subject, x.index({index}), x.index({index + 1}), of_slope);
    kinks.insert(kinks.end(), found.begin(), found.end());
  }
  return kinks;
}

void check_kinks(const ActivationChoice& choice, at::Device device, Verdict& verdict) {
  const Subject subject(choice, device, at::kDouble);
  const auto listed = choice.row->kinks.at(choice.numbers);
  for (const double kink : find_kinks(subject)) {
    const bool known = std::any_of(listed.begin(), listed.end(),
                                   [kink](double other) { return std::fabs(kink - other) < 1e-6; });
    verdict.require(known, fmt::format("a kink at {:g} is not listed", std::round(kink * 1e6) / 1e6 + 0.0));
  }
  if (!at_defaults(choice) || choice.row->name == formula_name) return;
  verdict.require(choice.row->smooth == listed.empty(), "smooth, and yet with kinks, or the reverse");
  for (const double kink : listed) {
    const auto [value, slope] = curve(subject, at::tensor({kink - 1e-9, kink + 1e-9}, at::kDouble));
    const bool real =
        value.diff().abs().item<double>() > value_jump || slope.diff().abs().item<double>() > slope_jump;
    verdict.require(real, fmt::format("no kink at {:.6g}", kink));
  }
}

/// A bound as printed: "−0.2785", "∞", "π/2".
struct Bound {
  explicit Bound(std::string text) {
    const std::string minus = "−";
    const auto sign = text.find(minus);
    if (sign != std::string::npos) text.erase(sign, minus.size());
    const double size = text.find("∞") != std::string::npos     ? HUGE_VAL
                        : text.find("π/2") != std::string::npos ? std::acos(0.0)
                                                                : std::strtod(text.c_str(), nullptr);
    value = sign != std::string::npos ? -size : size;
    const auto point = text.find('.');
    if (point == std::string::npos) return;
    const auto end = text.find_first_not_of("0123456789", point + 1);
    precision = 0.5 * std::pow(10, -static_cast<double>(std::min(end, text.size()) - point - 1));
  }
  double value;
  double precision = claim_rounding;  // half a unit of the last printed digit
};

/// One side of a range: never crossed, and reached if closed, else approached. `sign` is -1 for the lower
/// one, `seen` the most extreme value.
void check_bound(double sign, const Bound& bound, bool closed, double seen, Verdict& verdict) {
  const std::string side = sign < 0 ? "the lower end" : "the upper end";
  const double room = sign * (bound.value - seen);
  if (std::isinf(bound.value)) {
    return verdict.require(sign * seen > 10, fmt::format("{} is far from {:.6g}", side, seen));
  }
  verdict.require(room >= -bound.precision, fmt::format("{} is crossed: {:.9g}", side, seen));
  verdict.require(room <= (std::max(bound.precision, closed ? 1e-6 : 1e-3)),
                  fmt::format("{} is not {}: {:.9g}", side, closed ? "reached" : "approached", seen));
}

void check_range(const ActivationChoice& choice, at::Device device, Verdict& verdict) {
  if (!at_defaults(choice) || choice.row->name == formula_name) return;
  const bool one_variable = choice.row->kind == Kind::element_wise;
  const long channels = one_variable ? 1 : 3 * choice.outputs_per_unit();
  const auto far = column({-1e15, -1e9, -1e6, -1e4, 1e4, 1e6, 1e9, 1e15});
  const auto x = one_variable ? at::cat({at::linspace(-60, 60, 60001, at::kDouble).unsqueeze(1), far})
                              : 10 * drawn_inputs(choice, 256, channels);
  const auto value = Subject(choice, device, at::kDouble, channels).value(x);
  const auto& text = choice.row->range;
  const auto comma = text.find(',');
  const Bound low(text.substr(1, comma - 1)), high(text.substr(comma + 1));
  const double least = value.min().item<double>(), most = value.max().item<double>();
  if (one_variable) {
    check_bound(-1, low, text.front() == '[', least, verdict);
    check_bound(1, high, text.back() == ']', most, verdict);
  } else {
    verdict.require(least >= low.value - low.precision && most <= high.value + high.precision,
                    fmt::format("outside of its range: {:.6g} to {:.6g}", least, most));
  }
}

}  // namespace

CheckFinding properties(const ActivationChoice& choice, at::Device device) {
  Verdict verdict;
  check_claim(choice, device, "monotone", choice.row->monotone, fall, verdict);
  if (falls_then_rises(*choice.row) && !choice.row->monotone)
    check_claim(choice, device, "falling, then rising", true, hill, verdict);
  check_claim(choice, device, "odd", choice.row->zero_centred, asymmetry, verdict);
  if (choice.row->kind == Kind::element_wise) check_kinks(choice, device, verdict);
  check_range(choice, device, verdict);
  return verdict.finding("as the table says");
}

CheckFinding twins(const ActivationChoice& choice, at::Device device) {
  const auto& row = *choice.row;
  if (row.twin.empty()) return not_applicable("has no twin");
  if (!at_defaults(choice)) return not_applicable("twins are one function at default arguments");
  auto frozen = choice;
  frozen.frozen = true;
  const auto x = drawn_inputs(frozen, 512, 1).view({-1, 1, 4, 4});  // a picture, for who sees neighbours
  const auto own = Subject(frozen, device, at::kDouble).pass(x);
  Verdict verdict;
  bool found = false;
  for (const auto& other : catalogue()) {
    if (other.twin != row.twin || other.name == row.name) continue;
    found = true;
    auto twin = resolve_activation({other.name, {}});
    twin.frozen = true;
    const auto pass = Subject(twin, device, at::kDouble).pass(x);
    verdict.compare("value beside " + other.name, own.value, pass.value, 1e-14, x);
    verdict.compare("slope beside " + other.name, own.gradient, pass.gradient, 1e-14, x);
  }
  verdict.require(found, "its twin is in no table");
  return verdict.finding();
}

}  // namespace actlab::checking
