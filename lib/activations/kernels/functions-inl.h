// The words of the formulas: the functions of mathematics, of vectors. Right to 2 units in the last place
// unless it says otherwise; numbers below the smallest normal one may be 0.

#if defined(ACTLAB_KERNELS_FUNCTIONS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ACTLAB_KERNELS_FUNCTIONS_INL_H
#undef ACTLAB_KERNELS_FUNCTIONS_INL_H
#else
#define ACTLAB_KERNELS_FUNCTIONS_INL_H
#endif

#include <cmath>

#include "lib/activations/kernels/polynomials.h"
#include "lib/activations/kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {

/// 1.5·2^23: adding it rounds to a whole number, which then stands in the lowest bits.
inline constexpr float rounder = 12582912.0f;
HWY_INLINE V nearest_whole(V x) { return (x + rounder) - rounder; }

/// 2^k of a whole k + 127 > 0 or of k itself, |k| < 127.
HWY_INLINE V power_of_two(Whole biased) { return hn::BitCast(d, hn::ShiftLeft<23>(biased)); }
HWY_INLINE V power_of_two(V k) { return power_of_two(hn::BitCast(whole, k + (rounder + 127.0f))); }

/// x·2^k of a whole k, |k| < 253, also where 2^k is out of range.
HWY_INLINE V times_power_of_two(V x, V k) {
#if HWY_TARGET <= HWY_AVX3
  return V{_mm512_scalef_ps(x.raw, k.raw)};
#else
  const V half = nearest_whole(k * 0.5f);
  return x * power_of_two(half) * power_of_two(k - half);
#endif
}

/// e to some power, as 2^k·(1 + fraction).
struct Exponential {
  V fraction, k;

  /// factor·e^x, rounded once more than it must where it is below the smallest normal number.
  HWY_INLINE V times(V factor) const { return times_power_of_two(fma(factor, fraction, factor), k); }
  HWY_INLINE V times(Wide factor) const {
    const Wide all = grown(factor, fraction);
    return times_power_of_two(all.high + all.low, k);
  }
  HWY_INLINE Wide wide_times(Wide factor) const {
    const Wide all = grown(factor, fraction);
    return {times_power_of_two(all.high, k), times_power_of_two(all.low, k)};
  }
  HWY_INLINE V value() const { return times_power_of_two(1.0f + fraction, k); }
  HWY_INLINE V scale() const { return times_power_of_two(number(1.0f), k); }
  HWY_INLINE Wide wide_value() const { return grown(scale(), fraction); }
  /// e^x − 1 without loss of digits next to 0, x < 88.
  HWY_INLINE V minus_one() const { return wide_minus_one().high; }
  HWY_INLINE Wide wide_minus_one() const {
    const V s = scale(), high = fma(s, fraction, s - 1.0f);
    return {high, fma(s, fraction, (s - 1.0f) - high)};
  }
  /// e^x − 1 + c
  HWY_INLINE V minus_one_and(V c) const {
    const V s = scale();
    return fma(s, fraction, (s - 1.0f) + c);
  }
};

/// ln 2 in two parts, of which the first has few digits, and 1/ln 2.
inline constexpr float ln2_high = 0.693145752f, ln2_low = 1.42860677e-06f, per_ln2 = 1.44269504f;

/// e^x, |x| < 175, and its exponent k with what is left of x.
HWY_INLINE V nearest_exponent(V x) { return fma(x, per_ln2, number(rounder)) - rounder; }
HWY_INLINE V rest_of_exponent(V x, V k) {
  const V first = hn::NegMulAdd(k, number(ln2_high), x);
  return hn::NegMulAdd(k, number(ln2_low), first);
}
HWY_INLINE V rest_of_exponent(Wide x, V k) {
  return hn::NegMulAdd(k, number(ln2_high), x.high) + hn::NegMulAdd(k, number(ln2_low), x.low);
}
HWY_INLINE Exponential exponential_of_rest(V r, V k) {
  return {fma(r * r, polynomial(polynomials::exponential, r), r), k};
}
HWY_INLINE Exponential exponential_inside(V x) {
  const V k = nearest_exponent(x);
  return exponential_of_rest(rest_of_exponent(x, k), k);
}
HWY_INLINE Exponential exponential_inside(Wide x) {
  const V k = nearest_exponent(x.high);
  return exponential_of_rest(rest_of_exponent(x, k), k);
}

