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

/// Each number to its place in the window, 0 to the other three.
void unpool(const Image& image, const float* numbers, const uint8_t* places, float* x);

}  // namespace actlab::kernels
