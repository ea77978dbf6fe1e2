#include "lib/activations/check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "apps/activations/commands.h"
#include "apps/activations/selection.h"
#include "lib/cli/flags.h"
#include "lib/cli/progress.h"
#include "lib/core/error.h"
#include "lib/report/formats.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

struct CheckOptions {
  std::vector<std::string> names;
  std::string device = "cpu", format = "table";
  bool quiet = false;
};

/// All findings about one activation, in the order of checks().
struct Checked {
  std::string activation;
  std::vector<CheckFinding> findings;
};

std::string result_text(CheckFinding::Result result) {
  if (result == CheckFinding::Result::passed) return "ok";
  return result == CheckFinding::Result::failed ? "FAILED" : absent;
}

/// A check that ends in an exception has failed, and the others go on.
CheckFinding run_check(const Check& check, const ActivationChoice& choice, at::Device device) {
  try {
    return check.run(choice, device);
  } catch (const std::exception& problem) {
    const std::string message = problem.what();
    return {CheckFinding::Result::failed, "it threw: " + message.substr(0, message.find('\n'))};
  }
}

std::vector<Checked> check_all(const std::vector<ActivationChoice>& choices, const CheckOptions& options) {
  const auto device = device_or_say(options.device);
  const StatusLine status(options.quiet);
  std::vector<Checked> result;
  for (size_t i = 0; i < choices.size(); ++i) {
    status.show(fmt::format("{}/{} {}", i + 1, choices.size(), choices[i].text()));
    result.push_back({choices[i].text(), {}});
    for (const auto& check : checks()) result.back().findings.push_back(run_check(check, choices[i], device));
  }
  return result;
}

Layout layout_of(const std::vector<Checked>& rows) {
  Layout layout;
  layout.title = "Checks";
  layout.best.assign(rows.size(), false);
  layout.columns.push_back({"activation", "name with the arguments in effect", false, {}, 36});
  for (const auto& row : rows) layout.columns.front().cells.push_back(row.activation);
  for (size_t i = 0; i < checks().size(); ++i) {
    auto header = checks()[i].name;
    std::replace(header.begin(), header.end(), '_', ' ');  // so that it can be broken
    Column column{header, checks()[i].meaning, false, {}, 0};
    for (const auto& row : rows) column.cells.push_back(result_text(row.findings[i].result));
    layout.columns.push_back(std::move(column));
  }
  return layout;
}

/// A record for each activation and check.
nlohmann::ordered_json to_json(const std::vector<Checked>& rows) {
  auto records = nlohmann::ordered_json::array();
  for (const auto& row : rows) {
    for (size_t i = 0; i < checks().size(); ++i) {
      const auto& finding = row.findings[i];
      const bool applies = finding.result != CheckFinding::Result::not_applicable;
      records.push_back(
          {{"activation", row.activation},
           {"check", checks()[i].name},
           {"result",
            applies ? (finding.result == CheckFinding::Result::passed ? "ok" : "failed") : "not applicable"},
           {"detail", finding.detail}});
    }
  }
  return records;
}

/// What failed and how; empty when nothing did.
std::vector<std::string> failures(const std::vector<Checked>& rows) {
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    for (size_t i = 0; i < checks().size(); ++i) {
      const auto& finding = row.findings[i];
      if (finding.result == CheckFinding::Result::failed)
        lines.push_back(fmt::format("{}, {}: {}", row.activation, checks()[i].name, finding.detail));
    }
  }
  return lines;
}

void print(const std::vector<Checked>& rows, const std::vector<std::string>& failed,
           const std::string& format) {
  if (format == "json") {
    std::cout << to_json(rows).dump(2) << '\n';
  } else if (format == "csv") {
    std::cout << csv_of(to_json(rows));
  } else {
    const auto layout = layout_of(rows);
    const bool markdown = format == "markdown";
    std::cout << (markdown ? markdown_table(layout)
                           : terminal_table(layout, false, terminal_width(STDOUT_FILENO, 0)))
              << '\n';
    for (const auto& line : failed) std::cout << (markdown ? "- FAILED: " : "FAILED  ") << line << '\n';
    if (!failed.empty()) std::cout << '\n';
    std::vector<std::pair<std::string, std::string>> meanings;
    for (const auto& column : layout.columns) meanings.emplace_back(column.header, column.meaning);
    meanings.emplace_back(absent, "the check does not apply");
    if (!markdown) std::cout << definitions(meanings);
    for (const auto& [name, meaning] : meanings)
      std::cout << (markdown ? fmt::format("- **{}**: {}\n", name, meaning) : "");
  }
}

int check(const CheckOptions& options) {
  const auto rows = check_all(select_functions(options.names), options);
  const auto failed = failures(rows);
  print(rows, failed, options.format);
  std::cerr << fmt::format("{} functions, {} checks each: {}\n", rows.size(), checks().size(),
                           failed.empty() ? "none failed" : fmt::format("{} FAILED", failed.size()));
  return static_cast<int>(failed.empty() ? ExitCode::done : ExitCode::expectation);
}

}  // namespace

void add_check_command(Program& program) {
  const auto options = std::make_shared<CheckOptions>();
  auto& command = program.add_command(
      "check", "verify functions on this build and device; exit code 4 when a check fails",
      [options] { return check(*options); });
  command.add_option("names", options->names, "activations, groups, all or output")->required();
  command.add_option("--device", options->device, "auto, cpu, cuda or cuda:i");
  command.add_option("--format", options->format, "table, markdown, csv or json")
      ->check(CLI::IsMember({"table", "markdown", "csv", "json"}));
  command.add_flag("--quiet", options->quiet, "no progress on standard error");
}

}  // namespace actlab
