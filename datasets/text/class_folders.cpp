#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "datasets/delimited.h"
#include "datasets/encoding.h"
#include "datasets/files.h"
#include "datasets/text/readers.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// How many files needed what.
struct Findings {
  std::map<std::string, long> encodings;  // other than UTF-8, where none is named
  long others = 0;                        // that are no .txt
  size_t bytes = 0;                       // of all texts
};

std::string class_name(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name == "neg" ? "negative" : name == "pos" ? "positive" : name;
}

void read_class(const fs::path& folder, const TextFormat& format, LabelledTexts& texts, Findings& findings) {
  const size_t before = texts.size();
  for (const auto& entry : list_folder(folder)) {
    if (entry.extension() != ".txt") {
      ++findings.others;
      continue;
    }
    DecodedText decoded = read_text(entry, format.encoding);
    check_length(decoded.text, entry, 1);
    findings.bytes += decoded.text.size();
    if (findings.bytes > static_cast<size_t>(memory_limit)) {
      throw data_error("a folder of texts is too large to be held in memory", folder.string(),
                       fmt::format("at most {} bytes", thousands(memory_limit)), "take a part of the files");
    }
    if (format.encoding.empty() && decoded.encoding != "UTF-8") ++findings.encodings[decoded.encoding];
    texts.push_back({std::move(decoded.text), class_name(folder)});
  }
  if (texts.size() == before) {
    throw data_error("a class folder holds no text", folder.string(), "at least one .txt file in each",
                     "add texts, or remove the folder");
  }
}

LabelledTexts read_classes(const fs::path& folder, const TextFormat& format, Findings& findings) {
  const auto classes = data_folders(folder);
  if (classes.size() < 2) {
    throw data_error(
        "a folder of texts needs at least two classes",
        fmt::format("{} sub-folder{} in {}", classes.size(), classes.size() == 1 ? "" : "s", folder.string()),
        "one sub-folder of .txt files a class, or train/ and test/ with such sub-folders");
  }
  LabelledTexts texts;
  for (const auto& path : classes) read_class(path, format, texts, findings);
  return texts;
}

}  // namespace

std::vector<fs::path> data_folders(const fs::path& folder) {
  std::vector<fs::path> folders;
  for (const auto& entry : list_folder(folder)) {
    const std::string name = entry.filename().string();
    // Texts without a label of IMDB; what macOS adds to archives.
    if (fs::is_directory(entry) && name != "unsup" && name != "__MACOSX") folders.push_back(entry);
  }
  return folders;
}

TextFiles read_class_folders(const fs::path& folder, const TextFormat& format) {
  TextFiles files;
  Findings findings;
  const bool divided = fs::is_directory(folder / "train") && fs::is_directory(folder / "test");
  files.train = read_classes(divided ? folder / "train" : folder, format, findings);
  if (divided) files.test = read_classes(folder / "test", format, findings);
  for (const auto& [name, count] : findings.encodings) {
    files.notes.push_back(fmt::format("{} file{} read as {}", thousands(count), count == 1 ? "" : "s", name));
  }
  if (findings.others > 0) {
    files.notes.push_back(fmt::format("{} file{} without the ending .txt left out",
                                      thousands(findings.others), findings.others == 1 ? "" : "s"));
  }
  return files;
}

}  // namespace actlab
