#include <regex>

#include "datasets/files.h"
#include "datasets/speech/recordings.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr int test_takes = 5;  // the publisher's test set: takes 0 to 4 of every digit and speaker

/// `recordings` in a place, or one folder further down, as in an archive of the whole repository.
fs::path find_recordings(const fs::path& place) {
  if (fs::is_directory(place / "recordings")) return place / "recordings";
  for (const auto& entry : list_folder(place)) {
    if (fs::is_directory(entry / "recordings")) return entry / "recordings";
  }
  return {};
}

}  // namespace

bool holds_digits(const fs::path& folder) {
  return fs::is_directory(folder / "recordings") || fs::is_regular_file(folder / "recordings.tar.gz");
}

Recordings list_digits(const fs::path& folder) {
  fs::path place;
  for (const auto& candidate : with_archives(folder)) {
    if (place.empty()) place = find_recordings(candidate);
  }
  if (place.empty()) {
    throw data_error("a folder holds no spoken digits", folder.string(),
                     "a folder `recordings` of files DIGIT_SPEAKER_TAKE.wav, or an archive of it",
                     "check the path");
  }
  Recordings found{folder_name(folder), "", {}, {}};
  const std::regex pattern("([0-9])_([^_]+)_([0-9]{1,4})\\.wav");
  for (const auto& file : list_folder(place)) {
    const std::string name = file.filename().string();
    std::smatch parts;
    if (!std::regex_match(name, parts, pattern)) {
      throw data_error("a file's name tells no digit, speaker and take", file.string(), "7_jackson_32.wav",
                       "rename or remove the file");
    }
    const Part part = std::stoi(parts[3]) < test_takes ? Part::test : Part::train;
    found.clips.push_back({file, parts[1], parts[2], part});
  }
  return found;
}

}  // namespace actlab
