// The words of the formulas: vectors of float32 with the functions of mathematics, for one instruction set at
// a time. Right to 2 units in the last place unless it says otherwise; numbers below the smallest normal one
// may be 0. No guard that lasts: Highway includes the file once for each instruction set.

#if defined(ACTLAB_KERNELS_FUNCTIONS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ACTLAB_KERNELS_FUNCTIONS_INL_H
#undef ACTLAB_KERNELS_FUNCTIONS_INL_H
#else
#define ACTLAB_KERNELS_FUNCTIONS_INL_H
#endif

#include <hwy/highway.h>

#include <cmath>
#include <limits>

#include "lib/activations/kernels/polynomials.h"

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
using M = hn::Mask<D>;
using Numbers = const V*;  // of a row, in the order of its arguments
inline constexpr D d;
inline constexpr hn::RebindToSigned<D> whole;
using Whole = hn::Vec<hn::RebindToSigned<D>>;

inline constexpr float infinity = std::numeric_limits<float>::infinity();
inline constexpr float largest = std::numeric_limits<float>::max();
inline constexpr float closed = -1e30f;  // where a gate has closed for good, and no product overflows yet

HWY_INLINE V number(float c) { return hn::Set(d, c); }
HWY_INLINE V zero() { return hn::Zero(d); }

HWY_INLINE V operator-(V a) { return hn::Neg(a); }
HWY_INLINE V operator+(V a, float b) { return a + number(b); }
HWY_INLINE V operator+(float a, V b) { return number(a) + b; }
HWY_INLINE V operator-(V a, float b) { return a - number(b); }
HWY_INLINE V operator-(float a, V b) { return number(a) - b; }
HWY_INLINE V operator*(V a, float b) { return a * number(b); }
HWY_INLINE V operator*(float a, V b) { return number(a) * b; }
HWY_INLINE V operator/(V a, float b) { return a / number(b); }
HWY_INLINE V operator/(float a, V b) { return number(a) / b; }
HWY_INLINE M operator<(V a, float b) { return a < number(b); }
HWY_INLINE M operator>(V a, float b) { return a > number(b); }
HWY_INLINE M operator<=(V a, float b) { return a <= number(b); }
HWY_INLINE M operator>=(V a, float b) { return a >= number(b); }

HWY_INLINE V select(M condition, V yes, V no) { return hn::IfThenElse(condition, yes, no); }
HWY_INLINE V select(M condition, V yes, float no) { return select(condition, yes, number(no)); }
HWY_INLINE V select(M condition, float yes, V no) { return select(condition, number(yes), no); }
HWY_INLINE V select(M condition, float yes, float no) { return select(condition, number(yes), number(no)); }
/// x where the condition holds, else 0.
HWY_INLINE V where(M condition, V x) { return hn::IfThenElseZero(condition, x); }
HWY_INLINE M both(M a, M b) { return hn::And(a, b); }

// Of NaN these four may make a number: the loops put it back.
HWY_INLINE V at_least(V x, float low) { return hn::Max(x, number(low)); }
HWY_INLINE V at_most(V x, float high) { return hn::Min(x, number(high)); }
HWY_INLINE V clamp(V x, float low, float high) { return at_most(at_least(x, low), high); }
HWY_INLINE V maximum(V a, V b) { return hn::Max(a, b); }
HWY_INLINE V minimum(V a, V b) { return hn::Min(a, b); }

HWY_INLINE V abs(V x) { return hn::Abs(x); }
HWY_INLINE V with_sign(V size, V sign) { return hn::CopySign(size, sign); }
/// factor·x, and 0 where the factor is, also for an infinite x.
HWY_INLINE V scaled(V factor, V x) { return where(factor != zero(), factor * x); }
/// Far out, but so that products stay in the range.
HWY_INLINE V bounded(V x) { return clamp(x, closed, -closed); }
HWY_INLINE V square(V x) { return x * x; }
HWY_INLINE V sqrt(V x) { return hn::Sqrt(x); }
/// a·b + c, rounded once where the machine can.
HWY_INLINE V fma(V a, V b, V c) { return hn::MulAdd(a, b, c); }
HWY_INLINE V fma(V a, V b, float c) { return hn::MulAdd(a, b, number(c)); }
HWY_INLINE V fma(V a, float b, V c) { return hn::MulAdd(a, number(b), c); }

