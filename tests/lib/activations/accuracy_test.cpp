// How many units in the last place of float32 the kernels are off, row by row, on the instruction set of this
// machine: at the points of mpmath, and at others against the row's own function in float64, which the check
// `float64` compares with mpmath.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>

#include "lib/activations/check_support.h"
#include "lib/activations/kernels/fused.h"
#include "lib/activations/reference.h"

#include "tests/lib/activations/helpers.h"

namespace actlab {
namespace {

/// What is allowed, in units of the last place of max(|value|, least). As in the programs, numbers below the
/// smallest normal one are flushed to zero: below 2^−100 that is what is left of a division. Slopes count
/// from 1 on: an incoming gradient is multiplied by them, and is then added to others.
struct Bound {
  std::string row;
  double values = 2, least = 0x1p-100;
  bool arguments_are_exact = true;  // else the values of mpmath are for other numbers than float32 can hold
  double slopes = 3;
  bool cancels = true;  // where the row says so
};

/// Every row that may be further off than 2 units, and why.
const std::vector<Bound> exceptions = {
    // Zeros away from 0: of two numbers that cancel there, each rounded once, only the roundings are left.
    {"star_relu", 2, 0.4472},                // scale·x² + shift
    {"sine_relu", 2, 0.0025},                // sin x − cos x
    {"flatten_t_swish", 2, 0.2},             // x·σ(x) + t
    {"cosper", 2, 1},                        // cos x − x
    {"soft_exponential", 2, 0.125},          // (e^(αx) − 1)/α + α
    {"rational", 5, 1, /*exact=*/false, 8},  // a polynomial whose terms cancel, of rounded coefficients
    // A number that is learned is a float32: delta = 0.85 is another one than mpmath's.
    {"pserf", 2, 0x1p-100, /*exact=*/false},
    // An exponential of one, which float64 has digits for.
    {"golu", 2, 0x1p-100, /*exact=*/true, 3, /*cancels=*/false},
};

Bound bound_of(const std::string& row) {
  for (const auto& bound : exceptions) {
    if (bound.row == row) return bound;
  }
  return {row};
}

/// The distance of float32 numbers at x.
double unit_at(double x) {
  return std::exp2(std::floor(std::log2(std::clamp(std::fabs(x), 0x1p-126, 0x1p127)))) * 0x1p-23;
}

struct Worst {
  double units = 0, x = 0;
  void see(double actual, double expected, double point, double least) {
    if (std::isnan(expected) || std::fabs(expected) > std::numeric_limits<float>::max()) return;
    constexpr double smallest = std::numeric_limits<float>::min();
    if (0 < std::fabs(point) && std::fabs(point) < smallest) return;  // flushed: the kernel is given 0
    if (std::fabs(expected) < smallest && std::fabs(actual) <= smallest) return;
    const double error = std::fabs(actual - expected) / unit_at(std::max(std::fabs(expected), least));
    if (!(error <= units)) *this = {error, point};
  }
};

Numbers numbers_of(const at::Tensor& t) {
  const auto flat = t.to(at::kDouble).contiguous().flatten();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

/// What the kernel makes of points, as float64.
std::pair<Numbers, Numbers> computed(const ActivationChoice& choice, const Numbers& points,
                                     at::ScalarType type) {
  const auto pass = checking::Subject(choice, at::kCPU, type).pass(checking::column(points));
  return {numbers_of(pass.value), numbers_of(pass.gradient)};
}

/// Inputs of ordinary size, and as many next to 0 and far out.
Numbers drawn_points() {
  const auto even = checking::drawn({60000}, -12, 12, "accuracy"),
             sizes = checking::drawn({60000}, std::log(1e-6), std::log(95), "sizes").exp(),
             signs = checking::drawn({60000}, -1, 1, "signs").sign();
  return numbers_of(at::cat({even, sizes * signs}).to(at::kFloat));
}

struct Errors {
  Worst value, slope;
};

Errors against_mpmath(const ActivationChoice& choice, const Bound& bound) {
  const auto& reference = *find_reference(choice);
  const auto [values, slopes] = computed(choice, reference.points, at::kFloat);
  Errors errors;
  for (size_t i = 0; i < values.size(); ++i) {
    errors.value.see(values[i], reference.values[i], reference.points[i], bound.least);
    errors.slope.see(slopes[i], reference.slopes[i], reference.points[i], 1);
  }
  return errors;
}

Errors against_float64(ActivationChoice choice, const Bound& bound) {
  for (auto& number : choice.numbers) number = static_cast<double>(static_cast<float>(number));
  const auto points = drawn_points();
  const auto [values, slopes] = computed(choice, points, at::kFloat);
  const auto [exact, exact_slopes] = computed(choice, points, at::kDouble);
  // Where the row cancels, float64 is right to 1e-12, which is too much of smaller numbers.
  const double sure = choice.row->cancels && bound.cancels ? 1e-3 : 0;
  Errors errors;
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::fabs(exact[i]) >= sure) errors.value.see(values[i], exact[i], points[i], bound.least);
    errors.slope.see(slopes[i], exact_slopes[i], points[i], 1);
  }
  return errors;
}

/// Without fused multiplication and addition (SSE4) every product is rounded before it is added.
double allowance() { return kernels::instruction_set().rfind("SSE", 0) == 0 ? 1.7 : 1; }

void expect_within(const Bound& bound, const Errors& errors, const char* where) {
  EXPECT_LE(errors.value.units, allowance() * bound.values) << where << ", value at x = " << errors.value.x;
  EXPECT_LE(errors.slope.units, allowance() * bound.slopes) << where << ", slope at x = " << errors.slope.x;
}

std::vector<std::string> rows_with_kernels() {
  std::vector<std::string> names;
  for (const auto& row : catalogue()) {
    if (row.kernel != nullptr) names.push_back(row.name);
  }
  return names;
}

class Accuracy : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { at::globalContext().setFlushDenormal(true); }
  void TearDown() override { at::globalContext().setFlushDenormal(false); }
};
INSTANTIATE_TEST_SUITE_P(Catalogue, Accuracy, testing::ValuesIn(rows_with_kernels()), test_name);

TEST_P(Accuracy, IsTwoUnitsInTheLastPlace) {
  const auto choice = choose(GetParam());
  const auto bound = bound_of(GetParam());
  if (bound.arguments_are_exact) expect_within(bound, against_mpmath(choice, bound), "mpmath");
  expect_within(bound, against_float64(choice, bound), "float64");
}

TEST(AccuracyOfAll, ExceptionsAreRows) {
  for (const auto& bound : exceptions) EXPECT_THAT(rows_with_kernels(), testing::Contains(bound.row));
}

TEST(AccuracyOfAll, AconCStartsAsSiluAlsoWhereTheSigmoidIsOutOfRange) {
  auto points = drawn_points();
  for (double x = -100; x < -80; x += 0.125) points.push_back(x);
  const auto silu = computed(choose("silu"), points, at::kFloat).first;
  EXPECT_EQ(computed(choose("acon_c"), points, at::kFloat).first, silu);
  EXPECT_EQ(computed(choose("acon_c:p1=0,p2=1"), points, at::kFloat).first, silu);
}

TEST(AccuracyOfAll, SeesAnErrorOfThreeUnits) {
  Worst worst;
  worst.see(1.0 + 3 * 0x1p-23, 1.0, 7, 0);
  EXPECT_EQ(worst.units, 3);
  EXPECT_EQ(worst.x, 7);
  worst.see(NAN, 1.0, 8, 0);
  EXPECT_TRUE(std::isnan(worst.units));
}

}  // namespace
}  // namespace actlab
