#include "lib/experiment/store.h"

#include <algorithm>
#include <tuple>

#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/parallel.h"
#include "lib/experiment/record_reader.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

std::optional<RunRecord> read_record(RunRecordReader& reader, const fs::path& file,
                                     const Complaint& complain) {
  try {
    auto record = reader.read(read_file(file), file.string());
    if (record.run_id == file.stem().string()) return record;
    complain(file.string() + " holds the record of another run (" + record.run_id + ")");
  } catch (const Error& problem) {
    complain(problem.what());
  }
  return std::nullopt;
}

/// What one thread reads.
struct Part {
  std::vector<RunRecord> records;
  std::vector<std::string> complaints;
};

Part read_part(const std::vector<fs::path>& files, size_t first, size_t end) {
  Part part;
  RunRecordReader reader;
  part.records.reserve(end - first);
  for (size_t i = first; i < end; ++i) {
    auto record = read_record(reader, files[i], [&](const auto& why) { part.complaints.push_back(why); });
    if (record) part.records.push_back(std::move(*record));
  }
  return part;
}

}  // namespace

void Store::prepare() const { make_writable_folder(runs_); }

void Store::save(const RunRecord& record) const {
  write_atomically(file_of(record.run_id), to_json(record).dump(1) + "\n");
}

std::optional<RunRecord> Store::find(const std::string& run_id, const Complaint& complain) const {
  const auto file = file_of(run_id);
  if (!fs::exists(file)) return std::nullopt;
  RunRecordReader reader;
  return read_record(reader, file, complain);
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
  records.reserve(files.size());
  constexpr size_t worth_a_thread = 500;
  const auto read = [&](size_t first, size_t end) { return read_part(files, first, end); };
  for (auto& part : in_parts(files.size(), worth_a_thread, read)) {
    for (const auto& complaint : part.complaints) complain(complaint);
    std::move(part.records.begin(), part.records.end(), std::back_inserter(records));
  }
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
    return std::tie(a.started_at, a.run_id) < std::tie(b.started_at, b.run_id);
  });
  return records;
}

}  // namespace actlab