/// c[0] + c[1]·x + c[2]·x² + …
template <size_t size>
HWY_INLINE V polynomial(const float (&c)[size], V x) {
  V sum = number(c[size - 1]);
  for (size_t i = size - 1; i-- > 0;) sum = fma(sum, x, c[i]);
  return sum;
}

/// A number with twice the digits: high + low.
struct Wide {
  V high, low;
};

/// The upper half of a number's digits.
HWY_INLINE V upper(V x) { return hn::BitCast(d, hn::And(hn::BitCast(whole, x), hn::Set(whole, -4096))); }

/// The product without rounding (Dekker 1971, A floating-point technique for extending the available
/// precision).
HWY_INLINE Wide product(V a, V b) {
  const V high = a * b;
#if HWY_NATIVE_FMA
  return {high, hn::MulSub(a, b, high)};
#else
  const V a1 = upper(a), b1 = upper(b), a2 = a - a1, b2 = b - b1;
  return {high, ((a1 * b1 - high) + (a1 * b2 + a2 * b1)) + a2 * b2};
#endif
}

/// e to some power, as 2^k·(1 + fraction). Beyond ±174 it stands still.
struct Exponential {
  V fraction;
  V half, other_half;  // of the power of two: their product may leave the range

  /// factor·e^x, rounded once more than it must where it is below the smallest normal number.
  HWY_INLINE V times(V factor) const { return fma(factor, fraction, factor) * half * other_half; }
  HWY_INLINE V value() const { return times(number(1.0f)); }
  /// e^x − 1 without loss of digits next to 0, x < 88.
  HWY_INLINE V minus_one() const {
    const V scale = half * other_half;
    return fma(scale, fraction, scale - 1.0f);
  }
};

/// 2^k of k + 127.
HWY_INLINE V power_of_two(Whole biased) { return hn::BitCast(d, hn::ShiftLeft<23>(biased)); }

/// e^(x + rest), rest being small against 1.
HWY_INLINE Exponential exponential(V x, V rest) {
  const V near = clamp(x, -174.0f, 174.0f);
  const Whole k = hn::NearestInt(near * 1.44269504f);
  const V count = hn::ConvertTo(d, k);
  V r = hn::NegMulAdd(count, number(0.693145752f), near);  // ln 2 in two parts: the first has few digits
  r = hn::NegMulAdd(count, number(1.42860677e-06f), r) + rest;
  const V fraction = fma(r * r, polynomial(polynomials::exponential, r), r);
  const Whole half = hn::ShiftRight<1>(k), bias = hn::Set(whole, 127);
  return {fraction, power_of_two(half + bias), power_of_two(k - half + bias)};
}
HWY_INLINE Exponential exponential(V x) { return exponential(x, zero()); }
HWY_INLINE Exponential exponential(Wide x) { return exponential(x.high, where(abs(x.high) < 174.0f, x.low)); }
HWY_INLINE V exp(V x) { return exponential(x).value(); }
/// e^x − 1.
HWY_INLINE V expm1(V x) { return exponential(at_most(x, 88.0f)).minus_one(); }

/// k·ln 2 + ln(1 + f), f in [√½ − 1, √2 − 1].
HWY_INLINE V logarithm(V f, Whole k) {
  const V count = hn::ConvertTo(d, k), f2 = f * f;
  V rest = f2 * f * polynomial(polynomials::logarithm, f);
  rest = fma(count, 1.42860677e-06f, rest);
  rest = hn::NegMulAdd(number(0.5f), f2, rest);
  return fma(count, 0.693145752f, f + rest);
}

/// The exponent of x in x = 2^k·m, m in [√½, √2).
HWY_INLINE Whole binary_exponent(V x) {
  return hn::ShiftRight<23>(hn::BitCast(whole, x) - hn::Set(whole, 0x3f3504f3));
}
/// 2^−k
HWY_INLINE V inverse_power(Whole k) { return power_of_two(hn::Set(whole, 127) - k); }

/// The logarithm of a normal number.
HWY_INLINE V log(V x) {
  const Whole k = binary_exponent(x);
  return logarithm(fma(x, inverse_power(k), -1.0f), k);
}
/// ln(1 + x), −1 < x < 1e37.
HWY_INLINE V log1p(V x) {
  const Whole k = binary_exponent(x + 1.0f);
  const V scale = inverse_power(k);
  return logarithm(fma(x, scale, scale - 1.0f), k);
}

