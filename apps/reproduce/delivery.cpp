#include "apps/reproduce/delivery.h"

#include "apps/reproduce/claims_report.h"
#include "lib/cli/domain.h"
#include "lib/core/error.h"
#include "lib/report/writers.h"

namespace actlab {
std::filesystem::path measured_folder(const std::filesystem::path& output) { return output / "measured"; }

void Delivery::add_to(CLI::App& command) {
  command.add_option("--format", format, join(comparison_format_names()));
  command.add_option("--html", html, "also write the page with charts to this file");
  command.add_option("--language", language,
                     "of a report of claims, and of the fixed words of an HTML page: en or zh-Hant");
  command.add_option("--pictures", pictures, "of a Markdown report of claims: svg or png")
      ->check(CLI::IsMember({"svg", "png"}));
}

void Delivery::check() const {
  check_format(format, comparison_format_names());
  language_named(language);
}

void Delivery::deliver(const StudyReport& report) const {
  actlab::deliver(file, write_report(report, format, language_named(language)));
  if (!html.empty()) actlab::deliver(html, write_report(report, "html", language_named(language)));
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
    actlab::deliver(file, claims_html(page, evidence, chosen));
  } else if (format == "json") {
    actlab::deliver(file, claims_json(evidence, chosen));
  } else if (format == "markdown") {
    const std::filesystem::path path(file);
    const auto link = path.stem().string();
    const auto folder = file.empty() ? std::filesystem::path() : path.parent_path() / link;
    actlab::deliver(file, claims_markdown(page, evidence, chosen, folder, link, pictures));
  } else {
    actlab::deliver(file, claims_table(evidence, chosen));
  }
  if (!html.empty()) actlab::deliver(html, claims_html(page, evidence, chosen));
}

}  // namespace actlab
