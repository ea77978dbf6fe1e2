#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include "datasets/catalogue.h"
#include "datasets/files.h"
#include "datasets/images/images.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/random.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr long glyphs_train = 12'000, glyphs_test = 3'000;

bool holds_idx(const fs::path& folder) {
  for (const char* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                           "t10k-labels-idx1-ubyte"}) {
    if (!find_file(folder, name).empty()) return true;
  }
  return false;
}

bool holds_cifar10(const fs::path& folder) {
  if (fs::is_directory(folder / cifar10_folder)) return true;
  const auto entries = list_folder(folder);
  return std::any_of(entries.begin(), entries.end(), [](const fs::path& entry) {
    const std::string name = entry.filename().string();
    return name.rfind("data_batch_", 0) == 0 || name.rfind("test_batch", 0) == 0;
  });
}

ImageSet load_folder(const ImageRequest& request) {
  const fs::path folder = request.dataset;
  if (!fs::is_directory(folder)) {
    throw data_error(
        "there is no such folder", folder.string(),
        "a folder of IDX files, of CIFAR-10 binaries, or with one sub-folder of image files a class",
        "check the path");
  }
  if (holds_idx(folder)) return read_idx_folder(folder);
  if (holds_cifar10(folder)) return read_cifar10_folder(folder);
  return read_image_folder(folder, request.image_size, request.grey);
}

ImageSet load_public(const PublicSet& set, const fs::path& data_directory) {
  const fs::path folder = data_directory / set.name;
  const bool there = fs::is_directory(folder);
  if (there && holds_idx(folder)) return read_idx_folder(folder);
  if (there && holds_cifar10(folder)) return read_cifar10_folder(folder);
  if (const fs::path archive = folder / set.files[0].name;
      !set.files[0].members.empty() && fs::exists(archive)) {
    ImageSet unpacked = read_cifar10_folder(unpacked_folder(archive));
    unpacked.name = set.name;
    return unpacked;
  }
  throw data_error(fmt::format("the data set {} is not there", set.name), folder.string(), "",
                   fmt::format("image_classification data fetch {}\n  or {}", set.name,
                               manual_instructions(set, data_directory)));
}

ImageSet load_whole(const ImageRequest& request) {
  std::vector<std::string> names{"glyphs"};
  for (const auto& set : public_sets()) {
    if (set.program != "image_classification") continue;
    if (set.name == request.dataset) return load_public(set, data_directory(request.data_directory.string()));
    names.push_back(set.name);
  }
  const bool path = request.dataset.find('/') != std::string::npos || fs::is_directory(request.dataset);
  if (!path) throw unknown_name("data set", request.dataset, names);
  return load_folder(request);
}

/// Every glyph stands for itself and classes alternate: the first ones are a fair part, and quick to draw.
ImageSet load_glyphs(const ImageRequest& request) {
  const auto limited = [](long limit, long count) { return limit == 0 ? count : std::min(limit, count); };
  return make_glyphs(limited(request.train_limit, glyphs_train), limited(request.test_limit, glyphs_test), 0);
}

/// The first `limit` images of a shuffled order that never changes, so a part of a sorted set has every
/// class.
std::string limit_split(ImageSplit& split, long limit, const std::string& name) {
  const long count = split.labels.size(0);
  if (limit == 0 || limit >= count) return "";
  auto generator = make_generator(0, Stream::split, "limit");
  const auto chosen = torch::randperm(count, generator, torch::kLong).narrow(0, 0, limit);
  split = {split.images.index_select(0, chosen), split.labels.index_select(0, chosen)};
  return fmt::format("{} of {} {} images", thousands(limit), thousands(count), name);
}

void apply_limits(ImageSet& set, const ImageRequest& request) {
  for (const auto& note : {limit_split(set.train, request.train_limit, "training"),
                           limit_split(set.test, request.test_limit, "test")}) {
    add_note(set.note, note);
  }
}

void check_limit(const std::string& name, long limit) {
  if (limit < 0)
    throw usage_error("a limit is negative", fmt::format("{} {}", name, limit), "0 (all) or more");
}

}  // namespace

ImageSet load_images(const ImageRequest& request) {
  check_limit("train limit", request.train_limit);
  check_limit("test limit", request.test_limit);
  if (request.dataset == "glyphs") return load_glyphs(request);
  ImageSet set = load_whole(request);
  apply_limits(set, request);
  return set;
}

}  // namespace actlab
