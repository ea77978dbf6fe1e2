#include "lib/experiment/store.h"

#include <algorithm>

#include "lib/core/error.h"
#include "lib/core/files.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

std::optional<RunRecord> read_record(const fs::path& file, const Complaint& complain) {
  try {
    const auto json = nlohmann::json::parse(read_file(file));
    auto record = record_from_json(json, file.string());
    if (record.run_id == file.stem().string()) return record;
    complain(file.string() + " holds the record of another run (" + record.run_id + ")");
  } catch (const nlohmann::json::exception& problem) {
    complain(file.string() + " is damaged (" + problem.what() + ")");
  } catch (const Error& problem) {
    complain(problem.what());
  }
  return std::nullopt;
}

}  // namespace

void Store::prepare() const { make_writable_folder(runs_); }

void Store::save(const RunRecord& record) const {
  write_atomically(file_of(record.run_id), to_json(record).dump(1) + "\n");
}

std::optional<RunRecord> Store::find(const std::string& run_id, const Complaint& complain) const {
  const auto file = file_of(run_id);
  if (!fs::exists(file)) return std::nullopt;
  return read_record(file, complain);
}

std::vector<RunRecord> Store::load_all(const Complaint& complain) const {
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(runs_, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (error) {
    throw data_error("there are no records", runs_.string(), "an output folder of `compare`",
                     error.message() + ": check the path");
  }
  std::vector<RunRecord> records;
  for (const auto& file : files) {
    if (auto record = read_record(file, complain)) records.push_back(std::move(*record));
  }
  const auto start = [](const RunRecord& record) {
    return std::make_pair(record.environment.value("started_at", ""), record.run_id);
  };
  std::sort(records.begin(), records.end(),
            [&](const auto& a, const auto& b) { return start(a) < start(b); });
  return records;
}

}  // namespace actlab
