#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "datasets/clicks/click_set.h"
#include "datasets/clicks/split.h"
#include "lib/core/atomic_file.h"

namespace actlab {

/// Where a row is written.
struct RowPlace {
  int32_t* tokens;
  float* numbers;
  int32_t* targets;
};

/// The shape of a set: rows of training, validation and test, and the columns of each tensor.
struct RowShape {
  std::array<long, 3> rows{};
  long columns = 0, numbers = 0;
};

/// Rows whose blocks have a checksum each, and that a run shuffles within.
constexpr long cache_block = 1 << 16;

/// Writes a cache (see row_cache.cpp for the format): rows of each part in turn, to a temporary name beside
/// `file`, with one block of each part in memory.
class CacheWriter {
 public:
  /// `about` comes back from open_cache(). Throws a data error when the file cannot be written; nothing is
  /// left behind then.
  CacheWriter(std::filesystem::path file, const RowShape& shape, const nlohmann::json& about);

  /// Where the next row of a part goes; valid until its next call for that part.
  RowPlace next(ClickPart part);
  /// Flushes the file to the disk and gives it its name.
  void finish();

 private:
  struct Block {  // of one part
    std::vector<int32_t> tokens, targets;
    std::vector<float> numbers;
    long first = 0, rows = 0;  // of the part
  };
  void flush(size_t part);

  AtomicFile file_;
  RowShape shape_;
  std::string about_;
  std::array<Block, 3> blocks_;
  std::vector<uint64_t> checksums_;
};

/// A cache as tensors over the mapped file: training, validation, test.
struct CachedRows {
  std::array<ClickRows, 3> parts;
  nlohmann::json about;
};

/// Reads every byte once to compare the checksums, then maps the file. Nothing where the file does not exist,
/// or is cut short, damaged or of another version; `reason` says which (empty: it does not exist).
std::optional<CachedRows> open_cache(const std::filesystem::path& file, std::string& reason);

}  // namespace actlab
