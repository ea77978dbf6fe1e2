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
/// e^x − 1 of x ≤ 0
HWY_INLINE V falling_expm1(V x) { return falling_exponential(x).minus_one(); }

struct Elu : FromOutput<1> {
  static HWY_INLINE V value(V x, Numbers n) {
    return select(x > 0.0f, x, n[0] * falling_expm1(below_zero(x)));
  }
  static HWY_INLINE V slope(V y, Numbers n) { return select(y > 0.0f, 1.0f, y + n[0]); }
};

struct Selu : FromOutput<> {
  static constexpr float scale = 1.05070099f, height = 1.75809934f;
  static HWY_INLINE V value(V x, Numbers) {
    return select(x > 0.0f, scale * x, height * falling_expm1(below_zero(x)));
  }
  static HWY_INLINE V slope(V y, Numbers) { return select(y > 0.0f, scale, y + height); }
};

struct Celu : FromOutput<1> {
  static HWY_INLINE V value(V x, Numbers n) {
    return select(x > 0.0f, x, n[0] * falling_expm1(below_zero(x) / n[0]));
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
    V base;      // 1 + (1 − t)x
    Wide power;  // the logarithm of the deformed exponential
    M inside;
    HWY_INLINE Site(V x, V t) {
      const V scale = 1.0f - t, below = clamp(x, -largest, 0.0f);
      const Wide raised = product(below, scale);
      inside = raised.high > -1.0f + 0x1p-24f;
      const V bounded_raise = clamp(raised.high, -1.0f + 0x1p-24f, 1e37f);
      base = 1.0f + bounded_raise;
      const V logarithm = log1p(Wide{bounded_raise, where(inside, raised.low)}), per_scale = 1.0f / scale;
      const V ratio = logarithm * per_scale;
      const M linear = scale == zero();
      power = {select(linear, below, ratio),
               hn::IfThenZeroElse(linear, hn::NegMulAdd(ratio, scale, logarithm) * per_scale)};
    }
    HWY_INLINE Wide change() const { return wide_falling_expm1(power); }
  };
  static HWY_INLINE V value(V x, Numbers n) {
    return select(x > 0.0f, x, times(Site(x, n[0]).change(), n[1]));
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const Site s(x, n[0]);
    return select(x > 0.0f, 1.0f, where(s.inside, n[1] * exp(s.power.high) / s.base));
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) { g[0] = Site(x, n[0]).change().high; }
};

/// As isru, on one side.
struct Isrlu : FromInput<1> {
  static HWY_INLINE V value(V x, Numbers n) {
    const V near = clamp(x, -1e15f, 0.0f);
    return select(x > 0.0f, x, near / sqrt(fma(n[0] * near, near, 1.0f)));
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const V below = at_most(x, 0.0f), whole = fma(n[0] * below, below, 1.0f);
    return 1.0f / (whole * sqrt(whole));
  }
};

/// σ(x) times x above 0, times e^x − 1 below.
struct Elish : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const Logistic l(x);
    const Wide below = l.power.wide_minus_one();
    return l.gate(Wide{select(x > 0.0f, x, below.high), where(l.negative, below.low)});
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
  static HWY_INLINE V value(V x, Numbers) {
    const M above = x > 0.0f;
    const Wide below = wide_falling_expm1(Wide{at_most(x, 0.0f), zero()});
    return times(Wide{select(above, x, below.high), hn::IfThenZeroElse(above, below.low)}, gate(x));
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const V below = at_most(x, 0.0f), linear = select(x > 0.0f, x, expm1(below));
    return gate(x) * exp(below) + where(abs(x) < number(1.0f), 0.5f * linear);
  }
};

struct Softplus : FromOutput<1> {
  static HWY_INLINE V value(V x, Numbers n) {
    const V per_beta = 1.0f / n[0];
    const V size = maximum(negative_size(x), -174.0f * per_beta);
    const V part = exponential_inside(product(size, n[0])).times(per_beta);  // e^(−β|x|)/β
    return at_least(x, 0.0f) + log1p_of_part(part * n[0], part);
  }
  static HWY_INLINE V slope(V y, Numbers n) { return -expm1(-n[0] * y); }
};

struct ShiftedSoftplus : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const M above = x > 1.0f;
    const Wide change = exponential_inside(clamp(select(above, -x, x), -174.0f, 1.0f)).wide_minus_one();
    const V rest = log1p(Wide{0.5f * change.high, 0.5f * change.low});
    return select(above, x + rest, rest);
  }
  static HWY_INLINE V slope(V x, Numbers) { return sigmoid(x); }
};

/// √(x² + 1) − 1 = x²/(√(x² + 1) + 1); beyond ±1e18 the quotient is ±1.
struct BentIdentity : FromInput<0> {
  static HWY_INLINE V root(V near) { return sqrt(fma(near, near, 1.0f)); }
  static HWY_INLINE V value(V x, Numbers) {
    const V near = clamp(x, -1e18f, 1e18f);
    const Wide part = Quotient(near, ordered_sum(root(near), number(1.0f))).wide();
    const Wide factor = ordered_sum(number(1.0f), 0.5f * part.high);
    return times(Wide{factor.high, fma(part.low, 0.5f, factor.low)}, x);
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const V near = clamp(x, -1e18f, 1e18f);
    return fma(near / root(near), 0.5f, number(1.0f));
  }
};

