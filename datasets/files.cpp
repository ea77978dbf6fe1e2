#include "datasets/files.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;

fs::path find_file(const fs::path& folder, const std::string& name) {
  for (const auto& candidate : {folder / name, folder / (name + ".gz")}) {
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored)) return candidate;
  }
  return {};
}

std::vector<fs::path> list_folder(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (entry->path().filename().string().front() != '.') entries.push_back(entry->path());
  }
  if (error) {
    throw data_error("a folder cannot be read", folder.string(), "a readable folder", error.message());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::string folder_name(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder).lexically_normal();
  return whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string();
}

void check_labels(const at::Tensor& labels, long classes, const fs::path& file) {
  const auto wrong = torch::nonzero((labels < 0) | (labels >= classes));
  if (wrong.size(0) == 0) return;
  const long index = wrong[0].item<long>();
  throw data_error(
      "a label is out of range",
      fmt::format("label {} at index {} of {}", labels[index].item<long>(), index, file.string()),
      fmt::format("0 to {}", classes - 1), "get the file again, or check that it belongs to this set");
}

}  // namespace actlab
