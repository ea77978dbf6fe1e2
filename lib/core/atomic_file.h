#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace actlab {

/// A file that is written piece by piece, in bounded memory, and is there whole or not at all: it grows under
/// a temporary name beside its own until finish() renames it. Everything throws a data error that names the
/// file, the system's reason (full disk, no permission, missing folder) and the remedy.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path file,
                      std::string remedy = "free space, fix permissions or choose another folder");
  /// Without finish() nothing stays behind.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  /// At a place of its own, in any order; not to be mixed with write().
  void write_at(const void* data, size_t bytes, size_t offset);
  /// Flushes to the disk and renames; nothing may be written afterwards.
  void finish();

 private:
  void require(int failure) const;  // an error number of the system, 0 on success

  std::filesystem::path file_, temporary_;
  std::string remedy_;
  int descriptor_ = -1;
};

}  // namespace actlab
