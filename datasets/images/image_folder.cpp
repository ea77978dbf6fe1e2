#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <set>

#include "datasets/files.h"
#include "datasets/images/images.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/random.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr long most_files = 200'000;

void check_shape(long channels, long smallest_side, long largest_side) {
  if ((channels == 1 || channels == 3) && smallest_side >= 1 && largest_side <= 4096) return;
  throw usage_error("an image size is out of range",
                    fmt::format("{} channels, {} to {} pixels a side", channels, smallest_side, largest_side),
                    "1 or 3 channels, 1 to 4096 pixels a side");
}

struct ImageFile {
  fs::path path;
  long label = 0;
  uint64_t content = 0;  // hash of the file's bytes
};

/// Decodes a file's bytes and writes them, resized, as planes (grey, or red, green, blue) of height × width.
void decode(const std::string& bytes, const fs::path& file, long channels, const cv::Size& size,
            uint8_t* planes) {
  cv::Mat picture, resized;
  try {
    const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
    if (!bytes.empty())
      picture = cv::imdecode(encoded, channels == 1 ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR);
  } catch (const cv::Exception&) {
    picture.release();  // a header that promises too much is as useless as none
  }
  if (picture.empty()) {
    throw data_error("a file is no picture, or a damaged one", file.string(),
                     "any format that OpenCV reads (PNG, JPEG, BMP, TIFF, WebP, PNM, …)",
                     "repair, convert or remove the file");
  }
  const bool smaller = size.width <= picture.cols && size.height <= picture.rows;
  cv::resize(picture, resized, size, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
  const size_t plane = static_cast<size_t>(size.area());
  for (size_t pixel = 0; pixel < plane; ++pixel) {
    // OpenCV keeps blue, green, red side by side.
    for (size_t c = 0, last = static_cast<size_t>(channels) - 1; c <= last; ++c) {
      planes[c * plane + pixel] = resized.data[pixel * (last + 1) + (last - c)];
    }
  }
}

std::vector<fs::path> class_folders(const fs::path& folder) {
  std::vector<fs::path> classes;
  for (const auto& entry : list_folder(folder)) {
    if (fs::is_directory(entry)) classes.push_back(entry);
  }
  if (classes.size() < 2) {
    throw data_error(
        "an image folder needs at least two classes",
        fmt::format("{} sub-folder{} in {}", classes.size(), classes.size() == 1 ? "" : "s", folder.string()),
        "one sub-folder of image files a class, or train/ and test/ with such sub-folders");
  }
  return classes;
}

/// Every visible file of every class, in the order of names.
std::vector<ImageFile> list_images(const std::vector<fs::path>& classes) {
  std::vector<ImageFile> files;
  for (size_t label = 0; label < classes.size(); ++label) {
    const size_t before = files.size();
    for (const auto& entry : list_folder(classes[label])) {
      if (fs::is_directory(entry)) {
        throw data_error("a class folder holds another folder", entry.string(), "image files only",
                         "move its files up, or hide it with a dot before its name");
      }
      files.push_back({entry, static_cast<long>(label), 0});
    }
    if (files.size() == before) {
      throw data_error("a class folder is empty", classes[label].string(), "at least one image file in each",
                       "add images, or remove the folder");
    }
  }
  return files;
}

void check_size(size_t files, long channels, long size, const fs::path& folder) {
  const long count = static_cast<long>(files), bytes = count * channels * size * size;
  if (count > most_files || bytes > memory_limit) {
    throw data_error(
        "an image folder is too large to be held in memory",
        fmt::format("{} files, {} bytes at {} x {}, in {}", thousands(count), thousands(bytes), size, size,
                    folder.string()),
        fmt::format("at most {} files and {} bytes", thousands(most_files), thousands(memory_limit)),
        "take a part of the files, or a smaller image size");
  }
}

/// Decodes all files and remembers the hash of each file's bytes.
ImageSplit decode_all(std::vector<ImageFile>& files, long channels, long size) {
  const long count = static_cast<long>(files.size()), pixels = channels * size * size;
  ImageSplit split{torch::empty({count, channels, size, size}, torch::kByte),
                   torch::empty({count}, torch::kLong)};
  const cv::Size square(static_cast<int>(size), static_cast<int>(size));
  for (long i = 0; i < count; ++i) {
    ImageFile& file = files[static_cast<size_t>(i)];
    const std::string bytes = read_file(file.path);
    file.content = fnv1a(bytes);
    decode(bytes, file.path, channels, square, split.images.data_ptr<uint8_t>() + i * pixels);
    split.labels.data_ptr<int64_t>()[i] = file.label;
  }
  return split;
}

/// The contents that become test data: a fifth of all by their hash, and at least one (but not all) of each
/// class.
std::set<uint64_t> choose_test(const std::vector<ImageFile>& files, const std::vector<fs::path>& classes) {
  std::vector<std::set<uint64_t>> contents(classes.size());
  for (const auto& file : files) contents[static_cast<size_t>(file.label)].insert(file.content);
  std::set<uint64_t> chosen;
  for (const auto& of_class : contents) {
    for (const uint64_t content : of_class) {
      if (content % 5 == 0) chosen.insert(content);
    }
  }
  const auto is_chosen = [&](uint64_t content) { return chosen.count(content) != 0; };
  for (const auto& of_class : contents) {
    if (std::none_of(of_class.begin(), of_class.end(), is_chosen)) chosen.insert(*of_class.begin());
    if (std::all_of(of_class.begin(), of_class.end(), is_chosen)) chosen.erase(*of_class.rbegin());
  }
  for (size_t label = 0; label < contents.size(); ++label) {
    const auto& of_class = contents[label];
    const auto test = std::count_if(of_class.begin(), of_class.end(), is_chosen);
    if (test == 0 || test == static_cast<long>(of_class.size())) {
      throw data_error("a class cannot be split into training and test images",
                       fmt::format("{} different image{} in {}", of_class.size(),
                                   of_class.size() == 1 ? "" : "s", classes[label].string()),
                       "at least two different images of each class",
                       "add images, or make train/ and test/ with one sub-folder a class in each");
    }
  }
  return chosen;
}

ImageSet split_by_content(const fs::path& folder, long size, long channels) {
  const auto classes = class_folders(folder);
  auto files = list_images(classes);
  check_size(files.size(), channels, size, folder);
  const ImageSplit all = decode_all(files, channels, size);
  const auto chosen = choose_test(files, classes);
  std::vector<int64_t> train, test;
  for (size_t i = 0; i < files.size(); ++i) {
    (chosen.count(files[i].content) != 0 ? test : train).push_back(static_cast<int64_t>(i));
  }
  const auto part = [&](const std::vector<int64_t>& indices) {
    const auto index = torch::tensor(indices, torch::kLong);
    return ImageSplit{all.images.index_select(0, index), all.labels.index_select(0, index)};
  };
  ImageSet set{folder_name(folder), "", part(train), part(test), {}};
  for (const auto& path : classes) set.class_names.push_back(path.filename().string());
  return set;
}

ImageSet read_given_split(const fs::path& folder, long size, long channels) {
  ImageSet set{folder_name(folder), "", {}, {}, {}};
  for (const char* half : {"train", "test"}) {
    const auto classes = class_folders(folder / half);
    std::vector<std::string> names;
    for (const auto& path : classes) names.push_back(path.filename().string());
    if (!set.class_names.empty() && names != set.class_names) {
      throw data_error("train/ and test/ have different classes",
                       fmt::format("{} in {}", join(names), (folder / half).string()), join(set.class_names),
                       "give both the same sub-folders");
    }
    set.class_names = names;
    auto files = list_images(classes);
    check_size(files.size(), channels, size, folder / half);
    (set.train.images.defined() ? set.test : set.train) = decode_all(files, channels, size);
  }
  return set;
}

}  // namespace

ImageSet read_image_folder(const fs::path& folder, long size, bool grey) {
  const long channels = grey ? 1 : 3;
  check_shape(channels, size, size);
  const bool given = fs::is_directory(folder / "train") && fs::is_directory(folder / "test");
  return given ? read_given_split(folder, size, channels) : split_by_content(folder, size, channels);
}

at::Tensor read_image(const fs::path& file, long channels, long height, long width) {
  check_shape(channels, std::min(height, width), std::max(height, width));
  if (!fs::is_regular_file(file))
    throw data_error("an image file is missing", file.string(), "a readable file");
  auto image = torch::empty({1, channels, height, width}, torch::kByte);
  decode(read_file(file), file, channels, cv::Size(static_cast<int>(width), static_cast<int>(height)),
         image.data_ptr<uint8_t>());
  return image;
}

}  // namespace actlab
