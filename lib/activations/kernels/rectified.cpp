// Kernels of the rectified rows, the shrinkages and AReLU.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lib/activations/kernels/rectified.cpp"
#include <hwy/foreach_target.h>

#include "lib/activations/kernels/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {
namespace {

struct Relu : FromOutput<> {
  static HWY_INLINE V value(V x, Numbers) { return at_least(x, 0.0f); }
  static HWY_INLINE V slope(V y, Numbers) { return where(y > 0.0f, number(1.0f)); }
};

/// Its slope is never negative, so the output has the sign of the input.
struct LeakyRelu : FromOutput<1> {
  static HWY_INLINE V value(V x, Numbers n) { return select(x > 0.0f, x, scaled(n[0], x)); }
  static HWY_INLINE V slope(V y, Numbers n) { return select(y > 0.0f, 1.0f, n[0]); }
};

/// In evaluation: the mean of the slopes.
struct Rrelu : FromOutput<2> {
  static HWY_INLINE V mean(Numbers n) { return 0.5f * (n[0] + n[1]); }
  static HWY_INLINE V value(V x, Numbers n) { return select(x > 0.0f, x, scaled(mean(n), x)); }
  static HWY_INLINE V slope(V y, Numbers n) { return select(y > 0.0f, 1.0f, mean(n)); }
};

struct Prelu : FromInput<1, 1> {
  static HWY_INLINE V value(V x, Numbers n) { return select(x > 0.0f, x, scaled(n[0], x)); }
  static HWY_INLINE V slope(V x, Numbers n) { return select(x > 0.0f, 1.0f, n[0]); }
  static HWY_INLINE void gradients(V x, Numbers, V* g) { g[0] = at_most(x, 0.0f); }
};

struct Dprelu : FromInput<2, 2> {
  static HWY_INLINE V value(V x, Numbers n) { return scaled(slope(x, n), x); }
  static HWY_INLINE V slope(V x, Numbers n) { return select(x > 0.0f, n[0], n[1]); }
  static HWY_INLINE void gradients(V x, Numbers, V* g) {
    g[0] = at_least(x, 0.0f);
    g[1] = at_most(x, 0.0f);
  }
};

struct Relu6 : FromOutput<> {
  static HWY_INLINE V value(V x, Numbers) { return clamp(x, 0.0f, 6.0f); }
  static HWY_INLINE V slope(V y, Numbers) { return where(both(y > 0.0f, y < 6.0f), number(1.0f)); }
};

struct ThresholdedRelu : FromOutput<1> {
  static HWY_INLINE V value(V x, Numbers n) { return where(x > n[0], x); }
  static HWY_INLINE V slope(V y, Numbers n) { return where(y > n[0], number(1.0f)); }
};

struct Srelu : FromInput<4, 4> {
  static HWY_INLINE V value(V x, Numbers n) {
    const V below = n[0] + scaled(n[1], x - n[0]), above = n[2] + scaled(n[3], x - n[2]);
    return select(x >= n[2], above, select(x <= n[0], below, x));
  }
  static HWY_INLINE V slope(V x, Numbers n) { return select(x >= n[2], n[3], select(x <= n[0], n[1], 1.0f)); }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    const M above = x >= n[2], below = hn::AndNot(above, x <= n[0]);
    g[0] = where(below, 1.0f - n[1]);
    g[1] = where(below, x - n[0]);
    g[2] = where(above, 1.0f - n[3]);
    g[3] = where(above, x - n[2]);
  }
};

struct SquaredRelu : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return square(at_least(x, 0.0f)); }
  static HWY_INLINE V slope(V x, Numbers) { return 2.0f * at_least(x, 0.0f); }
};

struct StarRelu : FromInput<2, 2> {
  static HWY_INLINE V value(V x, Numbers n) {
    const V rectified = at_least(x, 0.0f);
    return scaled(n[0], rectified) * rectified + n[1];
  }
  static HWY_INLINE V slope(V x, Numbers n) { return 2.0f * scaled(n[0], at_least(x, 0.0f)); }
  static HWY_INLINE void gradients(V x, Numbers, V* g) {
    g[0] = square(at_least(x, 0.0f));
    g[1] = number(1.0f);
  }
};

struct ShiftedRelu : FromOutput<> {
  static HWY_INLINE V value(V x, Numbers) { return at_least(x, -1.0f); }
  static HWY_INLINE V slope(V y, Numbers) { return where(y > -1.0f, number(1.0f)); }
};

