// Kernels of the exponential rows.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lib/activations/kernels/exponential.cpp"
#include <hwy/foreach_target.h>

#include "lib/activations/kernels/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {
namespace {

/// The inputs below 0, so bounded that a scaled one stays finite: its exponential has long been 0.
HWY_INLINE V below_zero(V x) { return clamp(x, closed, 0.0f); }

struct Elu : FromOutput<1> {
  static HWY_INLINE V value(V x, Numbers n) { return select(x > 0.0f, x, n[0] * expm1(below_zero(x))); }
  static HWY_INLINE V slope(V y, Numbers n) { return select(y > 0.0f, 1.0f, y + n[0]); }
};

struct Selu : FromOutput<> {
  static constexpr float scale = 1.05070099f, height = 1.75809934f;
  static HWY_INLINE V value(V x, Numbers) {
    return select(x > 0.0f, scale * x, height * expm1(below_zero(x)));
  }
  static HWY_INLINE V slope(V y, Numbers) { return select(y > 0.0f, scale, y + height); }
};

struct Celu : FromOutput<1> {
  static HWY_INLINE V value(V x, Numbers n) {
    return select(x > 0.0f, x, n[0] * expm1(below_zero(x) / n[0]));
  }
  static HWY_INLINE V slope(V y, Numbers n) { return select(y > 0.0f, 1.0f, y / n[0] + 1.0f); }
};

/// a and b act as 0.1 at least, but their gradients go on.
struct Pelu : FromInput<2, 2> {
  struct Site {
    V a, b, near;  // near: x, bounded below
    Exponential power;
    HWY_INLINE Site(V x, Numbers n)
        : a(at_least(n[0], 0.1f)),
          b(at_least(n[1], 0.1f)),
          near(at_least(x, closed)),
          power(exponential(clamp(x / b, -80.0f, 0.0f))) {}
  };
  static HWY_INLINE V value(V x, Numbers n) {
    const Site s(x, n);
    return select(x > 0.0f, s.a / s.b * x, s.a * s.power.minus_one());
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const Site s(x, n);
    return s.a / s.b * s.power.value();
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    const Site s(x, n);
    g[0] = select(x > 0.0f, s.near / s.b, s.power.minus_one());
    g[1] = -s.a / s.b * (s.near / s.b * s.power.value());
  }
};

/// β acts as 0 at least.
struct Mpelu : FromInput<2, 2> {
  static HWY_INLINE Exponential power(V x, Numbers n) {
    return exponential(at_least(at_least(n[1], 0.0f) * below_zero(x), -80.0f));
  }
  static HWY_INLINE V value(V x, Numbers n) { return select(x > 0.0f, x, n[0] * power(x, n).minus_one()); }
  static HWY_INLINE V slope(V x, Numbers n) {
    return select(x > 0.0f, 1.0f, n[0] * at_least(n[1], 0.0f) * power(x, n).value());
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    const auto p = power(x, n);
    g[0] = p.minus_one();  // 0 above 0
    g[1] = n[0] * below_zero(x) * p.value();
  }
};

/// The deformed exponential through logarithms, which keep the digits next to x = 0; α is learned, t is not.
struct Pdelu : FromInput<2, 1> {
  struct Site {
    V base, power;  // 1 + (1 − t)x, and the logarithm of the deformed exponential
    M inside;
    HWY_INLINE Site(V x, V t) {
      const V scale = 1.0f - t, below = clamp(x, -largest, 0.0f), raised = below * scale;
      inside = raised > -1.0f + 0x1p-24f;
      const V bounded_raise = clamp(raised, -1.0f + 0x1p-24f, 1e37f);
      base = 1.0f + bounded_raise;
      power = select(scale == zero(), below, log1p(bounded_raise) / scale);
    }
  };
  static HWY_INLINE V value(V x, Numbers n) { return select(x > 0.0f, x, n[1] * expm1(Site(x, n[0]).power)); }
  static HWY_INLINE V slope(V x, Numbers n) {
    const Site s(x, n[0]);
    return select(x > 0.0f, 1.0f, where(s.inside, n[1] * exp(s.power) / s.base));
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) { g[0] = expm1(Site(x, n[0]).power); }
};

/// As isru, on one side.
struct Isrlu : FromInput<1> {
  static HWY_INLINE V value(V x, Numbers n) {
    const V near = clamp(x, -1e15f, 0.0f);
    return select(x > 0.0f, x, near / sqrt(fma(n[0] * near, near, 1.0f)));
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const V below = at_most(x, 0.0f), q = 1.0f / sqrt(fma(n[0] * below, below, 1.0f));
    return q * q * q;
  }
};

/// σ(x) times x above 0, times e^x − 1 below.
struct Elish : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const Logistic l(x);
    return l.gate(select(x > 0.0f, x, expm1(at_most(x, 0.0f))));
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const Logistic l(x);
    const V above = l.sigmoid() + bounded(x) * l.slope(),
            below = l.u * l.sigmoid() + (l.u - 1.0f) * l.slope();
    return select(x > 0.0f, above, below);
  }
};

