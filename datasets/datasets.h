#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "datasets/image_set.h"

namespace actlab {

/// What the user asked for.
struct ImageRequest {
  std::string dataset = "glyphs";        // catalogue name, or a path to a folder
  std::filesystem::path data_directory;  // where catalogue sets stand in folders of their names
  long train_limit = 0;                  // first N training images in a fixed shuffled order; 0 = all
  long test_limit = 0;
  long image_size = 32;  // folders of image files: resized to this square
  bool grey = false;     // folders of image files: one channel instead of three
};

/// Loads any image set: `glyphs` (generated), a catalogue name (fashion-mnist, mnist, cifar-10, …), a folder
/// of IDX files, a folder of CIFAR binaries, or a folder with one sub-folder of image files a class. Throws a
/// usage error for an unknown name (with the nearest) and a data error for missing or damaged files; both say
/// what to do.
ImageSet load_images(const ImageRequest& request);

/// IDX files (LeCun's format), plain or gzipped: `magic` is checked, so are counts, sizes and trailing bytes.
/// Images: uint8 [N, 1, H, W]; labels: int64 [N].
at::Tensor read_idx_images(const std::filesystem::path& file);
at::Tensor read_idx_labels(const std::filesystem::path& file);

/// A folder with {train,t10k}-{images-idx3,labels-idx1}-ubyte[.gz].
ImageSet read_idx_folder(const std::filesystem::path& folder);

/// A folder with data_batch_*.bin[.gz], test_batch*.bin[.gz] and batches.meta.txt of CIFAR-10, whole or a
/// part; the note says which. Images: uint8 [N, 3, 32, 32].
ImageSet read_cifar10_folder(const std::filesystem::path& folder);

/// A folder with one sub-folder a class (or train/ and test/ with sub-folders each). Without train/ and
/// test/, a fifth of the files becomes test data by a hash of each file's content, so copies never sit on
/// both sides.
ImageSet read_image_folder(const std::filesystem::path& folder, long size, bool grey);

/// One image file of any size and format as uint8 [1, C, H, W] (for prediction).
at::Tensor read_image(const std::filesystem::path& file, long channels, long height, long width);

/// The embedded generator: single characters drawn with OpenCV; see glyphs.cpp. Deterministic in `seed`.
ImageSet make_glyphs(long train, long test, long seed);

/// The contents of a file, decompressed when its name ends in .gz. Throws a data error for damaged gzip.
std::vector<uint8_t> read_maybe_gzip(const std::filesystem::path& file);

}  // namespace actlab