/// e^x of |x| < 88 with a third more digits.
HWY_INLINE Wide wide_exponential(V x) {
  const V k = nearest_exponent(x);
  const V first = hn::NegMulAdd(k, number(ln2_high), x), r = hn::NegMulAdd(k, number(ln2_low), first);
  const V lost = hn::NegMulAdd(k, number(ln2_low), first - r);
  const Wide squares = product(0.5f * r, r), sum = ordered_sum(r, squares.high);
  const V rest =
      fma(r * r * r, polynomial(polynomials::exponential_rest, r), fma(lost, r, lost) + squares.low);
  const Wide most = ordered_sum(number(1.0f), sum.high);
  const Wide all = ordered_sum(most.high, most.low + (sum.low + rest));
  const V scale = power_of_two(k);
  return {scale * all.high, scale * all.low};
}

/// e^x − 1 of x ≤ 0 with some more digits.
HWY_INLINE Wide wide_falling_expm1(Wide x) {
  const V near = at_least(x.high, -87.0f), k = nearest_exponent(near), r = rest_of_exponent(near, k);
  const V squares = r * r, p = polynomial(polynomials::exponential, r), fraction = fma(squares, p, r);
  const V low = fma(squares, p, r - fraction) + fma(x.low, fraction, x.low);
  const Wide result = Exponential{fraction, k}.wide_minus_one();
  return {result.high, fma(power_of_two(k), low, result.low)};
}

/// Beyond ±174 it stands still.
HWY_INLINE Exponential exponential(V x) { return exponential_inside(clamp(x, -174.0f, 174.0f)); }
HWY_INLINE Exponential exponential(Wide x) {
  return exponential_inside(Wide{clamp(x.high, -174.0f, 174.0f), where(abs(x.high) < 174.0f, x.low)});
}
/// Of x ≤ 0.
HWY_INLINE Exponential falling_exponential(V x) { return exponential_inside(at_least(x, -174.0f)); }
HWY_INLINE Exponential falling_exponential(Wide x) {
  return exponential_inside(Wide{at_least(x.high, -174.0f), where(x.high > -174.0f, x.low)});
}
HWY_INLINE V exp(V x) { return exponential(x).value(); }
/// e^x − 1.
HWY_INLINE V expm1(V x) { return exponential_inside(clamp(x, -174.0f, 88.0f)).minus_one(); }

/// k·ln 2 + ln(1 + f) + a little, f in [√½ − 1, √2 − 1].
HWY_INLINE V logarithm(V f, Whole k, V little) {
  const V count = hn::ConvertTo(d, k);
  const V rest = fma(f * f, polynomial(polynomials::logarithm, f), fma(count, ln2_low, little));
  return fma(count, ln2_high, f + rest);
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
  return logarithm(fma(x, inverse_power(k), -1.0f), k, zero());
}
/// ln(1 + x), −1 < x < 1e37.
HWY_INLINE V log1p(Wide x) {
  const Whole k = binary_exponent(x.high + 1.0f);
  const V scale = inverse_power(k), f = fma(x.high, scale, scale - 1.0f);
  const V lost = fma(x.low, scale, fma(x.high, scale, (scale - 1.0f) - f));
  return logarithm(f, k, lost * fma(f, -0.75f, number(1.0f)));  // times the slope, roughly
}
HWY_INLINE V log1p(V x) {
  const Whole k = binary_exponent(x + 1.0f);
  const V scale = inverse_power(k);
  return logarithm(fma(x, scale, scale - 1.0f), k, zero());
}

