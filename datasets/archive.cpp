#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <vector>

#include "datasets/files.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/random.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr long largest = 32L << 30;  // Criteo's text, the largest that is known, has 11 GiB

struct CloseArchive {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, CloseArchive>;

Error damaged(const fs::path& file, const std::string& reason) {
  return data_error("an archive cannot be unpacked: " + reason, file.string(),
                    "a complete archive of plain files",
                    "get the file again, or compare its checksum with the publisher's");
}

Error damaged(const fs::path& file, archive* reader) {
  const char* reason = archive_error_string(reader);
  return damaged(file, reason != nullptr ? reason : "no reason given");
}

/// Where an entry goes. An archive is somebody else's text: nothing may land outside `target`.
fs::path safe_path(archive_entry* entry, const fs::path& target, const fs::path& file) {
  const char* text = archive_entry_pathname(entry);
  const fs::path path = text != nullptr ? text : "";
  const bool climbs =
      std::any_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
  if (path.empty() || path.is_absolute() || climbs) {
    throw damaged(file, fmt::format("its entry '{}' leaves the folder", path.string()));
  }
  if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) {
    throw damaged(file, fmt::format("its entry '{}' is no plain file", path.string()));
  }
  return target / path;
}

/// Copies the data of the current entry and adds its size to `total`.
void copy_entry(archive* reader, const fs::path& destination, const fs::path& file, long& total) {
  fs::create_directories(destination.parent_path());
  std::ofstream out(destination, std::ios::binary);
  std::vector<char> buffer(1 << 20);
  la_ssize_t count = 0;
  while ((count = archive_read_data(reader, buffer.data(), buffer.size())) > 0) {
    total += count;
    if (total > largest) throw damaged(file, fmt::format("it unpacks to more than {} bytes", largest));
    out.write(buffer.data(), count);
  }
  if (count < 0) throw damaged(file, reader);
  out.close();
  if (!out) {
    throw data_error("a file cannot be written", destination.string(), "a cache folder with room",
                     "free space, or set XDG_CACHE_HOME to another folder");
  }
}

void unpack(const fs::path& file, const fs::path& target) {
  const Reader reader(archive_read_new());
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_all(reader.get());
  if (archive_read_open_filename(reader.get(), file.c_str(), 1 << 16) != ARCHIVE_OK)
    throw damaged(file, reader.get());
  archive_entry* entry = nullptr;
  long total = 0;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(reader.get(), &entry)) != ARCHIVE_EOF) {
    if (status < ARCHIVE_WARN) throw damaged(file, reader.get());
    if (archive_entry_filetype(entry) == AE_IFDIR) continue;  // made for the files in them
    copy_entry(reader.get(), safe_path(entry, target, file), file, total);
  }
  if (total == 0) throw damaged(file, "it is empty");
}

}  // namespace

fs::path unpacked_folder(const fs::path& file) {
  const auto changed = fs::last_write_time(file).time_since_epoch().count();
  const std::string identity =
      fmt::format("{} {} {}", fs::canonical(file).string(), fs::file_size(file), changed);
  const fs::path target =
      cache_directory() / "unpacked" / (file.stem().stem().string() + "-" + hex(fnv1a(identity)));
  if (fs::is_directory(target)) return target;

  // Workers may do this side by side: each unpacks for itself, the first to rename wins.
  const fs::path temporary = target.string() + fmt::format(".{}.tmp", getpid());
  std::error_code error;
  fs::remove_all(temporary, error);
  try {
    unpack(file, temporary);
  } catch (const fs::filesystem_error& failure) {
    fs::remove_all(temporary, error);
    throw data_error("an archive cannot be unpacked", file.string(), "a writable cache folder",
                     failure.what());
  } catch (const Error&) {
    fs::remove_all(temporary, error);
    throw;
  }
  fs::rename(temporary, target, error);
  if (error) fs::remove_all(temporary);
  if (!fs::is_directory(target)) {
    throw data_error("an archive cannot be unpacked", target.string(), "a writable cache folder",
                     error.message());
  }
  return target;
}

}  // namespace actlab
