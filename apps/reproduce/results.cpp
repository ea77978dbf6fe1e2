#include "apps/reproduce/results.h"

#include <algorithm>
#include <iostream>

#include "apps/reproduce/child.h"
#include "lib/activations/catalogue.h"
#include "lib/cli/domain.h"
#include "lib/core/error.h"
#include "lib/experiment/store.h"

namespace actlab {
namespace {

std::vector<RunRecord> load(const std::filesystem::path& directory) {
  return Store(directory).load_all([](const std::string& why) { std::cerr << why << ": left out\n"; });
}

bool is_folder_of_records(const std::filesystem::path& directory) {
  return std::filesystem::is_directory(directory / "runs");
}

}  // namespace

std::vector<std::string> arguments_of(const CompareCall& call, const std::filesystem::path& output) {
  std::vector<std::string> arguments = {"compare"};
  arguments.insert(arguments.end(), call.flags.begin(), call.flags.end());
  arguments.insert(arguments.end(), {"--output", (output / call.name).string()});
  return arguments;
}

std::vector<Batch> study_batches(const Study& study, Size size, const std::filesystem::path& output) {
  std::vector<Batch> batches;
  for (const auto& call : study.calls.at(size)) {
    auto words = arguments_of(call, output);
    words.insert(words.begin(), call.program);
    Batch batch{call.name, (output / call.name).string(), shell_text(words), "", call.baseline, {}};
    if (is_folder_of_records(batch.directory)) batch.records = load(batch.directory);
    if (batch.records.empty()) {
      batch.missing = call.needs.empty() || is_installed(call.needs)
                          ? "no records in " + batch.directory
                          : "skipped: " + call.needs + " is not installed";
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

std::vector<Batch> folder_batches(const std::vector<std::string>& directories) {
  std::vector<Batch> batches;
  for (const auto& directory : directories) {
    const auto path = std::filesystem::path(directory).lexically_normal();
    const auto name = path.has_filename() ? path.filename() : path.parent_path().filename();
    batches.push_back({name.string(), directory, origin_of(directory).command, "", "", load(directory)});
    if (batches.back().records.empty())
      throw data_error("there are no records", directory, "output folders of `compare`, or names of studies");
  }
  return batches;
}

std::vector<RunRecord> all_records(const std::vector<Batch>& batches) {
  std::vector<RunRecord> records;
  for (const auto& batch : batches) records.insert(records.end(), batch.records.begin(), batch.records.end());
  return records;
}

std::vector<Origin> origins_of(const std::vector<Batch>& batches) {
  std::vector<Origin> origins;
  for (const auto& batch : batches) {
    if (!batch.records.empty()) origins.push_back({batch.directory, batch.command});
  }
  return origins;
}

std::vector<NamedComparison> named_comparisons(const std::vector<Batch>& batches, const Judging& judging) {
  std::vector<NamedComparison> named;
  for (const auto& batch : batches) {
    auto own = judging;
    if (own.baseline.empty()) own.baseline = batch.baseline;
    const auto comparisons = compare_tasks(batch.records, own);
    for (const auto& comparison : comparisons) {
      const auto more = comparisons.size() > 1 ? " " + comparison.model : "";
      named.push_back({batch.name + more, comparison});
    }
  }
  return named;
}

const ComparisonRow* row_with(const Comparison& comparison, const std::string& text) {
  const auto row = std::find_if(comparison.rows.begin(), comparison.rows.end(),
                                [&](const auto& one) { return one.activation == text; });
  return row == comparison.rows.end() ? nullptr : &*row;
}

const ComparisonRow* row_named(const Comparison& comparison, const std::string& activation) {
  return row_with(comparison, resolve_activation(parse_spec(activation)).text());
}

std::string label_of(const ComparisonRow& row, const Comparison& comparison) {
  const auto namesakes = std::count_if(comparison.rows.begin(), comparison.rows.end(),
                                       [&](const auto& one) { return one.name == row.name; });
  return namesakes == 1 ? row.name : row.activation;
}

}  // namespace actlab
