#include "lib/activations/kernels/pooling.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lib/activations/kernels/pooling.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
template <class D>
using Whole = hn::RebindToSigned<D>;

/// Calls work.at(d, i) so that every i < count lies in a vector d that begins at some i. Rows are short: the
/// widest vectors that fit are taken, and the last one overlaps the one before it.
template <size_t most = 16, class Work>
HWY_INLINE void sweep(size_t count, const Work& work) {
  const hn::CappedTag<float, most> d;
  const size_t lanes = hn::Lanes(d);
  if constexpr (most > 1) {
    if (count < lanes) return sweep<most / 2>(count, work);
  }
  if (count == 0) return;
  for (size_t i = 0; i + lanes < count; i += lanes) work.at(d, i);
  work.at(d, count - lanes);
}

/// Of each window one element, so far the best.
template <class D>
struct Best {
  hn::Vec<D> key, value;
  hn::Vec<Whole<D>> place;

  HWY_INLINE void challenge(const Best& later) {
    const auto wins = hn::Or(later.key > key, hn::IsNaN(later.key));
    key = hn::IfThenElse(wins, later.key, key);
    value = hn::IfThenElse(wins, later.value, value);
    place = hn::IfThenElse(hn::RebindMask(Whole<D>(), wins), later.place, place);
  }
};

/// The left and the right elements of windows: every second one of a row …
struct Pairs {
  template <class D>
  static HWY_INLINE void load(D d, const float* row, size_t i, size_t, hn::Vec<D>& left, hn::Vec<D>& right) {
    hn::LoadInterleaved2(d, row + 2 * i, left, right);
  }
  template <class D>
  static HWY_INLINE void store(D d, hn::Vec<D> left, hn::Vec<D> right, float* row, size_t i, size_t) {
    hn::StoreInterleaved2(left, right, d, row + 2 * i);
  }
};
/// … or one pixel and the next.
struct Pixels {
  template <class D>
  static HWY_INLINE void load(D d, const float* row, size_t i, size_t channels, hn::Vec<D>& left,
                              hn::Vec<D>& right) {
    left = hn::LoadU(d, row + i);
    right = hn::LoadU(d, row + channels + i);
  }
  template <class D>
  static HWY_INLINE void store(D d, hn::Vec<D> left, hn::Vec<D> right, float* row, size_t i,
                               size_t channels) {
    hn::StoreU(left, d, row + i);
    hn::StoreU(right, d, row + channels + i);
  }
};

template <class Layout, bool keyed>
struct Pool {
  const float *keys, *x;
  size_t below, channels;  // from a row to the next one
  Found found;

  template <class D>
  HWY_INLINE Best<D> best_of_row(D d, size_t row, size_t i, int32_t place) const {
    Best<D> left, right;
    Layout::load(d, x + row, i, channels, left.value, right.value);
    if constexpr (keyed) {
      Layout::load(d, keys + row, i, channels, left.key, right.key);
    } else {
      left.key = left.value;
      right.key = right.value;
    }
    left.place = hn::Set(Whole<D>(), place);
    right.place = hn::Set(Whole<D>(), place + 1);
    left.challenge(right);
    return left;
  }
  template <class D>
  HWY_INLINE void at(D d, size_t i) const {
    auto best = best_of_row(d, 0, i, 0);
    best.challenge(best_of_row(d, below, i, 2));
    hn::StoreU(best.value, d, found.x + i);
    if (keyed && found.keys != nullptr) hn::StoreU(best.key, d, found.keys + i);
    const hn::Rebind<uint8_t, D> bytes;
    if (found.places != nullptr) hn::StoreU(hn::DemoteTo(bytes, best.place), bytes, found.places + i);
  }
};

template <class Layout>
struct Extremes {
  const float* x;
  size_t below, channels;
  float *least, *most;
  uint8_t *least_places, *most_places;

  template <class D>
  HWY_INLINE void at(D d, size_t i) const {
    hn::Vec<D> values[4];
    Layout::load(d, x, i, channels, values[0], values[1]);
    Layout::load(d, x + below, i, channels, values[2], values[3]);
    auto low = values[0], high = values[0];
    auto low_place = hn::Zero(Whole<D>()), high_place = low_place;
    for (int32_t p = 1; p < 4; ++p) {
      const auto value = values[p];
      const auto place = hn::Set(Whole<D>(), p);
      const auto lower = value < low, higher = hn::Or(value > high, hn::IsNaN(value));
      low = hn::IfThenElse(lower, value, low);
      high = hn::IfThenElse(higher, value, high);
      low_place = hn::IfThenElse(hn::RebindMask(Whole<D>(), lower), place, low_place);
      high_place = hn::IfThenElse(hn::RebindMask(Whole<D>(), higher), place, high_place);
    }
    const hn::Rebind<uint8_t, D> bytes;
    hn::StoreU(low, d, least + i);
    hn::StoreU(high, d, most + i);
    hn::StoreU(hn::DemoteTo(bytes, low_place), bytes, least_places + i);
    hn::StoreU(hn::DemoteTo(bytes, high_place), bytes, most_places + i);
  }
};

struct Decide {
  const Candidates &least, &most;
  const Found& found;

