#include "lib/core/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "lib/core/atomic_file.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

int open_to_write(const fs::path& file) {
  return open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

// These return the system's error number, 0 on success.

/// `write_some`: writes what it can of the bytes from `done` on, and returns how many as write(2) does.
template <typename WriteSome>
int write_whole(size_t bytes, const WriteSome& write_some) {
  for (size_t done = 0; done < bytes;) {
    const ssize_t count = write_some(done);
    if (count < 0 && errno != EINTR) return errno;
    if (count > 0) done += static_cast<size_t>(count);
  }
  return 0;
}

int write_all(int descriptor, std::string_view bytes) {
  return write_whole(
      bytes.size(), [&](size_t done) { return write(descriptor, bytes.data() + done, bytes.size() - done); });
}

int sync_and_close(int descriptor) {
  int failure = fsync(descriptor) != 0 && errno != EINVAL ? errno : 0;
  if (close(descriptor) != 0 && failure == 0) failure = errno;
  return failure;
}

int try_to_write(const fs::path& file) {
  const int descriptor = open_to_write(file);
  if (descriptor < 0) return errno;
  const int failure = write_all(descriptor, "probe"), closing = sync_and_close(descriptor);
  return failure != 0 ? failure : closing;
}

}  // namespace

AtomicFile::AtomicFile(fs::path file, std::string remedy)
    : file_(std::move(file)),
      temporary_(file_.string() + fmt::format(".{}.tmp", getpid())),
      remedy_(std::move(remedy)),
      descriptor_(open_to_write(temporary_)) {
  require(descriptor_ < 0 ? errno : 0);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) close(descriptor_);
  unlink(temporary_.c_str());  // gone already when it was renamed
}

void AtomicFile::write(std::string_view bytes) { require(write_all(descriptor_, bytes)); }

void AtomicFile::write_at(const void* data, size_t bytes, size_t offset) {
  require(write_whole(bytes, [&](size_t done) {
    return pwrite(descriptor_, static_cast<const char*>(data) + done, bytes - done,
                  static_cast<off_t>(offset + done));
  }));
}

void AtomicFile::finish() {
  require(sync_and_close(std::exchange(descriptor_, -1)));
  require(std::rename(temporary_.c_str(), file_.c_str()) != 0 ? errno : 0);
}

void AtomicFile::require(int failure) const {
  if (failure == 0) return;
  throw data_error("a file cannot be written", file_.string(), "",
                   fmt::format("{}: {}", std::strerror(failure), remedy_));
}

void write_atomically(const fs::path& file, const std::string& content) {
  AtomicFile whole(file);
  whole.write(content);
  whole.finish();
}

std::string read_file(const fs::path& file) {
  std::string content(16 * 1024, '\0');
  size_t size = 0;
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  ssize_t count = descriptor;
  while (descriptor >= 0 && (count = read(descriptor, &content[size], content.size() - size)) != 0) {
    if (count < 0 && errno != EINTR) break;
    size += static_cast<size_t>(std::max<ssize_t>(count, 0));
    if (size == content.size()) content.resize(2 * size);
  }
  if (descriptor >= 0) close(descriptor);
  if (count < 0)
    throw data_error("a file cannot be read", file.string(), "a readable file",
                     "check the path and its permissions");
  content.resize(size);
  return content;
}

void make_writable_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  const fs::path probe = folder / fmt::format(".probe.{}.tmp", getpid());
  const int failure = error ? error.value() : try_to_write(probe);
  unlink(probe.c_str());
  if (failure != 0) {
    throw usage_error("the folder cannot be written", folder.string(),
                      "a folder with room and write permission",
                      fmt::format("{}: choose another with --output", std::strerror(failure)));
  }
}

fs::path cache_directory() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache != '\0') {
    return fs::path(cache) / "actlab";
  }
  const char* home = std::getenv("HOME");
  return fs::path(home != nullptr && *home != '\0' ? home : ".") / ".cache" / "actlab";
}

fs::path data_directory(const std::string& given) {
  if (!given.empty()) return given;
  if (const char* data = std::getenv("ACTLAB_DATA"); data != nullptr && *data != '\0') return data;
  return cache_directory();
}

}  // namespace actlab
