#include "datasets/clicks/source_identity.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <fstream>

#include "datasets/clicks/block_hash.h"
#include "lib/core/files.h"
#include "lib/core/random.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// Of the size and three pieces of a file.
uint64_t hash_pieces(const fs::path& file, uint64_t hash) {
  constexpr long piece = 1 << 16;
  const auto size = static_cast<long>(fs::file_size(file));
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(piece, '\0');
  hash = block_hash(&size, sizeof(size), hash);
  for (const long start : {0L, std::max(0L, size / 2 - piece / 2), std::max(0L, size - piece)}) {
    stream.clear();
    stream.seekg(start);
    stream.read(bytes.data(), piece);
    hash = block_hash(bytes.data(), static_cast<size_t>(stream.gcount()), hash);
  }
  return hash;
}

}  // namespace

std::string settings(const EventSource& source, const ClickRequest& request) {
  return fmt::format("{} {} {} {} {} {} {}", source.name, schema_json(source.schema).dump(), request.split,
                     request.train_limit, request.test_limit, request.unseen,
                     request.facts.empty() ? "" : request.facts.at("encoder").dump());
}

fs::path cache_file(const EventSource& source, const ClickRequest& request) {
  uint64_t hash = fnv1a(settings(source, request));
  for (const auto& file : source.files) hash = hash_pieces(file.path, hash);
  std::string name = source.name;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0 && c != '-'; }, '_');
  return cache_directory() / "clicks" / fmt::format("{}-{}.rows", name, hex(hash));
}

std::string change_times(const EventSource& source) {
  std::string times;
  for (const auto& file : source.files)
    times += fmt::format("{} ", fs::last_write_time(file.path).time_since_epoch().count());
  return times;
}

FolderLock::FolderLock(const fs::path& folder) : descriptor_(open(folder.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor_ >= 0) flock(descriptor_, LOCK_EX);  // where a file system has no locks, both convert
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace actlab
