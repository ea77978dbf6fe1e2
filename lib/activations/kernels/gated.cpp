// Kernels of the gates, x times something between 0 and 1.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lib/activations/kernels/gated.cpp"
#include <hwy/foreach_target.h>

#include "lib/activations/kernels/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {
namespace {

/// The x of x·gate at −∞: −∞·0 is NaN.
HWY_INLINE V gated_input(V x) { return at_least(x, closed); }

/// factor·x·σ(beta·x)
HWY_INLINE V swish_value(V x, V beta, V factor) {
  return times_sigmoid(factor * gated_input(x), product(bounded(x), beta));
}
HWY_INLINE V swish_slope(V x, V beta) {
  const V near = bounded(x);
  const Logistic l(product(near, beta));
  return l.sigmoid() + beta * (near * l.slope());
}

struct Gelu : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return Normal(x).gate(gated_input(x)); }
  static HWY_INLINE V slope(V x, Numbers) { return Normal(x).gelu_slope(); }
};

/// ½(1 + tanh w) = σ(2w). At ±50 the slope has long reached its limit.
struct GeluTanh : FromInput<0> {
  static constexpr float linear = 1.59576912f, cubic = 0.0713548162f;
  static constexpr auto linear_rest = static_cast<float>(1.5957691216057308 - static_cast<double>(linear)),
                        cubic_rest = static_cast<float>(0.07135481627260025 - static_cast<double>(cubic));
  static HWY_INLINE V exponent(V near) { return near * fma(near * near, cubic, number(linear)); }
  static HWY_INLINE Wide wide_exponent(V near) {
    const Wide square = product(near, near), cube = product(square.high, number(cubic));
    const Wide sum = sum_of(number(linear), cube.high), all = product(near, sum.high);
    const V rest = fma(square.high, cubic_rest, fma(square.low, cubic, cube.low)) + (sum.low + linear_rest);
    return {all.high, fma(near, rest, all.low)};
  }
  static HWY_INLINE V value(V x, Numbers) {
    return times_sigmoid(gated_input(x), wide_exponent(clamp(x, -50.0f, 50.0f)));
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const V near = clamp(x, -50.0f, 50.0f);
    const Logistic l(exponent(near));
    return l.sigmoid() + near * fma(near * near, 3 * cubic, number(linear)) * l.slope();
  }
};

struct QuickGelu : FromInput<0> {
  static constexpr auto rest = static_cast<float>(1.702 - static_cast<double>(1.702f));
  static HWY_INLINE V value(V x, Numbers) {
    const V near = bounded(x);
    const Wide exponent = product(near, number(1.702f));
    return times_sigmoid(gated_input(x), Wide{exponent.high, fma(near, rest, exponent.low)});
  }
  static HWY_INLINE V slope(V x, Numbers) { return swish_slope(x, number(1.702f)); }
};

struct Silu : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return times_sigmoid(gated_input(x), x); }
  static HWY_INLINE V slope(V x, Numbers) {
    const Logistic l(x);
    return l.sigmoid() + bounded(x) * l.slope();
  }
};

struct Swish : FromInput<1, 1> {
  static HWY_INLINE V value(V x, Numbers n) { return swish_value(x, n[0], number(1.0f)); }
  static HWY_INLINE V slope(V x, Numbers n) { return swish_slope(x, n[0]); }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    const V near = bounded(x);
    g[0] = near * (near * Logistic(product(near, n[0])).slope());
  }
};

struct ESwish : FromInput<1> {
  static HWY_INLINE V value(V x, Numbers n) { return Logistic(x).gate(product(n[0], gated_input(x))); }
  static HWY_INLINE V slope(V x, Numbers n) { return n[0] * Silu::slope(x, n); }
};

struct HardSwish : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return gated_input(x) * (clamp(x + 3.0f, 0.0f, 6.0f) / 6.0f); }
  static HWY_INLINE V slope(V x, Numbers) {
    return select(x >= number(3.0f), 1.0f, where(x > -3.0f, fma(x, 1.0f / 3, number(0.5f))));
  }
};

