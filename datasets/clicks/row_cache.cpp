// The file: a head; what is known of the set, as JSON; a checksum a block of 65,536 rows of each part (over
// its tokens, numbers and targets); then, each from a page of its own on, all tokens (int32), all numbers
// (float32) and all targets (int32) row by row: training, validation, test. Numbers are in the machine's
// order of bytes; the head's own tells a file of another machine.

#include "datasets/clicks/row_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <torch/torch.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "datasets/clicks/block_hash.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr char magic[8] = {'A', 'C', 'T', 'C', 'L', 'I', 'C', 'K'};
// The version is that of the format and of how rows are encoded.
constexpr uint32_t version = 1, byte_order = 0x01020304;
constexpr size_t page = 4096, word = 4;

struct Head {
  char magic[8];
  uint32_t version, byte_order;
  uint64_t file_bytes, about_bytes, about_hash, checksums_hash;
  RowShape shape;
  uint64_t hash;  // over everything before
};

uint64_t head_hash(const Head& head) { return block_hash(&head, offsetof(Head, hash)); }

long blocks_of(long rows) { return (rows + cache_block - 1) / cache_block; }

/// Where everything stands, in bytes.
struct Layout {
  size_t about, checksums, tokens, numbers, targets, end;
  long blocks, rows;

  Layout(const RowShape& shape, size_t about_bytes) {
    const auto round_up = [](size_t offset, size_t unit) { return (offset + unit - 1) / unit * unit; };
    rows = shape.rows[0] + shape.rows[1] + shape.rows[2];
    blocks = blocks_of(shape.rows[0]) + blocks_of(shape.rows[1]) + blocks_of(shape.rows[2]);
    const auto count = static_cast<size_t>(rows);
    about = sizeof(Head);
    checksums = round_up(about + about_bytes, sizeof(uint64_t));
    tokens = round_up(checksums + static_cast<size_t>(blocks) * sizeof(uint64_t), page);
    numbers = round_up(tokens + count * static_cast<size_t>(shape.columns) * word, page);
    targets = round_up(numbers + count * static_cast<size_t>(shape.numbers) * word, page);
    end = targets + count * 2 * word;
  }
};

/// Calls take(rows of the set before the block, rows of the block) for every block, part by part.
template <typename Take>
void each_block(const RowShape& shape, Take&& take) {
  long start = 0;
  for (const long rows : shape.rows) {
    for (long first = 0; first < rows; first += cache_block)
      take(start + first, std::min(cache_block, rows - first));
    start += rows;
  }
}

/// A file that is open for reading.
struct OpenFile {
  explicit OpenFile(const fs::path& file) : descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (descriptor >= 0) close(descriptor);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  bool read(void* data, size_t bytes, size_t offset) const {
    for (size_t done = 0; done < bytes;) {
      const ssize_t count =
          pread(descriptor, static_cast<char*>(data) + done, bytes - done, static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      done += static_cast<size_t>(count);
    }
    return true;
  }

  int descriptor;
};

/// The hash of one block: of its tokens, then its numbers, then its targets.
class BlockSum {
 public:
  BlockSum(const OpenFile& file, const Layout& layout, const RowShape& shape)
      : file_(file), layout_(layout), shape_(shape) {}

  bool equals(long first, long rows, uint64_t expected) {
    uint64_t hash = 0;
    return add(layout_.tokens, shape_.columns, first, rows, hash) &&
           add(layout_.numbers, shape_.numbers, first, rows, hash) &&
           add(layout_.targets, 2, first, rows, hash) && hash == expected;
  }

 private:
  bool add(size_t section, long width, long first, long rows, uint64_t& hash) {
    const size_t row = static_cast<size_t>(width) * word;
    buffer_.resize(row * static_cast<size_t>(rows));
    if (!file_.read(buffer_.data(), buffer_.size(), section + row * static_cast<size_t>(first))) return false;
    hash = block_hash(buffer_.data(), buffer_.size(), hash);
    return true;
  }

  const OpenFile& file_;
  const Layout& layout_;
  const RowShape& shape_;
  std::vector<char> buffer_;
};

/// Reads and compares everything; says what is wrong, or nothing.
std::string check_file(const OpenFile& file, Head& head, std::string& about) {
  if (!file.read(&head, sizeof(head), 0)) return "is cut short";
  if (std::memcmp(head.magic, magic, sizeof(magic)) != 0) return "is no cache";
  if (head.version != version || head.byte_order != byte_order)
    return fmt::format("is of version {}, not {}", head.version, version);
  if (head.hash != head_hash(head)) return "is damaged in its head";
  const Layout layout(head.shape, head.about_bytes);
  const off_t size = lseek(file.descriptor, 0, SEEK_END);
  if (head.file_bytes != layout.end || size != static_cast<off_t>(layout.end))
    return "has another size than its head says";
  about.resize(head.about_bytes);
  std::vector<uint64_t> checksums(static_cast<size_t>(layout.blocks));
  const size_t table = checksums.size() * sizeof(uint64_t);
  if (!file.read(about.data(), about.size(), layout.about) ||
      !file.read(checksums.data(), table, layout.checksums)) {
    return "cannot be read";
  }
  if (block_hash(about.data(), about.size()) != head.about_hash ||
      block_hash(checksums.data(), table) != head.checksums_hash) {
    return "is damaged in its head";
  }
  BlockSum sum(file, layout, head.shape);
  size_t block = 0;
  std::string reason;
  each_block(head.shape, [&](long first, long rows) {
    if (reason.empty() && !sum.equals(first, rows, checksums[block]))
      reason = fmt::format("is damaged in its rows from {} on", first + 1);
    ++block;
  });
  return reason;
}

/// A file in memory while anything refers to it.
std::shared_ptr<char> map(const OpenFile& file, size_t bytes) {
  void* start = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file.descriptor, 0);
  if (start == MAP_FAILED) return nullptr;
  return {static_cast<char*>(start), [bytes](char* address) { munmap(address, bytes); }};
}

}  // namespace

