// The loops around the formulas: any row, forwards and backwards.

#if defined(ACTLAB_KERNELS_LOOPS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ACTLAB_KERNELS_LOOPS_INL_H
#undef ACTLAB_KERNELS_LOOPS_INL_H
#else
#define ACTLAB_KERNELS_LOOPS_INL_H
#endif

#include <hwy/cache_control.h>

#include <algorithm>

#include "lib/activations/kernels/functions-inl.h"
#include "lib/activations/kernels/kernel.h"

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {

/// What the formula of a row with `count_` numbers is made of, at its least:
///   static V value(V x, Numbers n);   f(x)
///   static V slope(V x, Numbers n);   f'(x); of f(x) where `keeps_output`
/// and, where it learns some of its numbers,
///   static void gradients(V x, Numbers n, V* g);   df/dn of each learned number, in their order
/// What they share is computed once, unless they call a function. Then `together` is true, and instead of the
/// last
///   static V slope_and_gradients(V x, Numbers n, V* g);
template <size_t count_, size_t learned_ = 0>
struct FromInput {
  static constexpr size_t count = count_, learned = learned_;
  static constexpr bool keeps_output = false, together = false;
};
template <size_t count_ = 0>
struct FromOutput {
  static constexpr size_t count = count_, learned = 0;
  static constexpr bool keeps_output = true, together = false;
};

/// The numbers of a row at an element: the same ones everywhere, or others at each.
template <size_t count, bool along>
struct Reader {
  V numbers[count + 1];
  const float* const* values;

  HWY_INLINE explicit Reader(const Arguments& arguments) : values(arguments.values) {
    if constexpr (!along) {
      for (size_t k = 0; k < count; ++k) numbers[k] = number(*values[k]);
    }
  }
  HWY_INLINE Numbers at(size_t i) {
    if constexpr (along) {
      for (size_t k = 0; k < count; ++k) numbers[k] = hn::LoadU(d, values[k] + i);
    }
    return numbers;
  }
};

/// The gradients of learned numbers, summed up.
template <class Formula, bool along>
struct Sums {
  V gradients[Formula::learned + 1], totals[Formula::learned + 1];
  float* const* targets;

  HWY_INLINE explicit Sums(const Arguments& arguments) : targets(arguments.sums) {
    for (size_t k = 0; k < Formula::learned; ++k) totals[k] = zero();
  }
  /// The slope.
  HWY_INLINE V add(V x, V upper, Numbers numbers, size_t i) {
    V slope;
    if constexpr (Formula::together) {
      slope = Formula::slope_and_gradients(x, numbers, gradients);
    } else {
      slope = Formula::slope(x, numbers);
      Formula::gradients(x, numbers, gradients);
    }
    for (size_t k = 0; k < Formula::learned; ++k) {
      if constexpr (along) {
        hn::StoreU(fma(upper, gradients[k], hn::LoadU(d, targets[k] + i)), d, targets[k] + i);
      } else {
        totals[k] = fma(upper, gradients[k], totals[k]);
      }
    }
    return slope;
  }
  HWY_INLINE void finish() {
    if constexpr (along) return;
    for (size_t k = 0; k < Formula::learned; ++k) *targets[k] += hn::GetLane(hn::SumOfLanes(d, totals[k]));
  }
};

/// Asks for the memory that comes a page later, also where a result will go: processors foresee reading in
/// order, but not across the end of a page, and arithmetic or writing would wait.
struct Foresight {
  size_t step, mask;

  /// For a loop that goes on by so many elements.
  HWY_INLINE explicit Foresight(size_t elements)
      : step(elements * sizeof(float)), mask(asks_for_every_line() ? 0 : page / sizeof(float) - 1) {}
  template <class... Places>
  HWY_INLINE void operator()(size_t i, Places... places) const {
    if ((i & mask) == 0) (ask(places + i), ...);
  }

 private:
  static constexpr size_t page = 4096, line = 64;
  /// Of numbers, as there may be no such place in the array.
  HWY_INLINE void ask(const float* place) const {
    const auto later = reinterpret_cast<uintptr_t>(place) + page;
    for (size_t k = 0; k < step; k += line) hwy::Prefetch(reinterpret_cast<const float*>(later + k));
  }
};

HWY_INLINE V read(const float* from) {
  V x = hn::LoadU(d, from);
#if HWY_ARCH_X86 && HWY_COMPILER_GCC_ACTUAL
  asm("" : "+v"(x.raw));  // else GCC reads it again for every mask, which takes twice as long
#endif
  return x;
}
HWY_INLINE void write(V v, float* to) { hn::StoreU(v, d, to); }

// The loops go over whole vectors. What is left of an array at its end goes through the same loop, in a Rest.
// NaN stays NaN, whatever the formula makes of it.

template <class Formula, bool along>
HWY_NOINLINE void forward_loop(const float* x, float* y, size_t count, const Arguments& arguments) {
  Reader<Formula::count, along> reader(arguments);
  const auto value = [&reader](V input, size_t i) HWY_ATTR {
    return select(hn::IsNaN(input), input, Formula::value(input, reader.at(i)));
  };
  const size_t lanes = hn::Lanes(d);
  const Foresight ahead(2 * lanes);
  size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {  // two chains of operations side by side
    ahead(i, x, y);
    const V a = value(read(x + i), i), b = value(read(x + i + lanes), i + lanes);
    write(a, y + i);
    write(b, y + i + lanes);
  }
  if (i < count) write(value(read(x + i), i), y + i);
}

template <class Formula, bool along, bool sums_up>
HWY_NOINLINE void backward_loop(const float* kept, const float* upper, float* gradient, size_t count,
                                const Arguments& arguments) {
  Reader<Formula::count, along> reader(arguments);
  Sums<Formula, along> sums(arguments);
  const auto slope = [&](V x, V u, size_t i) HWY_ATTR {
    const auto numbers = reader.at(i);
    if constexpr (sums_up) return sums.add(x, u, numbers, i);
    return Formula::slope(x, numbers);
  };
  const size_t lanes = hn::Lanes(d);
  const Foresight ahead(2 * lanes);
  size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    ahead(i, kept, upper, gradient);
    const V u = read(upper + i), u2 = read(upper + i + lanes);
    const V a = slope(read(kept + i), u, i);
    const V b = slope(read(kept + i + lanes), u2, i + lanes);
    write(u * a, gradient + i);
    write(u2 * b, gradient + i + lanes);
  }
  if (i < count) {
    const V u = read(upper + i);
    write(u * slope(read(kept + i), u, i), gradient + i);
  }
  if constexpr (sums_up) sums.finish();
}