/// tanh(ln(1 + e)) = e(e + 2)/(e(e + 2) + 2), e = e^x. From 20 on it is 1.
struct Mish : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const auto power = exponential_inside(clamp(x, -174.0f, 20.0f));
    const V e = power.value(), v = gated_input(x);
    const Wide e2 = ordered_sum(number(2.0f), e);  // of e < 2
    const V whole = fma(e, e2.high, number(2.0f)), rest = fma(e, e2.high, 2.0f - whole);
    const M negative = x < 0.0f;
    // Above 0 as x − x·2/(e(e + 2) + 2).
    const Wide scaled = grown(v, power.fraction), top = product(scaled.high, e2.high);
    const V low = fma(scaled.low, e2.high, fma(scaled.high, e2.low, top.low));
    const V part =
        Quotient(Wide{select(negative, top.high, v + v), where(negative, low)}, Wide{whole, rest}).value();
    return select(x > 20.0f, x, select(negative, times_power_of_two(part, power.k), v - part));
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const V near = clamp(x, -174.0f, 20.0f), e = exponential_inside(near).value(), e2 = e + 2.0f,
            q = 1.0f / fma(e, e2, number(2.0f));
    return e * q * fma(4.0f * near * q, e + 1.0f, e2);
  }
};

struct HardMish : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const V near = at_least(x, -2.0f);
    return near * at_most(fma(near, 0.5f, number(1.0f)), 1.0f);
  }
  static HWY_INLINE V slope(V x, Numbers) { return where(x > -2.0f, at_most(x + 1.0f, 1.0f)); }
};

struct Lisht : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return times(Tangent(Wide{abs(x), zero()}).wide(), abs(x)); }
  static HWY_INLINE V slope(V x, Numbers) {
    const Tangent t(x);
    return fma(bounded(x), t.slope(), t.value());
  }
};

/// Below −8.5 tanh(e^x) is e^x. From 3 on it is 1.
struct TanhExp : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const auto power = exponential_inside(clamp(x, -174.0f, 10.0f));
    const V v = gated_input(x);
    const V scale = power.scale(), e = fma(scale, power.fraction, scale);
    const Wide open = Tangent(Wide{e, fma(scale, power.fraction, scale - e)}).wide();
    return select(x < -8.5f, power.times(v), times(open, v));
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const V near = clamp(x, -174.0f, 10.0f), e = exponential_inside(near).value();
    const Tangent t(e);
    return fma(near * e, t.slope(), t.value());
  }
};

/// x·erf(w); w is factor·e^z far out, where it alone is below the range.
HWY_INLINE V erf_gate(V x, Wide w, V factor, V z, const Exponential& power) {
  const V v = gated_input(x), open = times(wide_erf(w), v);
  const M near = z > -60.0f;
  if (HWY_LIKELY(hn::AllTrue(d, near))) return open;
  return select(near, open, power.times(product(v, product(factor, number(erf_steepness)))));
}

struct Serf : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const Logistic l(x);
    return erf_gate(x, l.wide_softplus(), number(1.0f), x, l.power);
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const Logistic l(x);
    const V s = l.softplus();
    return fma(bounded(x) * l.sigmoid(), erf_slope(s), erf(s));
  }
};

/// tanh(ln u) = (u² − 1)/(u² + 1), here with u² − 1 = t = σ(σ + 2).
struct Smish : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const Logistic l(x);
    const Wide s = l.wide_sigmoid();
    const Wide two = ordered_sum(number(2.0f), s.high);
    const V whole = fma(s.high, two.high, number(2.0f)), rest = fma(s.high, two.high, 2.0f - whole);
    const Wide open = product(Quotient(two, Wide{whole, rest}).value(), s);
    const V v = gated_input(x);
    return select(x < -20.0f, l.gate(v), times(open, v));
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const Logistic l(x);
    const V s = l.sigmoid(), two = s + 2.0f, q = 1.0f / fma(s, two, number(2.0f));
    return fma(bounded(x) * l.slope() * (4.0f * q), (s + 1.0f) * q, s * two * q);
  }
};

struct Logish : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const Logistic l(x);
    const V v = gated_input(x);
    return select(x < -20.0f, l.gate(v), times(log1p_of_part(l.wide_sigmoid()), v));
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const Logistic l(x);
    const V s = l.sigmoid();
    return log1p_of_part(s) + bounded(x) * l.slope() / (s + 1.0f);
  }
};

struct Phish : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const V size = abs(gated_input(x));
    return times(Tangent(Normal(x).wide_gate(size)).wide(), size);
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const Normal normal(x);
    const V near = bounded(x);
    const Tangent t(normal.gate(near));
    return fma(near * normal.gelu_slope(), t.slope(), t.value());
  }
};

