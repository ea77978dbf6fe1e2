#pragma once

#include <filesystem>
#include <string>

#include "datasets/clicks/clicks.h"
#include "datasets/clicks/events.h"

namespace actlab {

/// Everything but the files that decides how rows are divided and encoded.
std::string settings(const EventSource& source, const ClickRequest& request);

/// The cache of a source: named by its settings and by the content of its files, of which the sizes and the
/// first, middle and last 64 KiB are looked at.
std::filesystem::path cache_file(const EventSource& source, const ClickRequest& request);

/// When the files of a source were last changed: a cache of other times is made again.
std::string change_times(const EventSource& source);

/// Holds a folder against other processes while it lives.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace actlab
