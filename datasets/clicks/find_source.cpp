#include "datasets/clicks/find_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "datasets/catalogue.h"
#include "datasets/clicks/sources.h"
#include "datasets/files.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/spec.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr const char* program = "click_recommendation";
constexpr long world_rows = 57'000;

bool is_archive(const fs::path& file) {
  const std::string name = file.filename().string();
  const auto ends = [&](const std::string& ending) {
    return name.size() > ending.size() &&
           name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
  };
  return ends(".zip") || ends(".tar.gz") || ends(".tgz") || ends(".tar");
}

/// A format that is known, in this folder, in its archive, or in its only sub-folder.
std::optional<EventSource> find_in_folder(const fs::path& folder) {
  for (const auto find : {find_movielens, find_open_bandit, find_avazu, find_criteo}) {
    if (auto source = find(folder)) return source;
  }
  const auto entries = list_folder(folder);
  fs::path inner;
  for (const auto& entry : entries) {
    const bool more = fs::is_directory(entry) || is_archive(entry);
    if (!more) continue;
    if (!inner.empty()) return {};
    inner = entry;
  }
  if (inner.empty()) return {};
  return find_in_folder(fs::is_directory(inner) ? inner : unpacked_folder(inner));
}

EventSource read_public(const PublicSet& set, const ClickRequest& request) {
  const fs::path directory = data_directory(request.data_directory.string()), folder = directory / set.name;
  if (fs::is_directory(folder)) {
    if (auto source = find_in_folder(folder)) {
      source->name = set.name;
      return std::move(*source);
    }
  }
  throw data_error(
      fmt::format("the data set {} is not there", set.name), folder.string(), "",
      fmt::format("{} data fetch {}\n  or {}", program, set.name, manual_instructions(set, directory)));
}

/// A table of one's own, by its schema: the one given, that of the trained model, or the file beside it.
EventSource read_table(const fs::path& file, const ClickRequest& request) {
  EventSource source{file.filename().string(), {}, {{file}}};
  const fs::path beside = file.string() + ".toml";
  if (!request.schema.empty()) {
    source.schema = read_schema(request.schema);
  } else if (!request.facts.empty()) {
    source.schema = schema_of(request.facts.at("schema"));
  } else if (fs::is_regular_file(beside)) {
    source.schema = read_schema(beside);
  } else {
    throw data_error(
        "what the columns of a table mean is not known", file.string(),
        "a schema: --schema FILE, or " + beside.filename().string() + " beside the table",
        fmt::format("{} data inspect {} > {}, and look through it", program, file.string(), beside.string()));
  }
  return source;
}

EventSource read_file(const fs::path& file, const ClickRequest& request) {
  if (!request.schema.empty()) return read_table(file, request);
  if (is_criteo(file)) return criteo_source(file);
  if (is_libfm(file)) return read_libfm(file);
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  for (const auto find : {find_movielens, find_open_bandit, find_avazu}) {
    auto source = find(folder);
    if (source && source->files.size() == 1 && source->files[0].path == file) return std::move(*source);
  }
  return read_table(file, request);
}

EventSource read_path(const ClickRequest& request) {
  const fs::path path = request.dataset;
  if (!fs::exists(path)) {
    throw data_error("there is no such file or folder", path.string(),
                     "a table of events, or the files of a public data set", "check the path");
  }
  const bool folder = fs::is_directory(path);
  if (!folder && !is_archive(path)) {
    EventSource source = read_file(path, request);
    source.name = path.filename().string();
    return source;
  }
  if (auto source = find_in_folder(folder ? path : unpacked_folder(path))) {
    source->name = folder_name(path);
    return std::move(*source);
  }
  throw data_error("no events are recognised in a folder", path.string(),
                   "the files of MovieLens, Criteo, Avazu or Open Bandit",
                   "name a table itself, with its schema: see docs/add-a-data-set.md");
}

/// `criteo-like:rows=N`: written into the cache, then read as the publisher's file is.
EventSource criteo_like(const std::string& dataset) {
  const Spec spec = parse_spec(dataset);
  check_keys(spec, {"rows"});
  const long rows = integer_argument(spec, "rows", 100'000, 1, 1'000'000'000);
  const fs::path folder = cache_directory() / "clicks",
                 file = folder / fmt::format("criteo-like-{}.txt", rows);
  make_writable_folder(folder);
  if (!fs::exists(file)) write_criteo_like(file, rows);
  EventSource source = criteo_source(file);
  source.name = dataset;
  return source;
}

}  // namespace

EventSource find_source(const ClickRequest& request) {
  if (request.dataset == "clicks") return make_click_world(world_rows);
  if (request.dataset.rfind("criteo-like", 0) == 0) return criteo_like(request.dataset);
  std::vector<std::string> names{"clicks", "criteo-like:rows=N"};
  for (const auto& set : public_sets()) {
    if (set.program != program) continue;
    if (set.name == request.dataset) return read_public(set, request);
    names.push_back(set.name);
  }
  const bool path = request.dataset.find('/') != std::string::npos || fs::exists(request.dataset);
  if (!path) throw unknown_name("data set", request.dataset, names);
  return read_path(request);
}

}  // namespace actlab
