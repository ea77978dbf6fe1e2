#include "apps/reproduce/study_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/reproduce/questions.h"
#include "apps/reproduce/summary.h"
#include "lib/core/error.h"
#include "lib/report/formats.h"
#include "lib/report/html.h"
#include "lib/report/html_elements.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

const char* state_text(Outcome::State state) {
  switch (state) {
    case Outcome::State::holds:
      return "holds";
    case Outcome::State::fails:
      return "does not hold";
    case Outcome::State::unknown:
      return "cannot be said";
  }
  return "";
}

/// One thing of a report that stands around its main table: a paragraph, or a table with its facts.
struct Part {
  std::string heading;
  std::string text;
  Layout table = {};
};

/// Everything of a report but the figures of each comparison.
struct Parts {
  Layout summary;
  std::vector<Part> others;
};

Parts parts_of(const StudyReport& report, const std::vector<NamedComparison>& comparisons) {
  Parts parts{summarise(report.title, comparisons), {}};
  for (const auto& batch : report.batches) {
    if (batch.records.empty()) parts.summary.facts.emplace_back(batch.name, batch.missing);
  }
  const auto outcomes = outcome_table(report.outcomes);
  const auto found = answers(report.questions, report.batches);
  if (!report.found.empty()) parts.others.push_back({"What others found", report.found});
  if (!found.best.empty()) parts.others.push_back({found.title, "", found});
  if (!report.differ.empty()) parts.others.push_back({"Why ours may differ", report.differ});
  if (!outcomes.best.empty()) parts.others.push_back({outcomes.title, "", outcomes});
  return parts;
}

std::string as_table(const Parts& parts) {
  std::string result = parts.summary.title + "\n" + definitions(parts.summary.facts) + "\n" +
                       terminal_table(parts.summary, false, 0) + "\n";
  for (const auto& [heading, text, table] : parts.others) {
    result += table.best.empty() ? definitions({{heading, text}})
                                 : definitions(table.facts) + terminal_table(table, false, line_width);
    result += "\n";
  }
  return result + definitions(legend({parts.summary}));
}

std::string as_markdown(const Parts& parts, const std::vector<Batch>& batches) {
  std::string result = markdown_section(parts.summary, 1);
  for (const auto& [heading, text, table] : parts.others) {
    result += "\n" +
              (table.best.empty() ? fmt::format("## {}\n\n{}\n", heading, text) : markdown_section(table, 2));
  }
  result += "\n## Commands\n\n```\n";
  for (const auto& batch : batches) {
    if (!batch.command.empty()) result += batch.command + "\n";
  }
  return result + "```\n\n## Legend\n\n" + markdown_legend({parts.summary});
}

std::string as_html(const StudyReport& report, const Parts& parts,
                    const std::vector<Comparison>& comparisons) {
  auto introduction = html::element("h2", "All comparisons in one table") +
                      html::definitions(parts.summary.facts) + html::wide(html::table(parts.summary));
  for (const auto& [heading, text, table] : parts.others) {
    introduction += html::element("h2", heading);
    introduction += table.best.empty() ? html::element("p", text)
                                       : html::definitions(table.facts) + html::wide(html::table(table));
  }
  return html_page(report.title, comparisons, origins_of(report.batches), introduction, spoken_language());
}

}  // namespace

Layout outcome_table(const std::vector<Outcome>& outcomes) {
  Layout layout;
  layout.title = "Expectations";
  layout.columns = {{"comparison", "", false, {}},
                    {"expected", "", false, {}},
                    {"seen", "", false, {}},
                    {"", "", false, {}}};
  for (const auto& outcome : outcomes) {
    layout.columns[0].cells.push_back(outcome.setting);
    layout.columns[1].cells.push_back(outcome.expected);
    layout.columns[2].cells.push_back(outcome.seen);
    layout.columns[3].cells.emplace_back(state_text(outcome.state));
    layout.best.push_back(false);
  }
  return layout;
}

StudyReport report_of(const Study& study, Size size, const std::filesystem::path& output,
                      const Judging& judging) {
  StudyReport report{study.title,     study.found, study.differ, study_batches(study, size, output),
                     study.questions, {},          judging};
  report.outcomes = check_expectations(study, size, report.batches);
  return report;
}

std::string write_report(const StudyReport& report, const std::string& format, Language language) {
  const Speaking speaking(format == "html" ? language : Language::english);
  const auto named = named_comparisons(report.batches, report.judging);
  if (named.empty()) {
    std::vector<std::string> folders;
    for (const auto& batch : report.batches) folders.push_back(batch.directory);
    throw data_error("there are no records", join(folders), "", "`reproduce run` makes them");
  }
  std::vector<Comparison> comparisons;
  for (const auto& one : named) comparisons.push_back(one.comparison);
  if (format == "csv" || format == "json") return write(comparisons, format);
  const auto parts = parts_of(report, named);
  if (format == "html") return as_html(report, parts, comparisons);
  if (format == "markdown") return as_markdown(parts, report.batches);
  if (format == "latex") return latex_table(parts.summary);
  return as_table(parts);
}

}  // namespace actlab