struct FlattenTSwish : FromInput<1> {
  static HWY_INLINE V value(V x, Numbers n) {
    const V above = at_least(x, 0.0f);
    return Logistic(above).gate(above) + n[0];
  }
  static HWY_INLINE V slope(V x, Numbers n) { return where(x > 0.0f, Silu::slope(x, n)); }
};

/// At −10 the gate is e^−22026.
struct Golu : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const V v = at_least(x, -10.0f);
    const Wide e = wide_exponential(clamp(-v, -87.0f, 87.0f));
    return select(x > 1e30f, x, exponential(-e).times(v));
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const V near = clamp(x, -10.0f, 100.0f), e = exp(-near);
    return exponential(-e).times(fma(near, e, 1.0f));
  }
};

struct Aria2 : FromInput<2> {
  static HWY_INLINE Exponential gate(const Logistic& l, V alpha) {
    return exponential(-alpha * (at_least(-l.x, 0.0f) + log1p_of_part(l.u)));
  }
  static HWY_INLINE V value(V x, Numbers n) {
    const Logistic l(product(-n[1], bounded(x)));
    return select(x > 1e30f, x, exponential(product(-n[0], l.wide_softplus())).times(gated_input(x)));
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const V near = bounded(x);
    const Logistic l(n[1] * near);
    return gate(l, n[0]).times(fma(n[0] * n[1] * near, l.rest(), 1.0f));
  }
};

struct Esh : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const Logistic l(x);
    const V v = gated_input(x);
    return select(x < -8.5f, l.gate(v), times(tanh_of_part(l.wide_sigmoid()), v));
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const Logistic l(x);
    const V open = tanh_of_part(Wide{l.sigmoid(), zero()}).high;
    return fma(bounded(x) * l.slope(), 1.0f - square(open), open);
  }
};

/// With a = e^(x + e^x − 1) for x < 0 and b = e^−(x + e^x) for x > 0 (1 and 1/e on the other side) the
/// function is x·a/(a − x·b), and nothing overflows. Above 5 it is x.
struct Colu : FromInput<0> {
  static constexpr float per_e = 0.367879450f;
  static constexpr auto per_e_rest = static_cast<float>(0.36787944117144233 - static_cast<double>(per_e));
  struct Site {
    V near, e, a, b;
    M negative;
    Exponential power;  // a or b, the one that is not constant
    Wide bottom;        // a − x·b
    HWY_INLINE explicit Site(V v) : near(at_most(v, 5.0f)), negative(near < 0.0f) {
      const auto outer = exponential_inside(at_least(near, -174.0f));
      e = outer.value();
      const Wide change = outer.wide_minus_one(), sum = sum_of(change.high, near);
      const Wide exponent{select(negative, sum.high, -near - e), where(negative, sum.low + change.low)};
      power = falling_exponential(exponent);
      const V p = power.value();
      a = select(negative, p, 1.0f);
      b = select(negative, per_e, p);
      const V most = hn::NegMulAdd(near, where(negative, number(per_e_rest)), a);
      bottom.high = hn::NegMulAdd(near, b, most);
      bottom.low = hn::NegMulAdd(near, b, most - bottom.high);
    }
  };
  static HWY_INLINE V value(V x, Numbers) {
    const Site s(gated_input(x));
    const V ratio = Quotient(grown(s.near, where(s.negative, s.power.fraction)), s.bottom).value();
    return select(x > 5.0f, x, times_power_of_two(ratio, where(s.negative, s.power.k)));
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const Site s(at_least(x, -174.0f));
    const V q = reciprocal(s.bottom.high);
    const V change = square(s.near) * s.b * (1.0f + s.e);
    return select(x > 5.0f, 1.0f, s.a * q * ((s.a - change) * q));
  }
};