/// ln(1 + x)·(scaled/x), 0 ≤ x ≤ 1, in fewer steps.
HWY_INLINE V log1p_of_part(V x, V scaled) {
  return fma(scaled * x, polynomial<4>(polynomials::logarithm_of_part, x), scaled);
}
HWY_INLINE V log1p_of_part(V x) { return log1p_of_part(x, x); }
/// With some more digits.
HWY_INLINE Wide log1p_of_part(Wide x) {
  const V squares = square(x.high), p = polynomial<4>(polynomials::logarithm_of_part, x.high);
  const V high = fma(squares, p, x.high), slope = fma(x.high, -0.5f, number(1.0f));  // roughly
  return {high, fma(x.low, slope, fma(squares, p, x.high - high))};
}

/// −|x|
HWY_INLINE V negative_size(V x) { return hn::Or(x, number(-0.0f)); }

/// What the functions of the sigmoid's kind are made of: u = e^−|x| and 1 + u.
struct Logistic {
  V x, x_low;  // low: what is rounded off from it
  M negative;
  Exponential power;
  V u;
  Wide whole;

  HWY_INLINE explicit Logistic(V argument)
      : Logistic(Wide{argument, zero()}, falling_exponential(negative_size(argument))) {}
  HWY_INLINE explicit Logistic(Wide argument)
      : Logistic(argument, falling_exponential(Wide{negative_size(argument.high),
                                                    -signed_by(argument.low, argument.high)})) {}
  /// factor·σ(x), also where σ(x) alone is below the range.
  HWY_INLINE V gate(V factor) const {
    return gate_of(factor, grown(factor, where(negative, power.fraction)));
  }
  HWY_INLINE V gate(Wide factor) const {
    return gate_of(factor.high, grown(factor, where(negative, power.fraction)));
  }
  HWY_INLINE V sigmoid() const { return Quotient(select(negative, u, 1.0f), whole).value(); }
  /// The same with the digits that it rounds off.
  HWY_INLINE Wide wide_sigmoid() const {
    const Wide part = power.wide_value();
    Quotient ratio(select(negative, part.high, 1.0f), ordered_sum(number(1.0f), part.high));
    ratio.rest = ratio.rest + hn::NegMulAdd(ratio.high, part.low, where(negative, part.low));
    return ratio.wide();
  }
  /// 1 − σ(x) = σ(−x)
  HWY_INLINE V rest() const { return Quotient(select(negative, 1.0f, u), whole).value(); }
  /// σ'(x)
  HWY_INLINE V slope() const { return u * square(reciprocal(whole.high)); }
  /// ln(1 + e^x)
  HWY_INLINE V softplus() const { return at_least(x, 0.0f) + log1p_of_part(u); }
  /// The same with the digits that it rounds off.
  HWY_INLINE Wide wide_softplus() const {
    const Wide bend = log1p_of_part(power.wide_value());
    const Wide sum = sum_of(at_least(x, 0.0f), bend.high);
    return {sum.high, sum.low + (bend.low + where(x > 0.0f, x_low))};
  }

 private:
  HWY_INLINE Logistic(Wide argument, Exponential falling)
      : x(argument.high),
        x_low(argument.low),
        negative(x < 0.0f),
        power(falling),
        u(falling.value()),
        whole(ordered_sum(number(1.0f), u)) {}

  /// Of the factor times the part of the power that is no power of two.
  HWY_INLINE V gate_of(V factor, Wide top) const {
    const Quotient ratio(Wide{select(negative, top.high, factor), top.low}, whole);
    const V rest = hn::IfThenZeroElse(hn::IsInf(factor), ratio.rest);  // of infinity there is none
    return times_power_of_two(fma(rest, ratio.per_d, ratio.high), where(negative, power.k));
  }
};

