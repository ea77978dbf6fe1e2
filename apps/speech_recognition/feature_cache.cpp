#include "apps/speech_recognition/feature_cache.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <array>
#include <cstring>
#include <iostream>
#include <memory>

#include "datasets/files.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/random.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// What stands before the numbers, as the machine has it in memory; as long as a cache line, so that the
/// numbers are aligned.
struct Header {
  std::array<char, 8> kind = {'A', 'C', 'T', 'F', 'E', 'A', 'T', '1'};
  std::array<int64_t, 3> sizes = {};  // clips, channels, frames
  uint64_t checksum = 0;              // of the numbers
  std::array<char, 24> unused = {};
};
static_assert(sizeof(Header) == 64);

long bytes_of(const std::array<int64_t, 3>& sizes) {
  return sizes[0] * sizes[1] * sizes[2] * static_cast<long>(sizeof(float));
}

uint64_t checksum_of(const at::Tensor& all) {
  return fnv1a_bytes(all.data_ptr(), static_cast<size_t>(all.numel()) * sizeof(float));
}

/// The file's features; undefined where it is missing or not what it should be.
at::Tensor map_features(const fs::path& file, const std::array<int64_t, 3>& sizes) {
  std::error_code missing;
  const auto bytes = fs::file_size(file, missing);
  if (missing) return {};
  if (bytes == sizeof(Header) + static_cast<size_t>(bytes_of(sizes))) {
    const auto content =
        torch::from_file(file.string(), /*shared=*/false, static_cast<int64_t>(bytes / sizeof(float)));
    Header header;
    std::memcpy(&header, content.data_ptr(), sizeof header);
    const auto all = content.slice(0, sizeof(Header) / sizeof(float)).view(sizes);
    if (header.kind == Header().kind && header.sizes == sizes && header.checksum == checksum_of(all))
      return all;
  }
  std::cerr << fmt::format("note: the features in {} are damaged; they are computed again\n", file.string());
  return {};
}

/// The content of a file of features; `all` gets a view of the numbers.
std::shared_ptr<std::string> compute(const std::vector<at::Tensor>& parts, const ClipFormat& format,
                                     const std::array<int64_t, 3>& sizes, at::Tensor& all) {
  constexpr long block = 256;
  auto content = std::make_shared<std::string>(sizeof(Header) + static_cast<size_t>(bytes_of(sizes)), '\0');
  all = torch::from_blob(content->data() + sizeof(Header), sizes, [content](void*) {});
  long place = 0;
  for (const auto& part : parts) {
    for (const auto& clips : part.split(block)) {
      all.narrow(0, place, clips.size(0)).copy_(features(clips, format.features));
      place += clips.size(0);
    }
  }
  Header header;
  header.sizes = sizes;
  header.checksum = checksum_of(all);
  std::memcpy(content->data(), &header, sizeof header);
  return content;
}

/// False where the file cannot be written, which is no reason to stop.
bool keep(const fs::path& file, const std::string& content) {
  try {
    fs::create_directories(file.parent_path());
    write_atomically(file, content);
    return true;
  } catch (const std::exception& problem) {
    std::cerr << "note: features are not kept: " << problem.what() << '\n';
    return false;
  }
}

void check_size(const std::array<int64_t, 3>& sizes) {
  if (bytes_of(sizes) <= memory_limit) return;
  throw usage_error(
      "the features are too large to be held in memory",
      fmt::format("{} clips of {} numbers", thousands(sizes[0]), thousands(sizes[1] * sizes[2])),
      fmt::format("at most {} bytes, 4 a number", thousands(memory_limit)),
      "a longer --hop, fewer --mels, or fewer clips (--train-limit)");
}

}  // namespace

fs::path feature_file(const std::string& fingerprint, const ClipFormat& format) {
  return cache_directory() / "features" / hex(fnv1a(to_json(format).dump(), fnv1a(fingerprint)));
}

std::vector<at::Tensor> cached_features(const std::vector<at::Tensor>& parts, const ClipFormat& format,
                                        const std::string& fingerprint) {
  const auto [channels, frames] = feature_shape(format.samples, format.features);
  std::array<int64_t, 3> sizes = {0, channels, frames};
  std::vector<int64_t> counts;
  for (const auto& part : parts) counts.push_back(part.size(0));
  for (const auto count : counts) sizes[0] += count;
  check_size(sizes);
  const auto file = feature_file(fingerprint, format);
  auto all = map_features(file, sizes);
  if (!all.defined() && keep(file, *compute(parts, format, sizes, all))) all = map_features(file, sizes);
  return all.split_with_sizes(counts);
}

}  // namespace actlab
