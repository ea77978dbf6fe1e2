#include <fmt/format.h>
#include <torch/torch.h>

#include <cstring>

#include "datasets/files.h"
#include "datasets/images/images.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr uint32_t image_magic = 0x803, label_magic = 0x801;

uint32_t big_endian(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}

Error damaged(const std::string& reason, const fs::path& file, const std::string& allowed) {
  return data_error("an IDX file is damaged: " + reason, file.string(), allowed,
                    "get the file again, or compare its checksum with the publisher's");
}

Error wrong_magic(uint32_t magic, uint32_t expected, const fs::path& file) {
  const char* kind = expected == image_magic ? "images" : "labels";
  const bool swapped = magic == image_magic || magic == label_magic;
  return data_error(
      fmt::format("not an IDX file of {}", kind), fmt::format("magic {:#x} in {}", magic, file.string()),
      fmt::format("magic {:#x} (bytes, {} dimension{})", expected, expected & 0xff,
                  expected == label_magic ? "" : "s"),
      swapped ? "the image and label files seem to be swapped" : "check that it is the right file");
}

/// The bytes of an IDX file as uint8 [dimensions…]. Nothing is allocated before the header agrees with the
/// size.
at::Tensor read_idx(const fs::path& file, uint32_t expected) {
  const std::vector<uint8_t> bytes = read_maybe_gzip(file);
  const size_t dimensions = expected & 0xff, header = 4 + 4 * dimensions;
  if (bytes.size() < 4) throw damaged("it has no header", file, fmt::format("at least {} bytes", header));
  const uint32_t magic = big_endian(bytes.data());
  if (magic != expected) throw wrong_magic(magic, expected, file);
  if (bytes.size() < header)
    throw damaged("its header is cut off", file, fmt::format("at least {} bytes", header));

  const size_t payload = bytes.size() - header;
  std::vector<int64_t> sizes;
  std::string shape;
  size_t product = 1;
  bool overflow = false;
  for (size_t i = 0; i < dimensions; ++i) {
    const size_t size = big_endian(bytes.data() + 4 + 4 * i);
    if (size == 0)
      throw damaged(fmt::format("dimension {} is zero", i), file, "at least one item of one pixel");
    sizes.push_back(static_cast<int64_t>(size));
    shape += fmt::format("{}{}", i == 0 ? "" : " x ", size);
    // Checked against the payload at once, so the product stays below 2^64.
    overflow = overflow || size > payload / product;
    if (!overflow) product *= size;
  }
  if (overflow || product != payload) {
    throw damaged(fmt::format("its header says {} bytes, but {} follow", shape, payload), file,
                  overflow || product > payload ? "a complete file" : "no bytes after the last item");
  }
  auto tensor = torch::empty(sizes, torch::kByte);
  std::memcpy(tensor.data_ptr<uint8_t>(), bytes.data() + header, payload);
  return tensor;
}

/// Class names of the sets whose publishers give them; empty for any other.
std::vector<std::string> known_class_names(const std::string& set) {
  if (set == "fashion-mnist") {
    return {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
            "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  }
  if (set == "kmnist") return {"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"};
  if (set == "mnist") return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  return {};
}

struct Half {
  ImageSplit data;
  fs::path images, labels;
};

fs::path require(const fs::path& folder, const std::string& name) {
  const fs::path file = find_file(folder, name);
  if (file.empty()) {
    throw data_error("a file of an IDX data set is missing", (folder / name).string(),
                     "the four files {train,t10k}-{images-idx3,labels-idx1}-ubyte, plain or with .gz",
                     "place the file there; for a public set: image_classification data fetch NAME");
  }
  return file;
}

Half read_half(const fs::path& folder, const std::string& prefix) {
  Half half;
  half.images = require(folder, prefix + "-images-idx3-ubyte");
  half.labels = require(folder, prefix + "-labels-idx1-ubyte");
  half.data = {read_idx_images(half.images), read_idx_labels(half.labels)};
  const long images = half.data.images.size(0), labels = half.data.labels.size(0);
  if (images != labels) {
    throw data_error("images and labels do not belong together",
                     fmt::format("{} images in {}, {} labels in {}", thousands(images), half.images.string(),
                                 thousands(labels), half.labels.string()),
                     "one label for each image", "get both files again");
  }
  return half;
}

}  // namespace

at::Tensor read_idx_images(const fs::path& file) { return read_idx(file, image_magic).unsqueeze(1); }

at::Tensor read_idx_labels(const fs::path& file) { return read_idx(file, label_magic).to(torch::kLong); }

ImageSet read_idx_folder(const fs::path& folder) {
  const Half train = read_half(folder, "train"), test = read_half(folder, "t10k");
  const auto shape = train.data.images.sizes().slice(1), test_shape = test.data.images.sizes().slice(1);
  if (shape != test_shape) {
    throw data_error("training and test images differ in size",
                     fmt::format("{} x {} in {}, {} x {} in {}", shape[1], shape[2], train.images.string(),
                                 test_shape[1], test_shape[2], test.images.string()),
                     "one size", "get both files from the same publisher");
  }
  ImageSet set{folder_name(folder), "", train.data, test.data, known_class_names(folder_name(folder))};
  if (set.class_names.empty()) {
    const long classes = train.data.labels.max().item<long>() + 1;
    for (long label = 0; label < classes; ++label) set.class_names.push_back(std::to_string(label));
  }
  const long classes = static_cast<long>(set.class_names.size());
  if (classes < 2)
    throw data_error("a data set has one class only", train.labels.string(), "at least two classes");
  check_labels(train.data.labels, classes, train.labels);
  check_labels(test.data.labels, classes, test.labels);
  return set;
}

}  // namespace actlab
