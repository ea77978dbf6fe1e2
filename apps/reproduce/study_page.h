#pragma once

#include <string>
#include <vector>

#include "apps/reproduce/expectations.h"
#include "apps/reproduce/results.h"
#include "lib/report/layout.h"
#include "lib/report/words.h"

namespace actlab {

/// What a report is about: a study with its records, or records alone.
struct StudyReport {
  std::string title;
  std::string found = {}, differ = {};  // texts of the study
  std::vector<Batch> batches;
  std::vector<Question> questions = {};
  std::vector<Outcome> outcomes = {};
  Judging judging = {};
};

/// The report of a study's records below `output`.
StudyReport report_of(const Study& study, Size size, const std::filesystem::path& output,
                      const Judging& judging);

/// The report in one of comparison_format_names(): table, markdown and latex are the combined table with what
/// surrounds it, csv and json every figure of every comparison, html the page with charts, whose fixed words
/// are in `language`. Throws a data error when there are no records at all.
std::string write_report(const StudyReport& report, const std::string& format,
                         Language language = Language::english);

/// A table of what was expected and what is seen.
Layout outcome_table(const std::vector<Outcome>& outcomes);

}  // namespace actlab
