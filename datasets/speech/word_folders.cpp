#include <fmt/format.h>

#include <map>
#include <set>
#include <sstream>

#include "datasets/files.h"
#include "datasets/speech/recordings.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr long most_files = 500'000;

/// Files by word and file name: a word may lie in a folder and, again, in an archive.
using Words = std::map<std::string, std::map<std::string, fs::path>>;

void add_files(const fs::path& folder, std::map<std::string, fs::path>& files) {
  for (const auto& entry : list_folder(folder)) {
    if (fs::is_directory(entry)) {
      throw data_error("a word's folder holds another folder", entry.string(), "audio files only",
                       "move its files up, or hide it with a dot before its name");
    }
    files.emplace(entry.filename().string(), entry);
  }
}

/// Sub-folders with a leading underscore are no words: _background_noise_, and _silence_ and _unknown_ of the
/// publisher's test archive.
Words find_words(const std::vector<fs::path>& places, std::vector<fs::path>& noise) {
  Words words;
  for (const auto& place : places) {
    for (const auto& entry : list_folder(place)) {
      if (!fs::is_directory(entry)) continue;
      const std::string name = entry.filename().string();
      if (name == "_background_noise_") {
        for (const auto& file : list_folder(entry)) {
          if (file.extension() == ".wav") noise.push_back(file);  // a README lies there, too
        }
      } else if (name.front() != '_') {
        add_files(entry, words[name]);
      }
    }
  }
  return words;
}

/// "WORD/FILE" of every line of a list, from wherever it stands.
std::set<std::string> read_list(const std::vector<fs::path>& places, const std::string& name) {
  std::set<std::string> entries;
  for (const auto& place : places) {
    if (!fs::is_regular_file(place / name)) continue;
    std::istringstream lines(read_file(place / name));
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (!line.empty()) entries.insert(line);
    }
  }
  return entries;
}

std::string speaker_of(const std::string& file_name) {
  const size_t end = file_name.find("_nohash_");
  return end == std::string::npos ? "" : file_name.substr(0, end);
}

void check_folder(const Words& words, const fs::path& folder) {
  long count = 0;
  for (const auto& [word, files] : words) {
    if (files.empty()) {
      throw data_error("a word's folder is empty", (folder / word).string(),
                       "at least one audio file in each", "add recordings, or remove the folder");
    }
    count += static_cast<long>(files.size());
  }
  if (words.size() < 2 || count > most_files) {
    throw data_error(
        "a folder of spoken words needs at least two words",
        fmt::format("{} sub-folders with {} files in {}", words.size(), thousands(count), folder.string()),
        fmt::format("one sub-folder (or archive of it) of audio files a word, at most {} files",
                    thousands(most_files)),
        "check the path");
  }
}

}  // namespace

std::vector<fs::path> with_archives(const fs::path& folder) {
  std::vector<fs::path> places{folder};
  for (const auto& entry : list_folder(folder)) {
    const std::string kind = entry.extension().string();
    const bool tar = entry.stem().extension() == ".tar" || kind == ".tgz" || kind == ".tar";
    if ((tar || kind == ".zip") && fs::is_regular_file(entry)) places.push_back(unpacked_folder(entry));
  }
  return places;
}

Recordings list_words(const fs::path& folder, bool unseen) {
  const auto places = with_archives(folder);
  Recordings found{folder_name(folder), "", {}, {}};
  const Words words = find_words(places, found.noise);
  check_folder(words, folder);
  const auto testing = read_list(places, "testing_list.txt");
  const auto validation = read_list(places, "validation_list.txt");
  for (const auto& [word, files] : words) {
    for (const auto& [name, file] : files) {
      const std::string entry = word + "/" + name;
      const Part part = testing.count(entry) != 0      ? Part::test
                        : validation.count(entry) != 0 ? Part::validation
                        : testing.empty() && unseen    ? Part::test
                                                       : Part::train;
      found.clips.push_back({file, word, speaker_of(name), part});
    }
  }
  if (testing.empty() && !unseen) split_by_speaker(found);
  return found;
}

}  // namespace actlab
