#include "apps/reproduce/delivery.h"

#include <iostream>

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

void Delivery::add_to(CLI::App& command) {
  command.add_option("--format", format, join(comparison_format_names()));
  command.add_option("--html", html, "also write the page with charts to this file");
}

void Delivery::check() const { check_format(format, comparison_format_names()); }

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
  deliver(report_of(study, size, output, {}));
}

}  // namespace actlab
