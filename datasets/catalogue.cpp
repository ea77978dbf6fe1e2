#include "datasets/catalogue.h"

#include <fmt/format.h>

#include "datasets/catalogue_sets.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
const std::vector<PublicSet>& public_sets() {
  static const std::vector<PublicSet> sets = [] {
    std::vector<PublicSet> all = image_sets();
    for (const auto& set : text_sets()) all.push_back(set);
    for (const auto& set : click_sets()) all.push_back(set);
    for (const auto& set : speech_sets()) all.push_back(set);
    return all;
  }();
  return sets;
}

const PublicSet& find_public_set(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& set : public_sets()) {
    if (set.name == name) return set;
    names.push_back(set.name);
  }
  throw unknown_name("public data set", name, names);
}

std::string manual_instructions(const PublicSet& set, const std::filesystem::path& data_directory) {
  std::string text = fmt::format("place {} in {}:\n", set.files.size() == 1 ? "this file" : "these files",
                                 (data_directory / set.name).string());
  for (const auto& file : set.files) {
    text += file.address.empty() ? fmt::format("    {}: {} (see {})\n", file.name, set.description, set.page)
                                 : fmt::format("    {}\n", file.address);
    if (!set.mirror.empty()) text += fmt::format("      or {}{}\n", set.mirror, file.name);
    if (file.bytes > 0) text += fmt::format("      {} bytes\n", thousands(file.bytes));
    if (!file.digest.empty()) text += fmt::format("      {} {}\n", file.algorithm, file.digest);
  }
  return text + fmt::format("  then check with: {} data verify {}", set.program, set.name);
}

}  // namespace actlab