/// σ(x) = s/(s + c·e^(j·ln 2 − x)), s = c·2^j, where j is near x/ln 2, and the power near 1. c places the sum
/// where its rounding, and that of s + c, weigh least, 1.75 or half of it: they are not made good as in
/// Logistic. −175 < x < 21.
struct Odds {
  V j, s, sum;
  HWY_INLINE Odds(Wide x, float c) : j(nearest_exponent(x.high)), s(times_power_of_two(number(c), j)) {
    const V r = fma(j, ln2_low, hn::MulSub(j, number(ln2_high), x.high)) - x.low;
    sum = fma(exponential_of_rest(r, j).fraction, c, s + c);
  }
};
HWY_INLINE V sigmoid(V x) {
  const Odds odds(Wide{clamp(x, -104.0f, 20.0f), zero()}, 1.75f);
  return quotient(odds.s, odds.sum);
}
/// factor·σ(x), also where σ(x) alone is below the range.
HWY_INLINE V times_sigmoid(V factor, Wide x) {
  constexpr float c = 0.875f, least = -174.0f;  // c as 1.75, but no large factor times it is out of the range
  const Odds odds(Wide{clamp(x.high, least, 20.0f), where(x.high > least, x.low)}, c);
  const V open = Quotient(product(factor, number(c)), odds.sum).value();
  return select(x.high > 20.0f, factor, times_power_of_two(open, odds.j));
}
HWY_INLINE V times_sigmoid(V factor, V x) { return times_sigmoid(factor, Wide{x, zero()}); }
/// ln(1 + e^x)
HWY_INLINE V softplus(V x) {
  return at_least(x, 0.0f) + log1p_of_part(falling_exponential(negative_size(x)).value());
}

/// The hyperbolic tangent, −(t − 1)/(t + 1), t = e^−2|x|, and its slope without the loss of 1 − y².
struct Tangent {
  V x, t;
  Wide bottom;
  Quotient size;  // negative

  HWY_INLINE explicit Tangent(V argument)
      : Tangent(argument, falling_exponential(2.0f * negative_size(argument))) {}
  /// Of x ≥ 0, with more digits.
  HWY_INLINE explicit Tangent(Wide argument)
      : Tangent(argument.high, wide_falling_expm1(Wide{-2.0f * argument.high, -2.0f * argument.low})) {}
  HWY_INLINE V value() const { return with_sign(size.value(), x); }
  /// Of x ≥ 0: the digits that value() rounds off as well.
  HWY_INLINE Wide wide() const { return -size.wide(); }
  HWY_INLINE V slope() const { return 4.0f * t * square(reciprocal(bottom.high)); }

 private:
  HWY_INLINE Tangent(V argument, Exponential power) : Tangent(argument, power, power.scale()) {}
  HWY_INLINE Tangent(V argument, Exponential power, V scale)
      : Tangent(argument, fma(scale, power.fraction, scale), fma(scale, power.fraction, scale - 1.0f)) {}
  HWY_INLINE Tangent(V argument, V power, V below)
      : x(argument), t(power), bottom(ordered_sum(number(2.0f), below)), size(below, bottom) {}
  HWY_INLINE Tangent(V argument, Wide below)
      : x(argument), t(1.0f + below.high), bottom(above(below)), size(below, bottom) {}
  static HWY_INLINE Wide above(Wide below) {
    const Wide sum = ordered_sum(number(2.0f), below.high);
    return {sum.high, sum.low + below.low};
  }
};
HWY_INLINE V tanh(V x) { return Tangent(x).value(); }

/// The hyperbolic tangent of 0 ≤ x ≤ 1, in fewer steps.
HWY_INLINE Wide tanh_of_part(Wide x) {
  const V z = square(x.high), bend = x.high * z * polynomial(polynomials::tangent_of_part, z);
  const Wide y = ordered_sum(x.high, bend);
  return {y.high, fma(x.low, 1.0f - square(y.high), y.low)};
}

/// How far from 0 e^(−x²) and e^(−x²/2) are in the range, with something to spare for a factor.
inline constexpr float bell_end = 13.19f, half_bell_end = 18.65f;

/// e^(−scale·x²), |x| at most where it ends, with the digits of the square.
HWY_INLINE Exponential bell_inside(V x, float scale) { return exponential_inside(product(x * -scale, x)); }
/// e^(−x²)
HWY_INLINE Exponential bell(V x) { return bell_inside(at_most(abs(x), bell_end), 1.0f); }