/// With z = beta(p1 − p2)x it is x(p1·σ(z) + p2·σ(−z)).
struct AconC : FromInput<3, 3> {
  struct Site {
    V near, difference;
    Logistic l;
    HWY_INLINE Site(V x, Numbers n)
        : near(clamp(x, -1e15f, 1e15f)),
          difference(n[0] - n[1]),
          l(clamp(n[2] * difference * bounded(x), -800.0f, 800.0f)) {}
    HWY_INLINE V gate(Numbers n) const { return fma(n[0], l.sigmoid(), n[1] * l.rest()); }
  };
  /// As (p − q)x·σ(z) + q·x, where p is the larger of p1 and p2: nothing cancels where they have the same
  /// sign.
  static HWY_INLINE V value(V x, Numbers n) {
    const M first = abs(n[0]) >= abs(n[1]);
    const V p = select(first, n[0], n[1]), q = select(first, n[1], n[0]);
    const Wide difference = sum_of(p, -q), steep = product(n[2], difference);
    const V near = clamp(x, -1e27f, 1e27f);
    const Wide z = product(near, steep);
    const V sum = fma(q, near, times_sigmoid(difference.high * near, z));
    return select(abs(x) > 1e27f, scaled(select(z.high > 0.0f, p, q), x), sum);
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const Site s(x, n);
    return fma(n[2] * s.difference * s.difference, s.near * s.l.slope(), s.gate(n));
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    const Site s(x, n);
    const V squares = s.near * (s.near * s.l.slope()) * s.difference;
    g[0] = fma(squares, n[2], bounded(x) * s.l.sigmoid());
    g[1] = bounded(x) * s.l.rest() - squares * n[2];
    g[2] = squares * s.difference;
  }
};

/// ½((1 + α)x + (1 − α)x·erf w), w = μ(1 − α)x; μ is learned, α is not.
struct Smu : FromInput<2, 1> {
  struct Site {
    V near, w, size;    // size: of w, at most where the bell ends
    Exponential power;  // e^(−w²)
    HWY_INLINE Site(V x, Numbers n) : near(bounded(x)) {
      const Wide all = product(near, product(n[1], sum_of(number(1.0f), -n[0])));
      w = all.high;
      size = at_most(abs(w), bell_end);
      const Wide squares = product(-size, size);
      const V rest = hn::NegMulAdd(size + size, signed_by(all.low, w), squares.low);
      power = exponential_inside(Wide{squares.high, where(size < bell_end, rest)});
    }
    /// ½((1 + α) + (1 − α)erf w), from the nearer one of its limits.
    HWY_INLINE V gate(V alpha) const {
      const V beyond = power.times((1.0f - alpha) * NormalTail(size * 1.41421356f).value());
      return select(w < 0.0f, alpha + beyond, 1.0f - beyond);
    }
  };
  static HWY_INLINE V value(V x, Numbers n) { return Site(x, n).gate(n[0]) * x; }
  static HWY_INLINE V slope(V x, Numbers n) {
    const Site s(x, n);
    return s.gate(n[0]) + s.power.times(0.5f * erf_steepness * (1.0f - n[0]) * clamp(s.w, -1e4f, 1e4f));
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    const Site s(x, n);
    const V scaled_input = (1.0f - n[0]) * clamp(s.near, -1e15f, 1e15f);
    g[0] = 0.5f * erf_steepness * scaled_input * s.power.times(scaled_input);
  }
};

struct Erfact : FromInput<2, 2> {
  struct Site {
    V near, power, z;  // z = α·e^(βx)
    HWY_INLINE Site(V x, Numbers n)
        : near(bounded(x)), power(exp(at_most(n[1] * near, 40.0f))), z(n[0] * power) {}
  };
  static HWY_INLINE V value(V x, Numbers n) {
    const Wide exponent = product(n[1], bounded(x));
    const M inside = exponent.high < 40.0f;
    const auto power = exponential(Wide{at_most(exponent.high, 40.0f), where(inside, exponent.low)});
    return erf_gate(x, power.wide_times(Wide{n[0], zero()}), n[0], exponent.high, power);
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const Site s(x, n);
    return fma(n[1] * s.near, s.z * erf_slope(s.z), erf(s.z));
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    const Site s(x, n);
    const V bend = s.near * (s.power * erf_slope(s.z));
    g[0] = bend;
    g[1] = n[0] * s.near * bend;
  }
};

struct Pserf : FromInput<2, 2> {
  struct Site {
    V near;
    Logistic l;
    V softplus, bend;  // bend: x·erf'(γ·softplus)
    HWY_INLINE Site(V x, Numbers n)
        : near(bounded(x)),
          l(product(n[1], near)),
          softplus(l.softplus()),
          bend(near * erf_slope(n[0] * softplus)) {}
  };
  static HWY_INLINE V value(V x, Numbers n) {
    const Logistic l(product(n[1], bounded(x)));
    return erf_gate(x, product(n[0], l.wide_softplus()), n[0], l.x, l.power);
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const Site s(x, n);
    return fma(n[0] * n[1] * s.l.sigmoid(), s.bend, erf(n[0] * s.softplus));
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    const Site s(x, n);
    g[0] = s.bend * s.softplus;
    g[1] = n[0] * s.near * (s.l.sigmoid() * s.bend);
  }
};

