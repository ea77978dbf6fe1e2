#pragma once

#include <filesystem>
#include <string_view>

namespace actlab {

/// A file that is written piece by piece, in bounded memory, and is there whole or not at all: it grows under
/// a temporary name beside its own until finish() renames it. Everything throws a data error that names the
/// file and the system's reason (full disk, no permission, missing folder).
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path file);
  /// Without finish() nothing stays behind.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  /// Flushes to the disk and renames; nothing may be written afterwards.
  void finish();

 private:
  void require(int failure) const;  // an error number of the system, 0 on success

  std::filesystem::path file_, temporary_;
  int descriptor_ = -1;
};

}  // namespace actlab
