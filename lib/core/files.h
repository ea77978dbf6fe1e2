#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace actlab {

/// Writes `content` to a temporary name beside `file`, flushes it to the disk, then renames it: a reader sees
/// the old file or the whole new one, also when the machine stops in the middle. Throws a data error that
/// names the file and the system's reason (full disk, no permission, missing folder).
void write_atomically(const std::filesystem::path& file, const std::string& content);

/// The whole file. Throws a data error when it cannot be read.
std::string read_file(const std::filesystem::path& file);

/// Makes the folder and its parents and proves that files can be written there (usage error otherwise).
void make_writable_folder(const std::filesystem::path& folder);

/// `given` when not empty, else $ACTLAB_DATA, else $XDG_CACHE_HOME/actlab, else ~/.cache/actlab.
std::filesystem::path data_directory(const std::string& given);

/// Where derived files go: $XDG_CACHE_HOME/actlab or ~/.cache/actlab; never beside a publisher's files.
std::filesystem::path cache_directory();

}  // namespace actlab
