#include "lib/report/page.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "lib/core/error.h"
#include "lib/core/text.h"
#include "lib/report/formats.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

std::string environment_lines(const std::vector<PageSection>& sections) {
  std::set<nlohmann::json> environments;
  for (const auto& section : sections) {
    for (const auto& comparison : section.comparisons) {
      environments.insert(comparison.environments.begin(), comparison.environments.end());
    }
  }
  std::string result;
  for (const auto& environment : environments) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : environment.items()) {
      if (!value.empty() && value != "") parts.push_back(fmt::format("{} {}", key, plain(value)));
    }
    result += "- " + join(parts) + "\n";
  }
  return result;
}

std::string totals(const std::vector<PageSection>& sections) {
  long runs = 0;
  double seconds = 0;
  for (const auto& section : sections) {
    for (const auto& comparison : section.comparisons) {
      runs += comparison.runs;
      seconds += comparison.train_seconds;
    }
  }
  return fmt::format("{} runs, {} of training in all.\n", thousands(runs), duration(seconds));
}

}  // namespace

std::string results_page(const std::string& title, const std::vector<PageSection>& sections,
                         const std::string& preface) {
  auto result =
      fmt::format("# {}\n\n{}{}This page is generated from the records of the runs; do not edit it. {}\n",
                  title, preface, preface.empty() ? "" : "\n", totals(sections));
  result += "Where they ran:\n\n" + environment_lines(sections);
  std::vector<Layout> layouts;
  for (const auto& section : sections) {
    result += fmt::format("\n## {}\n\n```\n{}\n```\n", section.title, section.command);
    for (const auto& comparison : section.comparisons) {
      const auto main = lay_out(comparison), details = lay_out_details(comparison);
      result += "\n" + markdown_section(main, 3) + "\nGradients and units:\n\n" + markdown_table(details);
      layouts.insert(layouts.end(), {main, details});
      if (!std::isnan(comparison.pace_goal)) {
        const auto pace = lay_out_pace(comparison);
        result += fmt::format("\n{}:\n\n{}", pace.title, markdown_table(pace));
        layouts.push_back(pace);
      }
      for (const auto& sites : lay_out_sites(comparison)) {
        result += "\n" + sites.title + ":\n\n" + markdown_table(sites);
      }
    }
  }
  return result + "\n## Legend\n\n" + markdown_legend(layouts);
}

}  // namespace actlab
