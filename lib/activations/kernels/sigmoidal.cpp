// Kernels of the sigmoidal rows.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lib/activations/kernels/sigmoidal.cpp"
#include <hwy/foreach_target.h>

#include "lib/activations/kernels/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {
namespace {

struct Sigmoid : FromOutput<> {
  static HWY_INLINE V value(V x, Numbers) { return sigmoid(x); }
  static HWY_INLINE V slope(V y, Numbers) { return y * (1.0f - y); }
};

struct Tanh : FromOutput<> {
  static HWY_INLINE V value(V x, Numbers) { return tanh(x); }
  static HWY_INLINE V slope(V y, Numbers) { return (1.0f - y) * (1.0f + y); }
};

struct HardSigmoid : FromOutput<> {
  static HWY_INLINE V value(V x, Numbers) { return clamp(x + 3.0f, 0.0f, 6.0f) / 6.0f; }
  static HWY_INLINE V slope(V y, Numbers) { return where(both(y > 0.0f, y < 1.0f), number(1.0f / 6)); }
};

struct HardTanh : FromOutput<2> {
  static HWY_INLINE V value(V x, Numbers n) { return minimum(maximum(x, n[0]), n[1]); }
  static HWY_INLINE V slope(V y, Numbers n) { return where(both(y > n[0], y < n[1]), number(1.0f)); }
};

struct Softsign : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return bounded(x) / (abs(bounded(x)) + 1.0f); }
  static HWY_INLINE V slope(V x, Numbers) { return square(1.0f / (abs(x) + 1.0f)); }
};

struct Elliott : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const V rest = 0.5f / (abs(x) + 1.0f);
    return select(x < 0.0f, rest, 1.0f - rest);
  }
  static HWY_INLINE V slope(V x, Numbers) { return 0.5f * square(1.0f / (abs(x) + 1.0f)); }
};

struct LogSigmoid : FromOutput<> {
  static HWY_INLINE V value(V x, Numbers) {
    return at_most(x, 0.0f) - log1p_of_part(falling_exponential(negative_size(x)).value());
  }
  static HWY_INLINE V slope(V y, Numbers) { return -expm1(y); }
};

struct Arctan : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return atan(x); }
  static HWY_INLINE V slope(V x, Numbers) { return 1.0f / fma(x, x, 1.0f); }
};

struct Erf : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return erf(x); }
  static HWY_INLINE V slope(V x, Numbers) { return erf_slope(x); }
};

struct LecunTanh : FromOutput<> {
  static constexpr float height = 1.7159f, steepness = 2.0f / 3;
  static constexpr auto height_rest = static_cast<float>(1.7159 - static_cast<double>(height)),
                        steepness_rest = static_cast<float>(2.0 / 3 - static_cast<double>(steepness));
  static HWY_INLINE V value(V x, Numbers) {
    const V size = at_most(abs(x), 100.0f);
    const Wide steep = product(size, number(steepness));
    const Wide y = Tangent(Wide{steep.high, fma(size, steepness_rest, steep.low)}).wide();
    return with_sign(fma(y.high, height, fma(y.high, height_rest, y.low * height)), x);
  }
  static HWY_INLINE V slope(V y, Numbers) { return steepness / height * (height - y) * (height + y); }
};

struct BipolarSigmoid : FromOutput<> {
  static HWY_INLINE V value(V x, Numbers) { return tanh(0.5f * x); }
  static HWY_INLINE V slope(V y, Numbers) { return 0.5f * (1.0f - y) * (1.0f + y); }
};

struct PenalizedTanh : FromInput<1> {
  static HWY_INLINE V value(V x, Numbers n) { return tanh(x) * select(x > 0.0f, 1.0f, n[0]); }
  static HWY_INLINE V slope(V x, Numbers n) { return Tangent(x).slope() * select(x > 0.0f, 1.0f, n[0]); }
};

/// Beyond ±1e15 the value is at its limit, and x² does not overflow.
struct Isru : FromInput<1> {
  static HWY_INLINE V value(V x, Numbers n) {
    const V near = clamp(x, -1e15f, 1e15f);
    return near / sqrt(fma(n[0] * near, near, 1.0f));
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const V whole = fma(n[0] * x, x, 1.0f);
    return 1.0f / (whole * sqrt(whole));
  }
};

struct Sqnl : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const V inside = clamp(x, -2.0f, 2.0f);
    return inside * (1.0f - 0.25f * abs(inside));
  }
  static HWY_INLINE V slope(V x, Numbers) { return at_least(1.0f - 0.5f * abs(x), 0.0f); }
};

/// As f(x) = 1 − f(1 − x), only z ≤ 1/2 is computed, as ln(1 + e^(αz)·c)/α, c = (1 − e^−α)/(1 + e^(αz)·e^−α).
struct SoftClipping : FromInput<1> {
  struct Half {
    V z;
    Wide power, c;
    HWY_INLINE Half(V x, V alpha) : z(select(x > 0.5f, 1.0f - x, x)) {
      const Wide exponent = product(alpha, bounded(z));
      power = exponential(Wide{at_most(exponent.high, 60.0f), exponent.low}).wide_value();
      const auto fall = falling_exponential(-alpha);
      c = Quotient(-fall.wide_minus_one(), ordered_sum(number(1.0f), power.high * fall.value())).wide();
    }
  };
  static HWY_INLINE V value(V x, Numbers n) {
    const Half half(x, n[0]);
    const V below = select(n[0] * half.z > 30.0f, half.z, log1p(product(half.power, half.c)) / n[0]);
    return select(x > 0.5f, 1.0f - below, below);
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const Half half(x, n[0]);
    return half.power.high / (1.0f + half.power.high) * half.c.high;
  }
};

struct Gaussian : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return bell(x).value(); }
  static HWY_INLINE V slope(V x, Numbers) { return bell(x).times(-2.0f * bounded(x)); }
};

}  // namespace

std::vector<Kernel> sigmoidal() {
  return {
      kernel<Sigmoid>("sigmoid"),
      kernel<Tanh>("tanh"),
      kernel<HardSigmoid>("hard_sigmoid"),
      kernel<HardTanh>("hard_tanh"),
      kernel<Softsign>("softsign"),
      kernel<Elliott>("elliott"),
      kernel<LogSigmoid>("log_sigmoid"),
      kernel<Arctan>("arctan"),
      kernel<Erf>("erf"),
      kernel<LecunTanh>("lecun_tanh"),
      kernel<BipolarSigmoid>("bipolar_sigmoid"),
      kernel<PenalizedTanh>("penalized_tanh"),
      kernel<Isru>("isru"),
      kernel<Sqnl>("sqnl"),
      kernel<SoftClipping>("soft_clipping"),
      kernel<Gaussian>("gaussian"),
  };
}

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace actlab::kernels {
HWY_EXPORT(sigmoidal);
std::vector<Kernel> sigmoidal() { return HWY_DYNAMIC_DISPATCH(sigmoidal)(); }
}  // namespace actlab::kernels
#endif
