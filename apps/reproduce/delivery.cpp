#include "apps/reproduce/delivery.h"

#include <iostream>

#include "apps/reproduce/claims_report.h"
#include "lib/cli/flags.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

void write_file(const std::filesystem::path& file, const std::string& text) {
  if (file.has_parent_path()) make_writable_folder(file.parent_path());
  write_atomically(file, text);
  std::cerr << "written: " << file.string() << '\n';
}

}  // namespace

std::filesystem::path measured_folder(const std::filesystem::path& output) { return output / "measured"; }

void Delivery::add_to(CLI::App& command) {
  command.add_option("--format", format, join(comparison_format_names()));
  command.add_option("--html", html, "also write the page with charts to this file");
  command.add_option("--language", language, "of a report of claims: en or zh-Hant");
  command.add_option("--pictures", pictures, "of a Markdown report of claims: svg or png")
      ->check(CLI::IsMember({"svg", "png"}));
}

void Delivery::check() const {
  check_format(format, comparison_format_names());
  language_named(language);
}

void Delivery::put(const std::string& text) const {
  if (file.empty()) {
    std::cout << text;
  } else {
    write_file(file, text);
  }
}

void Delivery::deliver(const StudyReport& report) const {
  put(write_report(report, format));
  if (!html.empty()) write_file(html, write_report(report, "html"));
}

void Delivery::deliver(const Study& study, Size size, const std::filesystem::path& output) const {
  const auto report = report_of(study, size, output, {});
  if (!study.claims || format == "csv" || format == "latex") return deliver(report);
  deliver_claims(study, size, output);
}

void Delivery::deliver_claims(const Study& study, Size size, const std::filesystem::path& output) const {
  const auto chosen = language_named(language);
  const ClaimsPage page{{study.title, "文章主張的檢驗"},
                        study_batches(study, size, output),
                        "reproduce run " + study.name + " --" + to_string(size)};
  const Evidence evidence(page.batches, measured_folder(output));
  if (format == "html") {
    put(claims_html(page, evidence, chosen));
  } else if (format == "json") {
    put(claims_json(evidence, chosen));
  } else if (format == "markdown") {
    const std::filesystem::path path(file);
    const auto link = path.stem().string();
    const auto folder = file.empty() ? std::filesystem::path() : path.parent_path() / link;
    put(claims_markdown(page, evidence, chosen, folder, link, pictures));
  } else {
    put(claims_table(evidence, chosen));
  }
  if (!html.empty()) write_file(html, claims_html(page, evidence, chosen));
}

}  // namespace actlab
