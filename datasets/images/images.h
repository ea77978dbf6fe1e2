#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "datasets/images/image_set.h"

namespace actlab {

/// What the user asked for.
struct ImageRequest {
  std::string dataset = "glyphs";  // catalogue name, or a path to a folder
  std::filesystem::path
      data_directory;    // where catalogue sets stand in folders of their names; empty: the default
  long train_limit = 0;  // first N training images in a fixed shuffled order; 0 = all
  long test_limit = 0;   // more than there are is all, too
  long image_size = 32;  // folders of image files: resized to this square
  bool grey = false;     // folders of image files: one channel instead of three
};

/// Loads any image set: `glyphs` (generated: 12,000 and 3,000 images), a catalogue name (fashion-mnist,
/// mnist, cifar-10, …), or a path (with a slash, or of a folder that exists) to a folder of IDX files, of
/// CIFAR-10 binaries, or with one sub-folder of image files a class. The note says what part of a set the
/// limits leave. Throws a usage error for an unknown name (with the nearest) and a data error for missing or
/// damaged files; both say what to do.
ImageSet load_images(const ImageRequest& request);

/// IDX files (LeCun's format), plain or gzipped: `magic` is checked, so are counts, sizes and trailing bytes.
/// Images: uint8 [N, 1, H, W]; labels: int64 [N].
at::Tensor read_idx_images(const std::filesystem::path& file);
at::Tensor read_idx_labels(const std::filesystem::path& file);

/// A folder with {train,t10k}-{images-idx3,labels-idx1}-ubyte[.gz]. Folders named fashion-mnist, mnist or
/// kmnist get the official class names; any other has as many classes as its training labels say, named by
/// number. Throws a data error for a label outside them (file and index), and for counts or sizes that
/// differ.
ImageSet read_idx_folder(const std::filesystem::path& folder);

/// A folder with data_batch_*.bin[.gz], test_batch*.bin[.gz] and batches.meta.txt of CIFAR-10, whole or a
/// part; the note says which. Images: uint8 [N, 3, 32, 32].
ImageSet read_cifar10_folder(const std::filesystem::path& folder);

/// A folder with one sub-folder a class (or train/ and test/ with sub-folders each); classes in the order of
/// their names. Without train/ and test/, about a fifth of the files (at least one a class) becomes test data
/// by a hash of each file's content, so copies never sit on both sides. Hidden files are ignored; every other
/// one must be a picture (data error that names it). At most 200,000 files and 4 GiB of pixels; `size`
/// is 1..4096.
ImageSet read_image_folder(const std::filesystem::path& folder, long size, bool grey);

/// One image file of any size and any format that OpenCV reads, as uint8 [1, C, H, W] (for prediction): C is
/// 1 (grey) or 3 (red, green, blue); transparency is dropped, 16 bits become 8, the picture is turned as its
/// camera noted, and stretched to H x W (averaged where it shrinks). Throws a data error that names the file.
at::Tensor read_image(const std::filesystem::path& file, long channels, long height, long width);

/// The embedded generator: 24 classes of single characters, 28 x 28 grey, drawn with OpenCV; see glyphs.cpp.
/// Image i of either split depends on seed and i alone. Throws a usage error for less than one image.
ImageSet make_glyphs(long train, long test, long seed);

}  // namespace actlab