/// The same for 0 ≤ x ≤ 1, in fewer steps.
HWY_INLINE V log1p_of_part(V x) {
  const M above = x > 0.414213562f;  // √2 − 1: 1 + x is 2·(1 + f)
  const V f = select(above, fma(x, 0.5f, number(-0.5f)), x), f2 = f * f;
  V rest = f2 * f * polynomial(polynomials::logarithm, f);
  rest = hn::NegMulAdd(number(0.5f), f2, rest) + where(above, number(1.42860677e-06f));
  return where(above, number(0.693145752f)) + (f + rest);
}

/// What the functions of the sigmoid's kind are made of: u = e^−|x| and 1/(1 + u).
struct Logistic {
  V x;
  Exponential power;
  V u, q;

  HWY_INLINE explicit Logistic(V argument) : Logistic(Wide{argument, zero()}) {}
  HWY_INLINE explicit Logistic(Wide argument) : x(argument.high) {
    const M negative = x < 0.0f;
    power = exponential(Wide{-abs(x), select(negative, argument.low, -argument.low)});
    u = power.value();
    q = 1.0f / (1.0f + u);
  }
  /// factor·σ(x), also where σ(x) alone is below the range.
  HWY_INLINE V gate(V factor) const { return select(x < 0.0f, power.times(factor), factor) / (1.0f + u); }
  HWY_INLINE V sigmoid() const { return select(x < 0.0f, u, 1.0f) * q; }
  /// 1 − σ(x) = σ(−x)
  HWY_INLINE V rest() const { return select(x < 0.0f, 1.0f, u) * q; }
  /// σ'(x)
  HWY_INLINE V slope() const { return u * q * q; }
  /// ln(1 + e^x)
  HWY_INLINE V softplus() const { return at_least(x, 0.0f) + log1p_of_part(u); }
};

HWY_INLINE V sigmoid(V x) { return Logistic(x).gate(number(1.0f)); }
/// ln(1 + e^x)
HWY_INLINE V softplus(V x) { return at_least(x, 0.0f) + log1p_of_part(exp(-abs(x))); }

/// The hyperbolic tangent, and its slope without the loss of 1 − y².
struct Tangent {
  V value, slope;
  HWY_INLINE explicit Tangent(V x) {
    const auto power = exponential(-2.0f * abs(x));
    const V below = power.minus_one(), u = power.value(), q = 1.0f / (below + 2.0f);
    const V size =
        select(u < 0.33f, 1.0f - 2.0f * u * q, -below * q);  // what rounding leaves of each is small there
    value = with_sign(size, x);
    slope = 4.0f * u * q * q;
  }
};
HWY_INLINE V tanh(V x) { return Tangent(x).value; }

/// e^(x²)·erfc x for x ≥ 0. Shepherd & Laframboise 1981, Chebyshev approximation of (1 + 2x)exp(x²)erfc x in
/// 0 ≤ x < ∞.
HWY_INLINE V scaled_complement(V x) {
  const V near = at_most(x, 1e18f);
  const V q = (near - 2.0f) / (near + 2.0f);
  return polynomial(polynomials::complement, q) / fma(near, 2.0f, number(1.0f));
}

/// e^(−scale·x²), with the digits of the square.
HWY_INLINE Exponential bell(V x, float scale) {
  const V near = clamp(x, -1e4f, 1e4f);
  const Wide square = product(near * -scale, near);
  return exponential(square);
}

/// The error function.
HWY_INLINE V erf(V x) {
  const V size = at_most(abs(x), 1e4f), z = square(at_most(size, 1.0f));
  const V near = fma(size, 1.128379f, size * polynomial(polynomials::error_function, z));
  const V far = 1.0f - bell(size, 1.0f).times(scaled_complement(size));
  return with_sign(select(size < 1.0f, near, far), x);
}
/// Its slope, 2/√π·e^(−x²).
HWY_INLINE V erf_slope(V x) { return bell(x, 1.0f).times(number(1.12837917f)); }