/// How many elements are in whole vectors.
HWY_INLINE size_t whole_vectors(size_t count) { return count / hn::Lanes(d) * hn::Lanes(d); }

/// The elements behind the last whole vector, filled up to one. Where the gradient that comes in is filled up
/// with 0, nothing is added to a sum.
template <class Formula, bool along>
struct Rest {
  static constexpr size_t most = hn::MaxLanes(d);
  static constexpr size_t held = along ? Formula::count : 0, summed = along ? Formula::learned : 0;
  size_t first, count;
  HWY_ALIGN float x[most] = {}, upper[most] = {}, result[most];
  float numbers[held + 1][most] = {}, gradients[summed + 1][most] = {};
  const float* values[held + 1] = {};
  float* sums[summed + 1] = {};
  Arguments arguments;

  Rest(size_t whole, size_t total, const Arguments& all)
      : first(whole), count(total - whole), arguments(all) {
    if (!along) return;
    for (size_t k = 0; k < held; ++k) {
      for (size_t i = 0; i < most; ++i) numbers[k][i] = all.values[k][first + (i < count ? i : 0)];
      values[k] = numbers[k];
    }
    for (size_t k = 0; k < summed; ++k) sums[k] = gradients[k];
    arguments = {values, true, all.sums == nullptr ? nullptr : sums};
  }
  void take(const float* from, float* to) const { std::copy(from + first, from + first + count, to); }
  void give(float* to) const { std::copy(result, result + count, to + first); }
  /// Where numbers do not change, their sums stand where they belong already.
  void give_sums(const Arguments& all) const {
    for (size_t k = 0; k < summed; ++k) {
      for (size_t i = 0; i < count; ++i) all.sums[k][first + i] += gradients[k][i];
    }
  }
};

