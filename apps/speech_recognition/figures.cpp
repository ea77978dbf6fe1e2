#include "apps/speech_recognition/figures.h"

#include <unistd.h>

#include <iostream>

#include "lib/cli/progress.h"
#include "lib/report/formats.h"

namespace actlab {

void print_figures(const Layout& layout, const nlohmann::ordered_json& records, const std::string& format) {
  if (format == "json") {
    std::cout << records.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
  } else if (format == "csv") {
    std::cout << csv_of(records);
  } else if (format == "markdown") {
    std::cout << markdown_table(layout) << '\n' << markdown_legend({layout});
  } else {
    std::cout << terminal_table(layout, false, terminal_width(STDOUT_FILENO, 0)) << '\n'
              << definitions(legend({layout}));
  }
}

}  // namespace actlab
