#include "lib/core/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// Writes and syncs; returns the system's error number, 0 on success.
int write_and_sync(const fs::path& file, const std::string& content) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return errno;
  int failure = 0;
  for (size_t done = 0; done < content.size() && failure == 0;) {
    const ssize_t count = write(descriptor, content.data() + done, content.size() - done);
    if (count < 0 && errno != EINTR) failure = errno;
    if (count > 0) done += static_cast<size_t>(count);
  }
  if (failure == 0 && fsync(descriptor) != 0 && errno != EINVAL) failure = errno;
  if (close(descriptor) != 0 && failure == 0) failure = errno;
  return failure;
}

}  // namespace

void write_atomically(const fs::path& file, const std::string& content) {
  const fs::path temporary = file.string() + fmt::format(".{}.tmp", getpid());
  int failure = write_and_sync(temporary, content);
  if (failure == 0 && std::rename(temporary.c_str(), file.c_str()) != 0) failure = errno;
  if (failure != 0) {
    unlink(temporary.c_str());
    throw data_error(
        "a file cannot be written", file.string(), "",
        fmt::format("{}: free space, fix permissions or choose another folder", std::strerror(failure)));
  }
}

std::string read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (!stream || !(content << stream.rdbuf())) {
    const bool empty = stream && fs::is_regular_file(file) && fs::file_size(file) == 0;
    if (empty) return "";
    throw data_error("a file cannot be read", file.string(), "a readable file",
                     "check the path and its permissions");
  }
  return content.str();
}

void make_writable_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  const fs::path probe = folder / fmt::format(".probe.{}.tmp", getpid());
  const int failure = error ? error.value() : write_and_sync(probe, "probe");
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
