// The loops around the formulas: any row, forwards and backwards.

#if defined(ACTLAB_KERNELS_LOOPS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ACTLAB_KERNELS_LOOPS_INL_H
#undef ACTLAB_KERNELS_LOOPS_INL_H
#else
#define ACTLAB_KERNELS_LOOPS_INL_H
#endif

#include "lib/activations/kernels/functions-inl.h"
#include "lib/activations/kernels/kernel.h"

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {

/// What the formula of a row with `count_` numbers is made of, at its least:
///   static V value(V x, Numbers n);   f(x)
///   static V slope(V x, Numbers n);   f'(x); of f(x) where `keeps_output`
/// and, where it learns some of its numbers,
///   static void gradients(V x, Numbers n, V* g);   df/dn of each learned number, in their order
template <size_t count_, size_t learned_ = 0>
struct FromInput {
  static constexpr size_t count = count_, learned = learned_;
  static constexpr bool keeps_output = false;
};
template <size_t count_ = 0>
struct FromOutput {
  static constexpr size_t count = count_, learned = 0;
  static constexpr bool keeps_output = true;
};

/// The first `count` of a vector's elements, where fewer are left.
struct Part {
  size_t count;
  HWY_ALIGN float buffer[hn::MaxLanes(d)];

  HWY_INLINE V load(const float* from) {
    for (size_t i = 0; i < hn::Lanes(d); ++i) buffer[i] = i < count ? from[i] : 0.0f;
    return hn::Load(d, buffer);
  }
  HWY_INLINE void store(V x, float* to) {
    hn::Store(x, d, buffer);
    for (size_t i = 0; i < count; ++i) to[i] = buffer[i];
  }
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
  HWY_INLINE Numbers at(size_t i, Part& part) {
    if constexpr (along) {
      for (size_t k = 0; k < count; ++k) numbers[k] = part.load(values[k] + i);
    }
    return numbers;
  }
};

/// f(x), and NaN where that is.
template <class Formula>
HWY_INLINE V checked_value(V x, Numbers numbers) {
  return select(hn::IsNaN(x), x, Formula::value(x, numbers));
}

template <class Formula, bool along>
HWY_NOINLINE void forward_loop(const float* x, float* y, size_t count, const Arguments& arguments) {
  Reader<Formula::count, along> reader(arguments);
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    hn::StoreU(checked_value<Formula>(hn::LoadU(d, x + i), reader.at(i)), d, y + i);
  if (i == count) return;
  Part part{count - i, {}};
  const auto numbers = reader.at(i, part);
  part.store(checked_value<Formula>(part.load(x + i), numbers), y + i);
}

/// The gradients of learned numbers, summed up.
template <class Formula, bool along>
struct Sums {
  V gradients[Formula::learned + 1], totals[Formula::learned + 1];
  float* const* targets;

  HWY_INLINE explicit Sums(const Arguments& arguments) : targets(arguments.sums) {
    for (size_t k = 0; k < Formula::learned; ++k) totals[k] = zero();
  }
  HWY_INLINE void add(V x, V upper, Numbers numbers, size_t i) {
    Formula::gradients(x, numbers, gradients);
    for (size_t k = 0; k < Formula::learned; ++k) {
      if constexpr (along) {
        hn::StoreU(fma(upper, gradients[k], hn::LoadU(d, targets[k] + i)), d, targets[k] + i);
      } else {
        totals[k] = fma(upper, gradients[k], totals[k]);
      }
    }
  }
  HWY_INLINE void add(V x, V upper, Numbers numbers, size_t i, Part& part) {
    Formula::gradients(x, numbers, gradients);
    const M inside = hn::FirstN(d, part.count);
    for (size_t k = 0; k < Formula::learned; ++k) {
      const V terms = where(inside, upper * gradients[k]);
      if constexpr (along) {
        part.store(part.load(targets[k] + i) + terms, targets[k] + i);
      } else {
        totals[k] = totals[k] + terms;
      }
    }
  }
  HWY_INLINE void finish() {
    if constexpr (along) return;
    for (size_t k = 0; k < Formula::learned; ++k) *targets[k] += hn::GetLane(hn::SumOfLanes(d, totals[k]));
  }
};

template <class Formula, bool along, bool sums_up>
HWY_NOINLINE void backward_loop(const float* kept, const float* upper, float* gradient, size_t count,
                                const Arguments& arguments) {
  Reader<Formula::count, along> reader(arguments);
  Sums<Formula, along> sums(arguments);
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const V x = hn::LoadU(d, kept + i), u = hn::LoadU(d, upper + i);
    const auto numbers = reader.at(i);
    hn::StoreU(u * Formula::slope(x, numbers), d, gradient + i);
    if constexpr (sums_up) sums.add(x, u, numbers, i);
  }
  if (i < count) {
    Part part{count - i, {}};
    const auto numbers = reader.at(i, part);
    const V x = part.load(kept + i), u = part.load(upper + i);
    part.store(u * Formula::slope(x, numbers), gradient + i);
    if constexpr (sums_up) sums.add(x, u, numbers, i, part);
  }
  if constexpr (sums_up) sums.finish();
}

template <class Formula>
void forward(const float* x, float* y, size_t count, const Arguments& arguments) {
  if constexpr (Formula::learned > 0) {
    if (arguments.along) return forward_loop<Formula, true>(x, y, count, arguments);
  }
  forward_loop<Formula, false>(x, y, count, arguments);
}

template <class Formula>
void backward(const float* kept, const float* upper, float* gradient, size_t count,
              const Arguments& arguments) {
  if constexpr (Formula::learned > 0) {
    if (arguments.along) return backward_loop<Formula, true, true>(kept, upper, gradient, count, arguments);
    if (arguments.sums != nullptr)
      return backward_loop<Formula, false, true>(kept, upper, gradient, count, arguments);
  }
  backward_loop<Formula, false, false>(kept, upper, gradient, count, arguments);
}

template <class Formula>
Kernel kernel(const char* row) {
  return {row, Formula::keeps_output, forward<Formula>, backward<Formula>};
}

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