/// e^(x²/2)·Φ(−x), of the normal distribution, 0 ≤ x ≤ half_bell_end.
struct NormalTail {
  static constexpr float middle = 3.375f;
  V x;
  Wide sum;  // x + middle, exact for every x: middle has few digits
  V w;       // 1/(x + middle)
  HWY_INLINE explicit NormalTail(V size)
      : x(size), sum(ordered_sum(number(middle), size)), w(reciprocal(sum)) {}
  HWY_INLINE V argument() const { return fma(x + x, w, -1.0f); }  // (x − middle)/(x + middle)
  HWY_INLINE V value() const { return w * polynomial(polynomials::normal_tail, argument()); }
  HWY_INLINE Wide wide() const {
    return Quotient(wide_polynomial<2>(polynomials::normal_tail, argument()), sum).wide();
  }
};

/// The normal distribution: factor·Φ(x), also where Φ(x) alone is below the range, and the density φ(x).
struct Normal {
  V x;
  Exponential power;  // e^(−x²/2)
  NormalTail tail;    // Φ(−|x|) without that power
  HWY_INLINE explicit Normal(V argument) : Normal(argument, at_most(abs(argument), half_bell_end)) {}
  HWY_INLINE V gate(V factor) const {
    const V beyond = power.times(product(bounded(factor), tail.wide()));
    return select(x < 0.0f, beyond, factor - beyond);
  }
  HWY_INLINE Wide wide_gate(V factor) const {
    const V near = bounded(factor);
    const Wide beyond = power.wide_times(product(near, tail.wide()));
    const Wide rest = ordered_sum(near, -beyond.high);
    const M left = x < 0.0f;
    return {select(left, beyond.high, rest.high), select(left, beyond.low, rest.low - beyond.low)};
  }
  /// Φ(x) + x·φ(x)
  HWY_INLINE V gelu_slope() const {
    const V density = clamp(x, -1e4f, 1e4f) * 0.398942280f, t = tail.value();
    return select(x < 0.0f, power.times(t + density), 1.0f + power.times(density - t));
  }

 private:
  HWY_INLINE Normal(V argument, V size) : x(argument), power(bell_inside(size, 0.5f)), tail(size) {}
};

inline constexpr float erf_steepness = 1.12837917f;  // 2/√π, at 0

/// The error function of x ≥ 0, with the digits that are rounded off at last. From 4 on it is 1.
HWY_INLINE Wide wide_erf(Wide x) {
  const V size = at_most(x.high, 4.0f), p = polynomial(polynomials::error_near, size * size);
  const M close = size < 0.8f;
  const V near = fma(size, p, size), near_rest = fma(size, p, size - near);
  const V complement = exponential_inside(size * polynomial(polynomials::error_far, size)).value();
  const V far = 1.0f - complement, far_rest = (1.0f - far) - complement;
  const V slope = complement * fma(size, 1.35f, number(erf_steepness));  // roughly
  return {select(close, near, far),
          fma(where(x.high < 4.0f, x.low), slope, select(close, near_rest, far_rest))};
}
HWY_INLINE V erf(V x) { return with_sign(wide_erf(Wide{abs(x), zero()}).high, x); }
/// Its slope, 2/√π·e^(−x²).
HWY_INLINE V erf_slope(V x) { return bell(x).times(number(erf_steepness)); }

/// The arc tangent.
HWY_INLINE V atan(V x) {
  const V size = abs(x);
  const M outside = size > 1.0f;
  const V near = select(outside, 1.0f / size, size), z = near * near;
  const V angle = fma(near * z, polynomial(polynomials::arctangent, z), near);
  return with_sign(select(outside, 1.57079637f - angle + -4.37113883e-08f, angle), x);
}