/// From 1e30 on a part of x is taken out of the logarithm: beta·x may overflow.
struct Nlrelu : FromInput<1> {
  static HWY_INLINE V value(V x, Numbers n) {
    const M large = x > 1e30f;
    const V rectified = clamp(x, 0.0f, largest) * select(large, 0x1p-20f, 1.0f);
    const V sum = log1p(n[0] * rectified) + where(large, number(13.8629436f));
    return select(x > largest, x, sum);
  }
  static HWY_INLINE V slope(V x, Numbers n) { return where(x > 0.0f, n[0] / fma(n[0], x, 1.0f)); }
};

struct SineRelu : FromInput<1> {
  static HWY_INLINE V value(V x, Numbers n) {
    const Wave wave(at_most(x, 0.0f));
    const Wide difference = sum_of(wave.sine, -wave.cosine);
    const V rest = difference.low + (wave.sine_rest - wave.cosine_rest);
    return select(x > 0.0f, x, fma(n[0], difference.high, n[0] * rest));
  }
  static HWY_INLINE V slope(V x, Numbers n) {
    const Wave wave(at_most(x, 0.0f));
    return select(x > 0.0f, 1.0f, n[0] * (wave.sine + wave.cosine));
  }
};

struct Abs : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return abs(x); }
  static HWY_INLINE V slope(V x, Numbers) { return where(x != zero(), with_sign(number(1.0f), x)); }
};

struct HardShrink : FromOutput<1> {
  static HWY_INLINE V value(V x, Numbers n) { return where(abs(x) > n[0], x); }
  static HWY_INLINE V slope(V y, Numbers n) { return where(abs(y) > n[0], number(1.0f)); }
};

struct SoftShrink : FromOutput<1> {
  static HWY_INLINE V value(V x, Numbers n) { return x - maximum(minimum(x, n[0]), -n[0]); }
  static HWY_INLINE V slope(V y, Numbers) { return where(y != zero(), number(1.0f)); }
};

/// Next to 0 by the power series, x³/3 apart from the rest.
struct TanhShrink : FromInput<0> {
  static constexpr float edge = 0.9f, third = 1.0f / 3;
  static constexpr auto third_rest = static_cast<float>(1.0 / 3 - static_cast<double>(third));
  static HWY_INLINE V near(V x) {
    const Wide z = product(x, x), cube = product(x, z.high);
    const V rest = z.high * polynomial<2>(polynomials::tangent_rest, z.high) + third_rest;
    return fma(cube.high, third, fma(cube.high, rest, third * fma(x, z.low, cube.low)));
  }
  static HWY_INLINE V value(V x, Numbers) {
    const Wide y = Tangent(Wide{abs(x), zero()}).wide();
    const V far = with_sign((abs(x) - y.high) - y.low, x);
    return select(abs(x) < number(edge), near(clamp(x, -edge, edge)), far);
  }
  static HWY_INLINE V slope(V x, Numbers) { return square(tanh(x)); }
};

/// α acts between 0.01 and 0.99.
struct Arelu : FromInput<2, 2> {
  static HWY_INLINE V slope(V x, Numbers n) {
    return select(x > 0.0f, 1.0f + sigmoid(n[1]), clamp(n[0], 0.01f, 0.99f));
  }
  static HWY_INLINE V value(V x, Numbers n) { return x * slope(x, n); }
  static HWY_INLINE void gradients(V x, Numbers n, V* g) {
    g[0] = where(both(n[0] >= 0.01f, n[0] <= 0.99f), at_most(x, 0.0f));
    g[1] = Logistic(n[1]).slope() * at_least(x, 0.0f);
  }
};

}  // namespace

std::vector<Kernel> rectified() {
  return {
      kernel<Relu>("relu"),
      kernel<LeakyRelu>("leaky_relu"),
      kernel<Rrelu>("rrelu"),
      kernel<Prelu>("prelu"),
      kernel<Dprelu>("dprelu"),
      kernel<Relu6>("relu6"),
      kernel<ThresholdedRelu>("thresholded_relu"),
      kernel<Srelu>("srelu"),
      kernel<SquaredRelu>("squared_relu"),
      kernel<StarRelu>("star_relu"),
      kernel<ShiftedRelu>("shifted_relu"),
      kernel<Nlrelu>("nlrelu"),
      kernel<SineRelu>("sine_relu"),
      kernel<Abs>("abs"),
      kernel<HardShrink>("hard_shrink"),
      kernel<SoftShrink>("soft_shrink"),
      kernel<TanhShrink>("tanh_shrink"),
      kernel<Arelu>("arelu"),
  };
}

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace actlab::kernels {
HWY_EXPORT(rectified);
std::vector<Kernel> rectified() { return HWY_DYNAMIC_DISPATCH(rectified)(); }
}  // namespace actlab::kernels
#endif