  template <class D>
  HWY_INLINE void at(D d, size_t i) const {
    const hn::Rebind<uint8_t, D> bytes;
    const auto place_of = [&](const Candidates& from) HWY_ATTR {
      return hn::PromoteTo(Whole<D>(), hn::LoadU(bytes, from.places + i));
    };
    const auto low = hn::LoadU(d, least.keys + i), high = hn::LoadU(d, most.keys + i);
    const auto low_place = place_of(least), high_place = place_of(most);
    const auto earlier = hn::RebindMask(d, low_place < high_place);
    const auto wins = hn::Or(low > high, hn::And(low == high, earlier));
    hn::StoreU(hn::IfThenElse(wins, hn::LoadU(d, least.x + i), hn::LoadU(d, most.x + i)), d, found.x + i);
    if (found.keys != nullptr) hn::StoreU(hn::IfThenElse(wins, low, high), d, found.keys + i);
    if (found.places == nullptr) return;
    const auto place = hn::IfThenElse(hn::RebindMask(Whole<D>(), wins), low_place, high_place);
    hn::StoreU(hn::DemoteTo(bytes, place), bytes, found.places + i);
  }
};

template <class Layout>
struct Unpool {
  const float* numbers;
  const uint8_t* places;
  size_t below, channels;
  float* x;

  template <class D>
  HWY_INLINE void at(D d, size_t i) const {
    const auto number = hn::LoadU(d, numbers + i);
    const auto place = hn::PromoteTo(Whole<D>(), hn::LoadU(hn::Rebind<uint8_t, D>(), places + i));
    const auto if_at = [&](int32_t p) HWY_ATTR {
      return hn::IfThenElseZero(hn::RebindMask(d, place == hn::Set(Whole<D>(), p)), number);
    };
    Layout::store(d, if_at(0), if_at(1), x, i, channels);
    Layout::store(d, if_at(2), if_at(3), x + below, i, channels);
  }
};

/// work(offset of a piece in the image, offset in the result, windows side by side): a piece is a row of
/// windows, or one window of many channels.
template <class Piece>
HWY_INLINE void walk(const Image& image, const Piece& piece) {
  const size_t line = image.width * image.channels, half = image.width / 2;
  for (size_t y = 0; y < image.height / 2; ++y) {
    if (image.channels == 1) {
      piece(2 * y * line, y * half, half);
      continue;
    }
    for (size_t column = 0; column < half; ++column)
      piece(2 * (y * line + column * image.channels), (y * half + column) * image.channels, image.channels);
  }
}

template <class Layout, bool keyed>
void pool_pieces(const Image& image, const float* keys, const float* x, const Found& found) {
  const size_t line = image.width * image.channels;
  walk(image, [&](size_t from, size_t to, size_t count) HWY_ATTR {
    sweep(count, Pool<Layout, keyed>{keys + from, x + from, line, image.channels, found.behind(to)});
  });
}

}  // namespace

void pool_image(const Image& image, const float* keys, const float* x, const Found& found) {
  if (image.channels == 1) {
    keys == x ? pool_pieces<Pairs, false>(image, keys, x, found)
              : pool_pieces<Pairs, true>(image, keys, x, found);
  } else {
    keys == x ? pool_pieces<Pixels, false>(image, keys, x, found)
              : pool_pieces<Pixels, true>(image, keys, x, found);
  }
}

void extremes_image(const Image& image, const float* x, float* least, float* most, uint8_t* least_places,
                    uint8_t* most_places) {
  const size_t line = image.width * image.channels;
  walk(image, [&](size_t from, size_t to, size_t count) HWY_ATTR {
    if (image.channels == 1) {
      sweep(count,
            Extremes<Pairs>{x + from, line, 1, least + to, most + to, least_places + to, most_places + to});
    } else {
      sweep(count, Extremes<Pixels>{x + from, line, image.channels, least + to, most + to, least_places + to,
                                    most_places + to});
    }
  });
}

void decide_all(size_t count, const Candidates& least, const Candidates& most, const Found& found) {
  sweep(count, Decide{least, most, found});
}

void unpool_image(const Image& image, const float* numbers, const uint8_t* places, float* x) {
  const size_t line = image.width * image.channels;
  walk(image, [&](size_t to, size_t from, size_t count) HWY_ATTR {
    if (image.channels == 1) {
      sweep(count, Unpool<Pairs>{numbers + from, places + from, line, 1, x + to});
    } else {
      sweep(count, Unpool<Pixels>{numbers + from, places + from, line, image.channels, x + to});
    }
  });
}

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace actlab::kernels {

HWY_EXPORT(pool_image);
HWY_EXPORT(extremes_image);
HWY_EXPORT(decide_all);
HWY_EXPORT(unpool_image);

void pool(const Image& image, const float* keys, const float* x, const Found& found) {
  HWY_DYNAMIC_DISPATCH(pool_image)(image, keys, x, found);
}
void extremes(const Image& image, const float* x, float* least, float* most, uint8_t* least_places,
              uint8_t* most_places) {
  HWY_DYNAMIC_DISPATCH(extremes_image)(image, x, least, most, least_places, most_places);
}
void decide(size_t count, const Candidates& least, const Candidates& most, const Found& found) {
  HWY_DYNAMIC_DISPATCH(decide_all)(count, least, most, found);
}
void unpool(const Image& image, const float* numbers, const uint8_t* places, float* x) {
  HWY_DYNAMIC_DISPATCH(unpool_image)(image, numbers, places, x);
}

}  // namespace actlab::kernels
#endif