/// What is left of an angle, at most 2^20, when quarters of a turn are taken off, with twice the digits. π/2
/// in three parts (Cody & Waite 1980, Software manual for the elementary functions): a count times the first,
/// from the angle, leaves no digit out, and times the second it is kept whole.
struct QuarterTurns {
  Whole count;  // in the lowest bits
  Wide rest;    // between −π/4 and π/4, beyond by as much as the count is rounded

  HWY_INLINE explicit QuarterTurns(Wide angle) {
    const V counted = fma(angle.high, 0.636619772f, number(rounder)), quarters = counted - rounder;
    count = hn::BitCast(whole, counted);
    const V first = minus_product(angle.high, quarters, number(1.57079637f));
    const Wide second = product(quarters, number(4.37113883e-08f));
    // Without rounding in either order of size: the first has no digit below the last one of the second.
    const Wide sum = ordered_sum(first, second.high);
    const V third = fma(quarters, 1.71512451e-15f, second.low + angle.low);
    rest = ordered_sum(sum.high, sum.low + third);
  }
  HWY_INLINE M odd() const { return hn::RebindMask(d, hn::TestBit(count, hn::Set(whole, 1))); }
  /// The sign, as the highest bit, of the sine, and with one more quarter of the cosine.
  HWY_INLINE V sign(int32_t more) const {
    const auto quarters = hn::Add(count, hn::Set(whole, more));
    return hn::BitCast(d, hn::ShiftLeft<30>(hn::And(quarters, hn::Set(whole, 2))));
  }
};

/// sin² of an angle, at most 2^20: r²·p, or 1 − r²·p where the quarters of a turn that are taken off it are
/// odd; r is what is left.
struct SquaredSine {
  M odd;
  Wide square;  // r²
  V p;

  HWY_INLINE explicit SquaredSine(Wide angle) {
    const QuarterTurns turns(angle);
    const V r = turns.rest.high;
    square = product(r, r);
    square.low = fma(r + r, turns.rest.low, square.low);
    p = polynomial<1>(polynomials::squared_sine, square.high);
    odd = turns.odd();
  }
  /// start + factor·sin²
  HWY_INLINE V added_to(V start, V factor) const {
    const V signed_factor = select(odd, -factor, factor), slope = p + p - 1.0f;  // of r² p, roughly
    const V size = fma(square.high, p * signed_factor, square.low * (slope * signed_factor));
    return start + where(odd, factor) + size;
  }
};

/// sin and cos of factor·x.
struct Wave {
  V sine, cosine;
  V sine_rest, cosine_rest;  // what is rounded off at last

  /// Whether whole turns can be taken off with the usual digits.
  static HWY_INLINE bool is_near(V angle) { return hn::AllTrue(d, abs(angle) < number(1048576.0f)); }

  HWY_INLINE explicit Wave(V x) : Wave(x, number(1.0f), Wide{x, zero()}) {}
  HWY_INLINE Wave(V x, V factor) : Wave(x, factor, product(x, factor)) {}

 private:
  HWY_INLINE Wave(V x, V factor, Wide angle) {
    if (HWY_LIKELY(is_near(angle.high))) {
      near(QuarterTurns(angle));
    } else {
      far(x, factor);
    }
  }

  HWY_INLINE void near(const QuarterTurns& turns) {
    const V r = turns.rest.high, z = r * r;
    const V bend = fma(r * z, polynomial(polynomials::sine, z), turns.rest.low), s = r + bend;
    const V most = fma(z, -0.5f, number(1.0f));
    const V tail = fma(z * z, polynomial(polynomials::cosine, z), fma(z, -0.5f, 1.0f - most)),
            c = most + tail;
    const V s_rest = bend - (s - r), c_rest = tail - (c - most);
    const M odd = turns.odd();
    sine = hn::Xor(select(odd, c, s), turns.sign(0));
    cosine = hn::Xor(select(odd, s, c), turns.sign(1));
    sine_rest = hn::Xor(select(odd, c_rest, s_rest), turns.sign(0));
    cosine_rest = hn::Xor(select(odd, s_rest, c_rest), turns.sign(1));
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
    sine_rest = cosine_rest = zero();
  }
};

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