CacheWriter::CacheWriter(fs::path file, const RowShape& shape, const nlohmann::json& about)
    : file_(std::move(file), "free space, or set XDG_CACHE_HOME to another folder"),
      shape_(shape),
      about_(about.dump()),
      checksums_(static_cast<size_t>(Layout(shape, 0).blocks)) {
  for (size_t part = 0; part < blocks_.size(); ++part) {
    const auto rows = static_cast<size_t>(std::min(cache_block, shape.rows[part]));
    blocks_[part].tokens.resize(rows * static_cast<size_t>(shape.columns));
    blocks_[part].numbers.resize(rows * static_cast<size_t>(shape.numbers));
    blocks_[part].targets.resize(rows * 2);
  }
}

RowPlace CacheWriter::next(ClickPart part) {
  Block& block = blocks_[static_cast<size_t>(part)];
  if (block.rows == cache_block) flush(static_cast<size_t>(part));
  const long row = block.rows++;
  return {block.tokens.data() + row * shape_.columns, block.numbers.data() + row * shape_.numbers,
          block.targets.data() + row * 2};
}

void CacheWriter::flush(size_t part) {
  Block& block = blocks_[part];
  if (block.rows == 0) return;
  const Layout layout(shape_, about_.size());
  long before = 0;  // rows, then blocks, of the parts before
  size_t number = static_cast<size_t>(block.first / cache_block);
  for (size_t i = 0; i < part; ++i) {
    before += shape_.rows[i];
    number += static_cast<size_t>(blocks_of(shape_.rows[i]));
  }
  uint64_t hash = 0;
  const auto section = [&](const void* data, long width, size_t start) {
    const size_t row = static_cast<size_t>(width) * word, bytes = row * static_cast<size_t>(block.rows);
    file_.write_at(data, bytes, start + row * static_cast<size_t>(before + block.first));
    hash = block_hash(data, bytes, hash);
  };
  section(block.tokens.data(), shape_.columns, layout.tokens);
  section(block.numbers.data(), shape_.numbers, layout.numbers);
  section(block.targets.data(), 2, layout.targets);
  checksums_[number] = hash;
  block.first += block.rows;
  block.rows = 0;
}

void CacheWriter::finish() {
  for (size_t part = 0; part < blocks_.size(); ++part) flush(part);
  const Layout layout(shape_, about_.size());
  const size_t table = checksums_.size() * sizeof(uint64_t);
  Head head{};
  std::memcpy(head.magic, magic, sizeof(magic));
  head.version = version;
  head.byte_order = byte_order;
  head.file_bytes = layout.end;
  head.about_bytes = about_.size();
  head.about_hash = block_hash(about_.data(), about_.size());
  head.checksums_hash = block_hash(checksums_.data(), table);
  head.shape = shape_;
  head.hash = head_hash(head);
  file_.write_at(about_.data(), about_.size(), layout.about);
  file_.write_at(checksums_.data(), table, layout.checksums);
  file_.write_at(&head, sizeof(head), 0);
  file_.finish();
}

std::optional<CachedRows> open_cache(const fs::path& path, std::string& reason) {
  reason.clear();
  const OpenFile file(path);
  if (file.descriptor < 0) return {};
  Head head{};
  std::string about;
  reason = check_file(file, head, about);
  if (!reason.empty()) return {};
  const Layout layout(head.shape, head.about_bytes);
  const auto mapped = map(file, layout.end);
  if (mapped == nullptr) {
    reason = fmt::format("cannot be mapped: {}", std::strerror(errno));
    return {};
  }
  const auto section = [&](size_t offset, long width, at::ScalarType type) {
    return torch::from_blob(
        mapped.get() + offset, {layout.rows, width}, [mapped](void*) {}, torch::TensorOptions().dtype(type));
  };
  const auto tokens = section(layout.tokens, head.shape.columns, torch::kInt);
  const auto numbers = section(layout.numbers, head.shape.numbers, torch::kFloat);
  const auto targets = section(layout.targets, 2, torch::kInt);
  CachedRows rows;
  long first = 0;
  for (size_t part = 0; part < rows.parts.size(); ++part) {
    const long last = first + head.shape.rows[part];
    rows.parts[part] = {tokens.slice(0, first, last), numbers.slice(0, first, last),
                        targets.slice(0, first, last)};
    first = last;
  }
  rows.about = nlohmann::json::parse(about);
  return rows;
}

}  // namespace actlab
