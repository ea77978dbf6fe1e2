#pragma once

// Maximum over 2×2 windows, as loops; no header of LibTorch.

#include <cstddef>
#include <cstdint>

namespace actlab::kernels {

/// Rows of pixels, each of one value or of `channels` side by side. Windows do not overlap; an odd last row
/// or column lies in none. Results are images of half the height and width.
struct Image {
  size_t height, width, channels = 1;
};

/// Where `keys` are largest in a window: the value of x there, and the place, 0 to 3 in reading order. keys
/// may be x itself. As LibTorch compares: a later element wins only when it is larger, or NaN. `places` may
/// be null.
void pool(const Image& image, const float* keys, const float* x, float* chosen, uint8_t* places);

/// The smallest and the largest element of each window, and their places, of equals the first; NaN counts as
/// larger than any number, the last one of a window as the largest.
void extremes(const Image& image, const float* x, float* least, float* most, uint8_t* least_places,
              uint8_t* most_places);

/// An element of each window, by what it is compared, and its place.
struct Candidates {
  const float *x, *keys;
  const uint8_t* places;
};
/// Of each pair the one whose key is larger, of equals the earlier place; NaN among the keys of `most` wins.
/// The result goes to `chosen`; `places` may be null.
void decide(size_t count, const Candidates& least, const Candidates& most, float* chosen, uint8_t* places);

/// Each number to its place in the window, 0 to the other three.
void unpool(const Image& image, const float* numbers, const uint8_t* places, float* x);

}  // namespace actlab::kernels
