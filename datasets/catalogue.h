#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace actlab {

/// One file of a public data set, as its publisher offers it.
struct PublicFile {
  std::string name;       // in the data set's folder, perhaps with sub-folders
  std::string address;    // publisher's URL; empty where nobody offers the file without asking
  long bytes;             // 0 = not known
  std::string algorithm;  // "md5", "sha1" or "sha256"
  std::string digest;     // lower-case hexadecimal; empty where the publisher states none
  // What an archive holds, and the sub-folder that it puts them in. They may stand by themselves, with or
  // without that sub-folder, plain or with .gz; their digests are of the plain bytes.
  std::vector<PublicFile> members = {};
  std::string inner_folder = {};
};

/// A public data set. Its folder under the data directory bears its name.
struct PublicSet {
  std::string name;
  std::string program;  // whose `data` command fetches it
  std::string description;
  std::string licence;
  std::string page;
  std::vector<PublicFile> files;
  std::string mirror = {};  // a second place that offers the same files; tried after the publisher's
};

const std::vector<PublicSet>& public_sets();

/// Throws a usage error with the nearest name.
const PublicSet& find_public_set(const std::string& name);

/// What stands on the disk for one file: `part` is a broken download or some members of an archive,
/// `unverified` a file without a published checksum (an unpacked copy of a packed file, for example). Reads
/// the whole file.
enum class FileState { missing, part, intact, damaged, unverified };
FileState check_file(const PublicSet& set, const PublicFile& file,
                     const std::filesystem::path& data_directory);

/// "md5", "sha1" or "sha256" of a file, in lower-case hexadecimal.
std::string file_digest(const std::filesystem::path& file, const std::string& algorithm);

/// Called with bytes so far and in total (0 = unknown); returns false to stop.
using FetchProgress = std::function<bool(const std::string& file, long done, long total)>;

/// Downloads what is missing or damaged into data_directory/NAME: resumes a broken download (`FILE.part`),
/// checks size and digest, renames last; then unpacks archives into the cache. `mirror` replaces everything
/// before the file name when not empty (file:// works). Throws a data error with instructions for placing the
/// files by hand, and an error with ExitCode::interrupted when `progress` (may be empty) says to stop.
void fetch(const PublicSet& set, const std::filesystem::path& data_directory, const std::string& mirror,
           const FetchProgress& progress);

/// How to get the files without this program: addresses, folder, checksums.
std::string manual_instructions(const PublicSet& set, const std::filesystem::path& data_directory);

}  // namespace actlab
