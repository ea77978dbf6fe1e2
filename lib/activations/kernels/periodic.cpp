// Kernels of the periodic rows, and of others that go up and down.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lib/activations/kernels/periodic.cpp"
#include <hwy/foreach_target.h>

#include "lib/activations/kernels/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {
namespace {

struct Sin : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return Wave(x).sine; }
  static HWY_INLINE V slope(V x, Numbers) { return Wave(x).cosine; }
};

/// α acts as 0.01 at least, but its gradient goes on.
struct Snake : FromInput<1, 1> {
  static HWY_INLINE V value(V x, Numbers n) {
    const V alpha = at_least(n[0], 0.01f), near = clamp(x, -largest, largest);
    const V per_alpha = 1.0f / alpha;
    const Wide angle = product(near, alpha);
    if (HWY_LIKELY(Wave::is_near(angle.high))) return SquaredSine(angle).added_to(x, per_alpha);
    const Wave wave(near, alpha);
    const Wide squares = product(wave.sine, wave.sine);
    return fma(squares.high, per_alpha,
               fma(fma(2.0f * wave.sine, wave.sine_rest, squares.low), per_alpha, x));
  }
  static constexpr bool together = true;
  static HWY_INLINE V slope(V x, Numbers n) {
    V g[1];
    return slope_and_gradients(x, n, g);
  }
  static HWY_INLINE V slope_and_gradients(V x, Numbers n, V* g) {
    const V alpha = at_least(n[0], 0.01f), near = clamp(x, -largest, largest), per_alpha = 1.0f / alpha;
    const Wave wave(near, alpha);
    g[0] = (2.0f * wave.sine * wave.cosine * near - square(wave.sine) * per_alpha) * per_alpha;
    return fma(2.0f * wave.sine, wave.cosine, 1.0f);
  }
};

struct Gcu : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) {
    const Wave wave(x);
    return fma(x, wave.cosine, x * wave.cosine_rest);
  }
  static HWY_INLINE V slope(V x, Numbers) {
    const Wave wave(x);
    return wave.cosine - x * wave.sine;
  }
};

/// Below −1e4 the gate is 0: there any finite x will do.
struct Sinlu : FromInput<2, 2> {
  struct Site {
    V near;
    Logistic l;
    Wave wave;
    HWY_INLINE Site(V x, Numbers n) : near(clamp(x, -1e4f, largest)), l(near), wave(near, n[1]) {}
  };
  static HWY_INLINE V value(V x, Numbers n) {
    const Site s(x, n);
    const V v = at_least(x, -1e4f), sum = fma(n[0], s.wave.sine, v);
    return s.l.gate(Wide{sum, fma(n[0], s.wave.sine, v - sum)});
  }
  static constexpr bool together = true;
  static HWY_INLINE V slope(V x, Numbers n) {
    V g[2];
    return slope_and_gradients(x, n, g);
  }
  static HWY_INLINE V slope_and_gradients(V x, Numbers n, V* g) {
    const Site s(x, n);
    g[0] = s.wave.sine * s.l.sigmoid();
    g[1] = n[0] * (s.wave.cosine * s.l.gate(s.near));
    return fma(n[0] * n[1], s.wave.cosine, 1.0f) * s.l.sigmoid() +
           fma(n[0], s.wave.sine, s.near) * s.l.slope();
  }
};

struct Cosper : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return Wave(clamp(x, -largest, largest)).cosine - x; }
  static HWY_INLINE V slope(V x, Numbers) { return -1.0f - Wave(clamp(x, -largest, largest)).sine; }
};

struct MinSin : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return select(x < 0.0f, x, Wave(at_least(x, 0.0f)).sine); }
  static HWY_INLINE V slope(V x, Numbers) { return select(x < 0.0f, 1.0f, Wave(at_least(x, 0.0f)).cosine); }
};

struct MaxSigmoid : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return maximum(x, sigmoid(x)); }
  static HWY_INLINE V slope(V x, Numbers) {
    const Logistic l(x);
    return select(x > l.sigmoid(), 1.0f, l.slope());
  }
};

struct MaxTanh : FromOutput<> {
  static HWY_INLINE V value(V x, Numbers) { return select(x > 0.0f, x, tanh(x)); }
  static HWY_INLINE V slope(V y, Numbers) { return select(y > 0.0f, 1.0f, (1.0f - y) * (1.0f + y)); }
};

struct Cube : FromInput<0> {
  static HWY_INLINE V value(V x, Numbers) { return x * x * x; }
  static HWY_INLINE V slope(V x, Numbers) { return 3.0f * x * x; }
};

}  // namespace

std::vector<Kernel> periodic() {
  return {
      kernel<Sin>("sin"),
      kernel<Snake>("snake"),
      kernel<Gcu>("gcu"),
      kernel<Sinlu>("sinlu"),
      kernel<Cosper>("cosper"),
      kernel<MinSin>("min_sin"),
      kernel<MaxSigmoid>("max_sigmoid"),
      kernel<MaxTanh>("max_tanh"),
      kernel<Cube>("cube"),
  };
}

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace actlab::kernels {
HWY_EXPORT(periodic);
std::vector<Kernel> periodic() { return HWY_DYNAMIC_DISPATCH(periodic)(); }
}  // namespace actlab::kernels
#endif
