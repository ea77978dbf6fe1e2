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

/// What is found in each window: an element of x, its place, 0 to 3 in reading order, and by what it was
/// compared. `places` and `keys` may be null.
struct Found {
  float* x;
  uint8_t* places;
  float* keys;

  /// The same, so many windows on.
  Found behind(size_t windows) const {
    return {x + windows, places == nullptr ? nullptr : places + windows,
            keys == nullptr ? nullptr : keys + windows};
  }
};
/// Where `keys` are largest in a window; they may be x itself, then found.keys stays as it is. As LibTorch
/// compares: a later element wins only when it is larger, or NaN.
void pool(const Image& image, const float* keys, const float* x, const Found& found);

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
void decide(size_t count, const Candidates& least, const Candidates& most, const Found& found);

/// Each number to its place in the window, 0 to the other three.
void unpool(const Image& image, const float* numbers, const uint8_t* places, float* x);

}  // namespace actlab::kernels
