#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "apps/reproduce/domains.h"
#include "apps/reproduce/study.h"
#include "lib/experiment/run.h"
#include "lib/report/html.h"

namespace actlab {

/// The records of one call of a study, or of one output folder.
struct Batch {
  std::string name;       // of the call, or the folder
  std::string directory;  // output folder
  std::string command;    // that makes the records, as one types it; empty: nobody knows
  std::string missing;    // why there are no records; empty where there are
  std::string baseline;   // that the study gives the call; empty: the usual one
  std::vector<RunRecord> records;
};

/// The command line of a call, output folder included.
std::vector<std::string> arguments_of(const CompareCall& call, const std::filesystem::path& output);

/// What lies in the folders of the study's calls below `output`. Complaints go to standard error.
std::vector<Batch> study_batches(const Study& study, Size size, const std::filesystem::path& output);

/// The records of any output folders, each a batch. Throws a data error for a folder without records.
std::vector<Batch> folder_batches(const std::vector<std::string>& directories);

std::vector<RunRecord> all_records(const std::vector<Batch>& batches);
std::vector<Origin> origins_of(const std::vector<Batch>& batches);

/// A comparison with a name that is short enough for a column.
struct NamedComparison {
  std::string name;
  Comparison comparison;
};

/// The comparisons of each batch, named after it, with the model where a batch has several. Without a
/// baseline in `judging`, the batch's own is used.
std::vector<NamedComparison> named_comparisons(const std::vector<Batch>& batches, const Judging& judging);

/// The row of that canonical text, null without one.
const ComparisonRow* row_with(const Comparison& comparison, const std::string& text);

/// The row of an activation as one types it, null without one: a name alone means the default arguments, so
/// that `swish` is never taken for `swish:frozen=true`.
const ComparisonRow* row_named(const Comparison& comparison, const std::string& activation);

/// What a row is called among those of its comparison: by its name where it is the only one that has it, else
/// with its arguments.
std::string label_of(const ComparisonRow& row, const Comparison& comparison);

}  // namespace actlab