template <class Formula, bool along>
void forward_all(const float* x, float* y, size_t count, const Arguments& arguments) {
  const size_t whole = whole_vectors(count);
  forward_loop<Formula, along>(x, y, whole, arguments);
  if (whole == count) return;
  Rest<Formula, along> rest(whole, count, arguments);
  rest.take(x, rest.x);
  forward_loop<Formula, along>(rest.x, rest.result, hn::Lanes(d), rest.arguments);
  rest.give(y);
}

template <class Formula, bool along, bool sums_up>
void backward_all(const float* kept, const float* upper, float* gradient, size_t count,
                  const Arguments& arguments) {
  const size_t whole = whole_vectors(count);
  backward_loop<Formula, along, sums_up>(kept, upper, gradient, whole, arguments);
  if (whole == count) return;
  Rest<Formula, along> rest(whole, count, arguments);
  rest.take(kept, rest.x);
  rest.take(upper, rest.upper);
  backward_loop<Formula, along, sums_up>(rest.x, rest.upper, rest.result, hn::Lanes(d), rest.arguments);
  rest.give(gradient);
  if (sums_up) rest.give_sums(arguments);
}

template <class Formula>
void forward(const float* x, float* y, size_t count, const Arguments& arguments) {
  if constexpr (Formula::learned > 0) {
    if (arguments.along) return forward_all<Formula, true>(x, y, count, arguments);
  }
  forward_all<Formula, false>(x, y, count, arguments);
}

template <class Formula>
void backward(const float* kept, const float* upper, float* gradient, size_t count,
              const Arguments& arguments) {
  if constexpr (Formula::learned > 0) {
    if (arguments.along) return backward_all<Formula, true, true>(kept, upper, gradient, count, arguments);
    if (arguments.sums != nullptr)
      return backward_all<Formula, false, true>(kept, upper, gradient, count, arguments);
  }
  backward_all<Formula, false, false>(kept, upper, gradient, count, arguments);
}

template <class Formula>
Kernel kernel(const char* row) {
  return {row, Formula::keeps_output, forward<Formula>, backward<Formula>, Formula::count};
}

/// Of a·f(b): one vector of each. Where b is NaN, so is the result.
template <class Formula>
HWY_INLINE void gate_values(const float* a, const float* b, float* y, size_t i) {
  const V x = read(b + i);
  const V open = select(hn::IsNaN(x), x, Formula::value(x, nullptr));
  write(read(a + i) * open, y + i);
}
template <class Formula>
HWY_INLINE void gate_gradients(const float* a, const float* b, const float* upper, float* a_gradient,
                               float* b_gradient, size_t i) {
  const V x = read(b + i), u = read(upper + i), factor = read(a + i);
  write(u * Formula::value(x, nullptr), a_gradient + i);
  write(u * (factor * Formula::slope(x, nullptr)), b_gradient + i);
}

template <class Formula>
void gate_forward(const float* a, const float* b, float* y, size_t count) {
  const size_t lanes = hn::Lanes(d);
  const Foresight ahead(lanes);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    ahead(i, a, b, y);
    gate_values<Formula>(a, b, y, i);
  }
  if (i == count) return;
  HWY_ALIGN float rest[3][hn::MaxLanes(d)] = {};
  std::copy(a + i, a + count, rest[0]);
  std::copy(b + i, b + count, rest[1]);
  gate_values<Formula>(rest[0], rest[1], rest[2], 0);
  std::copy(rest[2], rest[2] + (count - i), y + i);
}

template <class Formula>
void gate_backward(const float* a, const float* b, const float* upper, float* a_gradient, float* b_gradient,
                   size_t count) {
  const size_t lanes = hn::Lanes(d);
  const Foresight ahead(lanes);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    ahead(i, a, b, upper, a_gradient, b_gradient);
    gate_gradients<Formula>(a, b, upper, a_gradient, b_gradient, i);
  }
  if (i == count) return;
  HWY_ALIGN float rest[5][hn::MaxLanes(d)] = {};
  std::copy(a + i, a + count, rest[0]);
  std::copy(b + i, b + count, rest[1]);
  std::copy(upper + i, upper + count, rest[2]);
  gate_gradients<Formula>(rest[0], rest[1], rest[2], rest[3], rest[4], 0);
  std::copy(rest[3], rest[3] + (count - i), a_gradient + i);
  std::copy(rest[4], rest[4] + (count - i), b_gradient + i);
}

template <class Formula>
Gate gate(const char* row) {
  return {row, gate_forward<Formula>, gate_backward<Formula>};
}

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
