// Vectors of float32 for one instruction set at a time, and arithmetic with them, also with numbers of twice
// the digits. No guard that lasts: Highway includes the file once for each instruction set.

#if defined(ACTLAB_KERNELS_VECTORS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ACTLAB_KERNELS_VECTORS_INL_H
#undef ACTLAB_KERNELS_VECTORS_INL_H
#else
#define ACTLAB_KERNELS_VECTORS_INL_H
#endif

#include <hwy/highway.h>

#include <limits>

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
/// x, or −x where the other one is below 0.
HWY_INLINE V signed_by(V x, V sign) { return hn::Xor(x, hn::And(sign, number(-0.0f))); }
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

/// The last step of polynomial(): last·x + other.
struct Steps {
  V last, other;
};
/// c[0] + c[1]·x + c[2]·x² + … The even and the odd powers are two sums, which do not wait for each other,
/// down to the power `lone`: those below come one after the other, which rounds off less where terms cancel.
template <size_t lone = 0, size_t size>
HWY_INLINE Steps steps_of_polynomial(const float (&c)[size], V x) {
  const V x2 = x * x;
  V last = number(c[size - 1]), other = number(c[size - 2]);
  for (size_t i = size - 2; i-- > lone;) {
    const V sum = fma(last, x2, c[i]);
    last = other;
    other = sum;
  }
  for (size_t i = lone; i-- > 0;) {
    last = fma(last, x, other);
    other = number(c[i]);
  }
  return {last, other};
}
template <size_t lone = 0, size_t size>
HWY_INLINE V polynomial(const float (&c)[size], V x) {
  const auto steps = steps_of_polynomial<lone>(c, x);
  return fma(steps.last, x, steps.other);
}

/// A number with twice the digits: high + low.
struct Wide {
  V high, low;
};
HWY_INLINE Wide operator-(Wide a) { return {-a.high, -a.low}; }

/// polynomial() with the digits that its last step rounds off.
template <size_t lone = 0, size_t size>
HWY_INLINE Wide wide_polynomial(const float (&c)[size], V x) {
  const auto steps = steps_of_polynomial<lone>(c, x);
  const V high = fma(steps.last, x, steps.other);
  return {high, fma(steps.last, x, steps.other - high)};
}

/// The sum without rounding (Knuth 1969, The art of computer programming, volume 2).
HWY_INLINE Wide sum_of(V a, V b) {
  const V high = a + b, second = high - a;
  return {high, (a - (high - second)) + (b - second)};
}

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
  return {high, (((a1 * b1 - high) + a1 * b2) + a2 * b1) + a2 * b2};
#endif
}

/// start − a·b, rounded once where start lies near a·b, on every machine.
HWY_INLINE V minus_product(V start, V a, V b) {
#if HWY_NATIVE_FMA
  return hn::NegMulAdd(a, b, start);
#else
  const Wide all = product(a, b);
  return (start - all.high) - all.low;
#endif
}

/// 1/x to 14 bits at least (22 without AVX-512), 1e-37 < |x| < 1e37: in fewer cycles than a division.
HWY_INLINE V rough_reciprocal(V x) {
  const V q = hn::ApproximateReciprocal(x);
#if HWY_TARGET <= HWY_AVX3
  return q;
#else
  return fma(q, hn::NegMulAdd(x, q, number(1.0f)), q);
#endif
}
/// To a unit in the last place or two.
HWY_INLINE V reciprocal(V x) {
  const V q = rough_reciprocal(x);
  return fma(q, hn::NegMulAdd(x, q, number(1.0f)), q);
}
HWY_INLINE V reciprocal(Wide x) {
  const V q = rough_reciprocal(x.high);
  return fma(q, hn::NegMulAdd(x.low, q, hn::NegMulAdd(x.high, q, number(1.0f))), q);
}

/// n/d of any n; to half a unit in the last place where n has few digits, else to one.
HWY_INLINE V quotient(V n, V d) {
#if HWY_TARGET <= HWY_AVX3
  const V q = rough_reciprocal(d), high = n * q;
  return fma(high, hn::NegMulAdd(d, q, number(1.0f)), high);
#else
  return n / d;
#endif
}

/// n/d of a finite n and such a d, and what is left of it, as part of d: where n is below 1e-30 that is out
/// of the range.
struct Quotient {
  V high, rest, per_d;

  HWY_INLINE Quotient(V n, V d) {
#if HWY_NATIVE_FMA
    per_d = rough_reciprocal(d);
    high = n * per_d;
    rest = hn::NegMulAdd(high, d, n);
#else
    per_d = 1.0f / d;
    high = n / d;
    rest = zero();
#endif
  }
  HWY_INLINE Quotient(V n, Wide d) : Quotient(n, d.high) { rest = hn::NegMulAdd(high, d.low, rest); }
  HWY_INLINE Quotient(Wide n, V d) : Quotient(n.high, d) { rest = rest + n.low; }
  HWY_INLINE Quotient(Wide n, Wide d) : Quotient(n.high, d) { rest = rest + n.low; }
  HWY_INLINE V value() const { return fma(rest, per_d, high); }
  HWY_INLINE Wide wide() const {
    const V all = value();
    return {all, fma(rest, per_d, high - all)};
  }
};

HWY_INLINE Wide product(V a, Wide b) {
  const Wide whole = product(a, b.high);
  return {whole.high, fma(a, b.low, whole.low)};
}
HWY_INLINE Wide product(Wide a, Wide b) {
  const Wide most = product(a.high, b);
  return {most.high, fma(a.low, b.high, most.low)};
}
/// factor·(1 + fraction)
HWY_INLINE Wide grown(V factor, V fraction) {
  const V high = fma(factor, fraction, factor);
  return {high, fma(factor, fraction, factor - high)};
}
HWY_INLINE Wide grown(Wide factor, V fraction) {
  const Wide most = grown(factor.high, fraction);
  return {most.high, most.low + fma(factor.low, fraction, factor.low)};
}
/// a + b where |a| ≥ |b|, without rounding.
HWY_INLINE Wide ordered_sum(V a, V b) {
  const V high = a + b;
  return {high, b - (high - a)};
}
/// factor·x, also of an infinite factor.
HWY_INLINE V times(Wide x, V factor) {
  return fma(factor, x.high, hn::IfThenZeroElse(hn::IsInf(factor), factor * x.low));
}

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
