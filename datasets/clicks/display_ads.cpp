#include <algorithm>

#include "datasets/clicks/public_schemas.h"
#include "datasets/clicks/sources.h"
#include "datasets/files.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// The fields of the first line, if it can be read.
std::vector<std::string> first_line(const fs::path& file, const std::string& separator) {
  RecordReader reader(file, separator, Quotes::literal);
  Record record;
  if (!reader.next(record)) return {};
  return {record.fields.begin(), record.fields.end()};
}

bool is_avazu(const fs::path& file) {
  const auto columns = first_line(file, ",");
  return columns.size() == 24 && columns[0] == "id" && columns[1] == "click" && columns[2] == "hour";
}

EventSource one_file(const fs::path& file, ClickSchema schema) { return {"", std::move(schema), {{file}}}; }

bool has_text_name(const fs::path& file) {
  const std::string ending = (file.extension() == ".gz" ? file.stem() : file).extension().string();
  return ending.empty() || ending == ".txt" || ending == ".csv" || ending == ".tsv";
}

/// The only file of a folder that `fits`; nothing where there is none, or several.
template <typename Fits>
fs::path only_file(const fs::path& folder, Fits&& fits) {
  fs::path found;
  for (const auto& file : list_folder(folder)) {
    if (!fs::is_regular_file(file) || !has_text_name(file) || !fits(file)) continue;
    if (!found.empty()) return {};
    found = file;
  }
  return found;
}

}  // namespace

bool is_criteo(const fs::path& file) {
  const auto fields = first_line(file, "\t");
  return fields.size() == 40 && (fields[0] == "0" || fields[0] == "1");
}

EventSource criteo_source(const fs::path& file) { return one_file(file, criteo_schema()); }

std::optional<EventSource> find_criteo(const fs::path& folder) {
  fs::path file = find_file(folder, "train.txt");  // test.txt beside it has no labels
  if (file.empty() || !is_criteo(file)) file = only_file(folder, is_criteo);
  if (file.empty()) return {};
  return criteo_source(file);
}

std::optional<EventSource> find_avazu(const fs::path& folder) {
  fs::path file = find_file(folder, "train");
  for (const char* name : {"train.csv", "avazu.csv"}) {
    if (file.empty()) file = find_file(folder, name);
  }
  if (file.empty() || !is_avazu(file)) file = only_file(folder, is_avazu);
  if (file.empty()) return {};
  return one_file(file, avazu_schema());
}

}  // namespace actlab
