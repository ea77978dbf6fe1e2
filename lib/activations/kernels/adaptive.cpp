// Kernels of the rows that learn their whole shape.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lib/activations/kernels/adaptive.cpp"
#include <hwy/foreach_target.h>

#include "lib/activations/kernels/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {
namespace {

/// max(0, x) + Σ aᵢ·max(0, bᵢ − x); first all a, then all b.
template <size_t hinges>
struct Apl : FromInput<2 * hinges, 2 * hinges> {
  static HWY_INLINE V value(V x, Numbers n) {
    V sum = at_least(x, 0.0f);
    for (size_t i = 0; i < hinges; ++i) sum = sum + scaled(n[i], at_least(n[hinges + i] - x, 0.0f));
    return sum;
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    V sum = where(x > 0.0f, number(1.0f));
    for (size_t i = 0; i < hinges; ++i) sum = sum - where(x < n[hinges + i], n[i]);
    return sum;
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    for (size_t i = 0; i < hinges; ++i) {
      g[i] = at_least(n[hinges + i] - x, 0.0f);
      g[hinges + i] = where(x < n[hinges + i], n[i]);
    }
  }
};

/// P/Q, P = a₀ + … + a₅x⁵, Q = 1 + |A|, A = b₁x + … + b₄x⁴. Outside of ±1 P is divided by x⁵, Q and A by x⁴:
/// they are polynomials of 1/x, and nothing leaves the range.
struct Rational : FromInput<10, 10> {
  struct Site {
    M outside;
    V near, numerator, denominator, q, sign;  // q: 1/denominator; sign: of −A
    V parts[5];                               // x⁰/Q … x⁴/Q

    HWY_INLINE Site(V x, Numbers a) : outside(abs(x) > number(1.0f)), near(bounded(x)) {
      const Numbers b = a + 5;  // b[1] … b[4]
      const V v = select(outside, reciprocal(near), near), v2 = v * v;
      numerator = either(a[0], a[5]);
      V sum = either(b[1], b[4]);
      for (size_t k = 5; k-- > 0;) numerator = fma(numerator, v, either(a[5 - k], a[k]));
      for (size_t k = 4; k-- > 1;) sum = fma(sum, v, either(b[5 - k], b[k]));
      const V part = either(sum, sum * v);
      denominator = either(v2 * v2, number(1.0f)) + abs(part);
      sign = where(part != zero(), with_sign(number(1.0f), -part));
      q = 1.0f / denominator;
      const V powers[5] = {q, v * q, v2 * q, v2 * v * q, v2 * v2 * q};
      for (size_t k = 0; k < 5; ++k) parts[k] = either(powers[4 - k], powers[k]);
    }
    HWY_INLINE V either(V outer, V inner) const { return select(outside, outer, inner); }
    HWY_INLINE V value(V x) const { return value(x, numerator / denominator); }
    /// −value·d|A|/dA, with one rounding more: what the gradients of Q's numbers have in common.
    HWY_INLINE V back() const { return value(near, numerator * q) * sign; }

   private:
    HWY_INLINE V value(V x, V ratio) const { return select(outside, scaled(ratio, x), ratio); }
  };
  static HWY_INLINE V value(V x, Numbers n) { return Site(x, n).value(x); }
  static HWY_INLINE V slope(V x, Numbers n) {
    const Site s(x, n);
    const Numbers a = n, b = n + 5;
    V above = zero(), below = zero();
    for (size_t k = 1; k <= 5; ++k) above = fma(static_cast<float>(k) * a[k], s.parts[k - 1], above);
    for (size_t k = 1; k <= 4; ++k) below = fma(static_cast<float>(k) * b[k], s.parts[k - 1], below);
    return fma(s.back(), below, above);
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    const Site s(x, n);
    const V back = s.back();
    for (size_t k = 0; k <= 4; ++k) g[k] = s.parts[k];
    g[5] = x * s.parts[4];
    for (size_t k = 1; k <= 4; ++k) g[5 + k] = back * s.parts[k];
  }
};

}  // namespace

std::vector<Kernel> adaptive() {
  return {
      kernel<Apl<1>>("apl"), kernel<Apl<2>>("apl"),        kernel<Apl<3>>("apl"),
      kernel<Apl<4>>("apl"), kernel<Rational>("rational"),
  };
}

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace actlab::kernels {
HWY_EXPORT(adaptive);
std::vector<Kernel> adaptive() { return HWY_DYNAMIC_DISPATCH(adaptive)(); }
}  // namespace actlab::kernels
#endif