/// x/(x/α + e^(−x/β)) = α·top/(top + α·e): for x < 0, where top is multiplied by e^(x/β), nothing overflows.
struct Srs : FromInput<2, 2> {
  struct Site {
    V v, alpha;
    M negative;
    Exponential power;  // e^(−|x|/β)
    HWY_INLINE Site(V x, Numbers n) : v(x), alpha(n[0]), negative(x < 0.0f) {
      const V per_beta = 1.0f / n[1], ratio = v * per_beta;  // and what is left of the division
      const Wide back = product(ratio, n[1]);
      const V rest = ((v - back.high) - back.low) * per_beta;
      power = falling_exponential(Wide{negative_size(ratio), select(negative, rest, -rest)});
    }
    HWY_INLINE V top() const { return select(negative, power.times(v), v); }
    HWY_INLINE Wide bottom() const {
      const Wide other = product(alpha, select(negative, 1.0f, power.value()));
      const Wide sum = sum_of(other.high, top());
      return {sum.high, sum.low + other.low};
    }
    HWY_INLINE V alpha_part() const { return Quotient(alpha, bottom()).value(); }
    HWY_INLINE V value() const {
      const Wide scaled = grown(product(alpha, v), where(negative, power.fraction));
      return times_power_of_two(Quotient(scaled, bottom()).value(), where(negative, power.k));
    }
  };
  static HWY_INLINE V value(V x, Numbers n) { return Site(bounded(x), n).value(); }
  static HWY_INLINE V slope(V x, Numbers n) {
    const V near = clamp(x, -1e15f, 1e15f);
    const Site s(near, n);
    return s.power.value() * (1.0f + near / n[1]) * square(s.alpha_part());
  }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    const V near = clamp(x, -1e15f, 1e15f);
    const Site s(near, n);
    const V part = s.alpha_part();
    g[0] = square(s.top() * part / n[0]);
    g[1] = -s.power.value() * square(near / n[1] * part);
  }
};

// The gates of gated linear units that are no rows themselves, or keep their output there.

struct SigmoidGate : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return sigmoid(x); }
  static HWY_INLINE V slope(V x, Numbers) { return Logistic(x).slope(); }
};
struct ReluGate : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return at_least(x, 0.0f); }
  static HWY_INLINE V slope(V x, Numbers) { return where(x > 0.0f, number(1.0f)); }
};
struct LinearGate : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return x; }
  static HWY_INLINE V slope(V, Numbers) { return number(1.0f); }
};

}  // namespace

std::vector<Gate> gates() {
  return {
      gate<SigmoidGate>("glu"), gate<ReluGate>("reglu"),      gate<Gelu>("geglu"),
      gate<Silu>("swiglu"),     gate<LinearGate>("bilinear"),
  };
}

std::vector<Kernel> gated() {
  return {
      kernel<Gelu>("gelu"),
      kernel<GeluTanh>("gelu_tanh"),
      kernel<QuickGelu>("quick_gelu"),
      kernel<Silu>("silu"),
      kernel<Swish>("swish"),
      kernel<ESwish>("e_swish"),
      kernel<HardSwish>("hard_swish"),
      kernel<Mish>("mish"),
      kernel<HardMish>("hard_mish"),
      kernel<Lisht>("lisht"),
      kernel<TanhExp>("tanh_exp"),
      kernel<Serf>("serf"),
      kernel<Smish>("smish"),
      kernel<Logish>("logish"),
      kernel<Phish>("phish"),
      kernel<FlattenTSwish>("flatten_t_swish"),
      kernel<Golu>("golu"),
      kernel<Aria2>("aria2"),
      kernel<Esh>("esh"),
      kernel<Colu>("colu"),
      kernel<AconC>("acon_c"),
      kernel<Smu>("smu"),
      kernel<Erfact>("erfact"),
      kernel<Pserf>("pserf"),
      kernel<Srs>("srs"),
  };
}

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace actlab::kernels {
HWY_EXPORT(gated);
HWY_EXPORT(gates);
std::vector<Kernel> gated() { return HWY_DYNAMIC_DISPATCH(gated)(); }
std::vector<Gate> gates() { return HWY_DYNAMIC_DISPATCH(gates)(); }
}  // namespace actlab::kernels
#endif
