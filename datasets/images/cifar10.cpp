#include <fmt/format.h>
#include <torch/torch.h>

#include <fstream>
#include <map>

#include "datasets/files.h"
#include "datasets/images/images.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr long edge = 32, pixels = 3 * edge * edge, record = 1 + pixels, classes = 10;
constexpr long published_batches = 5, published_train = 50'000, published_test = 10'000;

/// Files `PREFIX*.bin` of a folder, plain or gzipped, by their name without .gz (the plain one wins).
std::map<std::string, fs::path> find_batches(const fs::path& folder, const std::string& prefix) {
  std::map<std::string, fs::path> found;
  for (const auto& file : list_folder(folder)) {
    const fs::path plain = file.extension() == ".gz" ? file.stem() : file.filename();
    if (plain.extension() == ".bin" && plain.string().rfind(prefix, 0) == 0)
      found.emplace(plain.stem().string(), file);
  }
  return found;
}

ImageSplit read_batch(const fs::path& file) {
  std::vector<uint8_t> bytes = read_maybe_gzip(file);
  const long size = static_cast<long>(bytes.size());
  if (size == 0 || size % record != 0) {
    throw data_error(
        "a CIFAR-10 file has a wrong size", fmt::format("{} bytes in {}", thousands(size), file.string()),
        fmt::format("a multiple of {} bytes (label, then 32 x 32 red, green and blue)", thousands(record)),
        "get the file again; CIFAR-100 and the Python version of CIFAR-10 are other formats");
  }
  const auto records = torch::from_blob(bytes.data(), {size / record, record}, torch::kByte);
  const auto labels = records.select(1, 0).to(torch::kLong);
  check_labels(labels, classes, file);
  // A view of `bytes` ends with it: the pixels are copied.
  return {records.narrow(1, 1, pixels).view({-1, 3, edge, edge}).clone(at::MemoryFormat::Contiguous), labels};
}

ImageSplit read_batches(const std::map<std::string, fs::path>& files) {
  std::vector<at::Tensor> images, labels;
  for (const auto& [name, file] : files) {
    const ImageSplit batch = read_batch(file);
    images.push_back(batch.images);
    labels.push_back(batch.labels);
  }
  if (images.size() == 1) return {images[0], labels[0]};
  return {torch::cat(images), torch::cat(labels)};
}

std::vector<std::string> read_class_names(const fs::path& folder) {
  std::ifstream stream(folder / "batches.meta.txt");
  std::vector<std::string> names;
  for (std::string name; stream >> name;) names.push_back(name);
  if (!stream.is_open()) {
    return {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
  }
  if (static_cast<long>(names.size()) != classes) {
    throw data_error("a CIFAR-10 file is damaged",
                     fmt::format("{} names in {}", names.size(), (folder / "batches.meta.txt").string()),
                     fmt::format("{} class names, one a line", classes),
                     "get the file again, or remove it: the official names are known");
  }
  return names;
}

std::string part_note(const std::map<std::string, fs::path>& train_files, long train,
                      const std::string& test_name, long test) {
  const bool whole_train =
      static_cast<long>(train_files.size()) == published_batches && train == published_train;
  if (whole_train && test == published_test) return "";
  std::vector<std::string> numbers;
  for (const auto& [name, file] : train_files) numbers.push_back(name.substr(name.rfind('_') + 1));
  std::string note =
      fmt::format("part: training batch{} {} of {} ({} images), ", numbers.size() > 1 ? "es" : "",
                  join(numbers), published_batches, thousands(train));
  if (whole_train) note = "part: all training images, ";
  if (test == published_test) return note + "all test images";
  const char* first = test_name.find("first") != std::string::npos ? "first " : "";
  return note + fmt::format("{}{} of {} test images", first, thousands(test), thousands(published_test));
}

}  // namespace

ImageSet read_cifar10_folder(const fs::path& given) {
  const fs::path inner = given / cifar10_folder;
  const fs::path folder = fs::is_directory(inner) ? inner : given;
  const auto train_files = find_batches(folder, "data_batch_");
  auto test_files = find_batches(folder, "test_batch");
  if (train_files.empty() || test_files.empty()) {
    throw data_error("a file of CIFAR-10 is missing",
                     (folder / (train_files.empty() ? "data_batch_1.bin" : "test_batch.bin")).string(),
                     "at least one data_batch_*.bin and one test_batch*.bin, plain or with .gz",
                     "place it there, or run: image_classification data fetch cifar-10");
  }
  // A whole test batch beside a part of it: the part must not be counted twice.
  if (const auto whole = test_files.find("test_batch"); whole != test_files.end()) test_files = {*whole};
  if (test_files.size() > 1) {
    throw data_error("more than one test file of CIFAR-10", folder.string(), "one file test_batch*.bin",
                     "keep the file that you want to test on");
  }
  ImageSet set{folder_name(given), "", read_batches(train_files), read_batches(test_files),
               read_class_names(folder)};
  set.note =
      part_note(train_files, set.train.labels.size(0), test_files.begin()->first, set.test.labels.size(0));
  return set;
}

}  // namespace actlab