/// (e^(αx) − 1)/α + α for α > 0, x at 0, −ln(1 − α(x + α))/α for α < 0: there 1 + w, w = −α(x + α), from 0.01
/// down the tangent.
struct SoftExponential : FromInput<1, 1> {
  static constexpr float edge = 0.01f, far = 1e30f;
  static HWY_INLINE V divisor(V alpha) { return select(alpha != zero(), alpha, 1.0f); }

  static HWY_INLINE V rising(V x, V alpha) {
    const auto power = exponential(product(alpha, bounded(x)));
    const V per_alpha = 1.0f / divisor(alpha);
    // With α² it is rounded once; of a large one only the power counts, which may be out of range.
    const V sum = power.minus_one_and(alpha * alpha) * per_alpha;
    return select(power.k > 100.0f, power.times(per_alpha), sum);
  }
  /// φ'(z), φ(z) = (e^z − 1)/z, times x²: its power series next to 0.
  static HWY_INLINE V rising_alpha_slope(V x, V alpha) {
    static constexpr float series[] = {1.0f / 2,   1.0f / 3,    1.0f / 8,     1.0f / 30,     1.0f / 144,
                                       1.0f / 840, 1.0f / 5760, 1.0f / 45360, 1.0f / 403200, 1.0f / 3991680};
    const V z = clamp(alpha * bounded(x), closed, 174.0f);
    const V direct = fma(exp(z), z - 1.0f, 1.0f) / square(divisor(alpha));
    const V beside = clamp(x, -1e15f, 1e15f);
    return 1.0f + select(abs(z) < number(1.0f), square(beside) * polynomial(series, z), direct);
  }

  struct Falling {
    static constexpr float steepness = 1 / edge, start = -4.60517019f;  // ln 0.01
    V s, alpha, per_alpha;
    Wide w;
    M inside;
    V core, slope, logarithm;  // of 1 + w: the logarithm inside; slope and value everywhere
    HWY_INLINE Falling(V x, V falling_alpha) : alpha(falling_alpha), per_alpha(1.0f / divisor(alpha)) {
      const Wide sum = sum_of(x, alpha), exact = product(-alpha, sum.high);
      s = sum.high;
      w = {exact.high, where(abs(exact.high) < far, exact.low - alpha * sum.low)};
      const V above = (1.0f + w.high) + w.low;
      inside = above > edge;
      const M large = w.high > far;  // a part is taken out of the logarithm
      const Wide near{clamp(w.high, edge - 1.0f, largest) * select(large, 0x1p-20f, 1.0f),
                      where(inside, w.low)};
      core = select(w.high > largest, w.high, log1p(near) + where(large, number(13.8629436f)));
      slope = 1.0f / at_least(above, edge);
      logarithm = select(inside, core, fma(above - edge, steepness, number(start)));
    }
    /// ψ(w) − s(s + α)·ψ'(w), ψ(w) = ln(1 + w)/w; ψ' by its power series next to 0.
    HWY_INLINE V alpha_slope() const {
      static constexpr float series[] = {-1.0f / 2, 2.0f / 3, -3.0f / 4, 4.0f / 5,
                                         -5.0f / 6, 6.0f / 7, -7.0f / 8};
      const M near = abs(w.high) < number(0.1f);
      const V per_w = 1.0f / select(w.high != zero(), w.high, 1.0f);
      const V ratio =
          select(w.high != zero(),
                 select(inside, core * per_w, fma(per_w, steepness - 1 + start, number(steepness))), 1.0f);
      const V change = select(inside, w.high * slope - core, 1 - steepness - start);
      const V direct = change * (1.0f + alpha / select(near, 1.0f, s)) * square(per_alpha);
      const V beside = clamp(s, -1e15f, 1e15f);
      return ratio - select(near, beside * (beside + alpha) * polynomial(series, w.high), direct);
    }
  };

  /// Mostly all alphas are of one sign.
  static HWY_INLINE bool all_rise(V alpha) { return hn::AllTrue(d, alpha > 0.0f); }
  static HWY_INLINE V value(V x, Numbers n) {
    const V up = rising(x, at_least(n[0], 0.0f));
    if (HWY_LIKELY(all_rise(n[0]))) return up;
    const Falling down(x, at_most(n[0], 0.0f));
    return select(n[0] > 0.0f, up, select(n[0] < 0.0f, -down.logarithm * down.per_alpha, x));
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const V up = exp(at_least(n[0], 0.0f) * bounded(x));
    if (HWY_LIKELY(all_rise(n[0]))) return up;
    return select(n[0] > 0.0f, up, Falling(x, at_most(n[0], 0.0f)).slope);
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    g[0] = rising_alpha_slope(x, at_least(n[0], 0.0f));
    if (HWY_LIKELY(all_rise(n[0]))) return;
    g[0] = select(n[0] > 0.0f, g[0], Falling(x, at_most(n[0], 0.0f)).alpha_slope());
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
      kernel<SoftExponential>("soft_exponential"),
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