struct HardElish : FromInput<0> {
  static HWY_INLINE V gate(V x) { return clamp(0.5f * x + 0.5f, 0.0f, 1.0f); }
  static HWY_INLINE V value(V x, Numbers) { return gate(x) * select(x > 0.0f, x, expm1(at_most(x, 0.0f))); }
  static HWY_INLINE V slope(V x, Numbers) {
    const V below = at_most(x, 0.0f), linear = select(x > 0.0f, x, expm1(below));
    return gate(x) * exp(below) + where(abs(x) < number(1.0f), 0.5f * linear);
  }
};

struct Softplus : FromOutput<1> {
  static HWY_INLINE V value(V x, Numbers n) {
    const Logistic l(product(bounded(x), n[0]));
    const V per_beta = 1.0f / n[0];
    const V rest = select(l.x < -20.0f, l.power.times(per_beta), log1p_of_part(l.u) * per_beta);
    return at_least(x, 0.0f) + rest;
  }
  static HWY_INLINE V slope(V y, Numbers n) { return -expm1(-n[0] * y); }
};

struct ShiftedSoftplus : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const M above = x > 1.0f;
    const V rest = log1p(0.5f * expm1(select(above, -x, x)));
    return select(above, x + rest, rest);
  }
  static HWY_INLINE V slope(V x, Numbers) { return sigmoid(x); }
};

/// √(x² + 1) − 1 = x²/(√(x² + 1) + 1); beyond ±1e18 the quotient is ±1.
struct BentIdentity : FromInput<0> {
  static HWY_INLINE V root(V near) { return sqrt(fma(near, near, 1.0f)); }
  static HWY_INLINE V value(V x, Numbers) {
    const V near = clamp(x, -1e18f, 1e18f);
    return x * fma(near / (root(near) + 1.0f), 0.5f, number(1.0f));
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const V near = clamp(x, -1e18f, 1e18f);
    return fma(near / root(near), 0.5f, number(1.0f));
  }
};

}  // namespace

std::vector<Kernel> exponential_rows() {
  return {
      kernel<Elu>("elu"),
      kernel<Selu>("selu"),
      kernel<Celu>("celu"),
      kernel<Pelu>("pelu"),
      kernel<Mpelu>("mpelu"),
      kernel<Pdelu>("pdelu"),
      kernel<Isrlu>("isrlu"),
      kernel<Elish>("elish"),
      kernel<HardElish>("hard_elish"),
      kernel<Softplus>("softplus"),
      kernel<ShiftedSoftplus>("shifted_softplus"),
      kernel<BentIdentity>("bent_identity"),
  };
}

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace actlab::kernels {
HWY_EXPORT(exponential_rows);
std::vector<Kernel> exponential_rows() { return HWY_DYNAMIC_DISPATCH(exponential_rows)(); }
}  // namespace actlab::kernels
#endif