/// The normal distribution: factor·Φ(x), also where Φ(x) alone is below the range, and the density φ(x).
struct Normal {
  V x;
  Exponential power;  // e^(−x²/2)
  V tail;             // Φ(−|x|) without that power
  HWY_INLINE explicit Normal(V argument)
      : x(argument),
        power(bell(argument, 0.5f)),
        tail(0.5f * scaled_complement(abs(argument) * 0.707106781f)) {}
  HWY_INLINE V gate(V factor) const {
    const V beyond = power.times(tail * bounded(factor));
    return select(x < 0.0f, beyond, factor - beyond);
  }
  /// Φ(x) + x·φ(x)
  HWY_INLINE V gelu_slope() const {
    const V density = clamp(x, -1e4f, 1e4f) * 0.398942280f;
    return select(x < 0.0f, power.times(tail + density), 1.0f + power.times(density - tail));
  }
};

/// The arc tangent.
HWY_INLINE V atan(V x) {
  const V size = abs(x);
  const M outside = size > 1.0f;
  const V near = select(outside, 1.0f / size, size), z = near * near;
  const V angle = fma(near * z, polynomial(polynomials::arctangent, z), near);
  return with_sign(select(outside, 1.57079637f - angle + -4.37113883e-08f, angle), x);
}

/// sin and cos of factor·x.
struct Wave {
  V sine, cosine;

  HWY_INLINE explicit Wave(V x) : Wave(x, number(1.0f)) {}
  HWY_INLINE Wave(V x, V factor) {
    if (HWY_LIKELY(hn::AllTrue(d, abs(x * factor) < number(1048576.0f)))) {
      near(x, factor);
    } else {
      far(x, factor);
    }
  }

 private:
  /// The product, and what is left of it between −π/4 and π/4, in float64.
  HWY_INLINE void near(V x, V factor) {
    const hn::Half<D> half;
    const hn::Repartition<double, D> wide;
    const auto x_low = hn::PromoteTo(wide, hn::LowerHalf(half, x)),
               x_high = hn::PromoteTo(wide, hn::UpperHalf(half, x));
    const auto f_low = hn::PromoteTo(wide, hn::LowerHalf(half, factor));
    const auto f_high = hn::PromoteTo(wide, hn::UpperHalf(half, factor));
    const auto low = x_low * f_low, high = x_high * f_high;
    const auto per_turn = hn::Set(wide, 0.63661977236758134308);
    const auto k_low = hn::Round(low * per_turn), k_high = hn::Round(high * per_turn);
    // π/2, first 33 bits and the rest: 20 bits of k times the first fit.
    const auto first = hn::Set(wide, 1.57079632673412561417),
               second = hn::Set(wide, 6.07710050650619224932e-11);
    const auto r_low = hn::NegMulAdd(k_low, second, hn::NegMulAdd(k_low, first, low));
    const auto r_high = hn::NegMulAdd(k_high, second, hn::NegMulAdd(k_high, first, high));
    const V r = hn::Combine(d, hn::DemoteTo(half, r_high), hn::DemoteTo(half, r_low));
    const V k = hn::Combine(d, hn::DemoteTo(half, k_high), hn::DemoteTo(half, k_low));
    const Whole quadrant = hn::ConvertTo(whole, k);
    const V z = r * r;
    const V s = fma(r * z, polynomial(polynomials::sine, z), r);
    const V c = fma(z * z, polynomial(polynomials::cosine, z), fma(z, -0.5f, number(1.0f)));
    const auto one = hn::Set(whole, 1), two = hn::Set(whole, 2);
    const M odd = hn::RebindMask(d, hn::Eq(hn::And(quadrant, one), one));
    const V sine_sign = hn::BitCast(d, hn::ShiftLeft<30>(hn::And(quadrant, two)));
    const V cosine_sign = hn::BitCast(d, hn::ShiftLeft<30>(hn::And(quadrant + one, two)));
    sine = hn::Xor(select(odd, c, s), sine_sign);
    cosine = hn::Xor(select(odd, s, c), cosine_sign);
  }

  /// One number at a time, in float64.
  HWY_NOINLINE void far(V x, V factor) {
    HWY_ALIGN float values[hn::MaxLanes(d)], factors[hn::MaxLanes(d)], cosines[hn::MaxLanes(d)];
    hn::Store(x, d, values);
    hn::Store(factor, d, factors);
    for (size_t i = 0; i < hn::Lanes(d); ++i) {
      const double angle = static_cast<double>(values[i]) * static_cast<double>(factors[i]);
      values[i] = static_cast<float>(std::sin(angle));
      cosines[i] = static_cast<float>(std::cos(angle));
    }
    sine = hn::Load(d, values);
    cosine = hn::Load(d, cosines);
  }
};

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
