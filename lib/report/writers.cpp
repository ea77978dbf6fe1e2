#include "lib/report/writers.h"

#include "lib/core/error.h"
#include "lib/report/formats.h"

namespace actlab {

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = {"table", "markdown", "csv", "json", "latex"};
  return names;
}

const std::vector<std::string>& comparison_format_names() {
  static const auto names = [] {
    auto all = format_names();
    all.emplace_back("html");
    return all;
  }();
  return names;
}

std::string write(const std::vector<Comparison>& comparisons, const std::string& format, bool colour) {
  if (format == "table") return write_table(comparisons, colour);
  if (format == "markdown") return write_markdown(comparisons);
  if (format == "csv") return write_csv(comparisons);
  if (format == "json") return write_json(comparisons);
  if (format == "latex") return write_latex(comparisons);
  if (format == "html") return write_html(comparisons);
  throw unknown_name("format", format, comparison_format_names());
}

}  // namespace actlab
