#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <set>

#include "apps/activations/commands.h"
#include "apps/activations/curve.h"
#include "apps/activations/selection.h"
#include "lib/activations/gain.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/report/chart.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

namespace fs = std::filesystem;
constexpr auto picture_folder = "activations";

/// A heading of the page with its rows.
struct Section {
  std::string title, meaning;
  std::vector<ActivationChoice> choices;
};

/// The families of the table, each row in the first that has it; what no family has stands at the end.
std::vector<Section> sections() {
  const std::set<std::string> selections = {"article", "classic", "fast"};  // rows of several families
  std::vector<Section> result;
  std::set<std::string> done;
  for (const auto& group : groups()) {
    if (selections.count(group.name) > 0) continue;
    Section section{
        group.name == "all" ? "others" : group.name, group.name == "all" ? "" : group.meaning, {}};
    for (const auto& member : group.members) {
      if (done.insert(member).second) section.choices.push_back(resolve_activation({member, {}}));
    }
    if (!section.choices.empty()) result.push_back(std::move(section));
  }
  result.push_back({"output", "at the output of a network, never inside", select_functions({"output"})});
  return result;
}

Figure picture(const ActivationChoice& choice) {
  Figure figure;
  figure.title = choice.row->name;
  figure.chart_width = 300, figure.chart_height = 200;
  Chart chart;
  constexpr double reach = 4, most = 3;
  for (const auto& curve : curves(choice, points_between(choice, -reach, reach, 401))) {
    const auto suffix = curve.name.substr(choice.text().size());
    chart.series.push_back(value_series(curve));
    chart.series.back().name = "value" + suffix;
    chart.series.push_back(slope_series(curve));
    chart.series.back().name = "derivative" + suffix;
  }
  chart.x.low = -reach, chart.x.high = reach;
  limit_height(chart, most);
  figure.charts = {chart};
  return figure;
}

std::string code(const std::string& text) { return "`" + text + "`"; }

std::string codes(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const auto& text : texts) quoted.push_back(code(text));
  return join(quoted);
}

/// E.g. `slope` = 0.01, from −1000 to 1000, learned.
std::string argument_text(const Argument& argument) {
  if (!argument.options.empty()) {
    return fmt::format("{} = {}, one of {}", code(argument.name), argument.text(argument.fallback),
                       join(argument.options));
  }
  return fmt::format("{} = {}{}, from {} to {}{}", code(argument.name), argument.fallback,
                     argument.learned ? " to start with" : "", argument.low, argument.high,
                     argument.learned ? ", learned" : "");
}

std::string gain_text(double value) { return std::isfinite(value) ? fmt::format("{:.3f}", value) : absent; }

std::string entry(const ActivationChoice& choice) {
  const auto& row = *choice.row;
  std::string text = fmt::format("### {}\n\n![{} and its derivative]({}/{}.svg)\n\n", row.name, row.name,
                                 picture_folder, row.name);
  const auto line = [&text](const std::string& name, const std::string& value) {
    if (!value.empty()) text += fmt::format("- {}: {}\n", name, value);
  };
  line("formula", code(row.formula));
  for (const auto& argument : row.arguments) line("argument", argument_text(argument));
  line("range", row.range);
  line("properties", properties_text(choice));
  if (!stands_at_output(choice)) {
    const auto g = gain(choice);
    line("gain", fmt::format("forward {}, backward {}", gain_text(g.forward), gain_text(g.backward)));
  }
  if (choice.width_factor() != 1)
    line("width", fmt::format("{:g} channels in for one out", choice.width_factor()));
  const auto note = note_on_inputs(choice);
  if (!note.empty()) line("the picture's x", note);
  line("aliases", codes(row.aliases));
  line("twins", codes(twins_of(choice)));
  line("origin", row.origin);
  return text + "\n";
}

std::string introduction(const std::vector<Section>& list) {
  size_t count = 0;
  for (const auto& section : list) count += section.choices.size();
  std::string text = fmt::format(
      "# The activation functions\n\n"
      "This page is made from the catalogue by `activations document --output docs`; edit the rows in "
      "`lib/activations`, not the page. {} functions, each with its value (drawn through) and its derivative "
      "(dashed).\n\n"
      "- **gain**: the factor that keeps the mean square of a standard normal signal (forward) or gradient "
      "(backward); `--init matched` uses the forward one.\n"
      "- **twins**: rows that are one function at default arguments, with nothing learned; a comparison with "
      "two of them shows how "
      "much is chance.\n",
      count);
  for (const auto& property : properties())
    text += fmt::format("- **{}**: {}\n", property.name, property.meaning);
  text += "\n";
  for (const auto& section : list) {
    std::vector<std::string> links;
    for (const auto& choice : section.choices) links.push_back(fmt::format("[{0}](#{0})", choice.row->name));
    text += fmt::format("**{}**: {}\n\n", section.title, join(links));
  }
  return text;
}

int document(const std::string& output) {
  const fs::path folder = output;
  make_writable_folder(folder / picture_folder);
  const auto list = sections();
  auto page = introduction(list);
  size_t pictures = 0;
  for (const auto& section : list) {
    page += fmt::format("## {}\n\n", section.title);
    if (!section.meaning.empty()) page += section.meaning + "\n\n";
    for (const auto& choice : section.choices) {
      page += entry(choice);
      write_atomically(folder / picture_folder / (choice.row->name + ".svg"), to_svg(picture(choice)));
      ++pictures;
    }
  }
  page.pop_back();  // one empty line at the end is enough
  write_atomically(folder / "activations.md", page);
  std::cerr << fmt::format("written: {} and {} pictures\n", (folder / "activations.md").string(), pictures);
  return 0;
}

}  // namespace

void add_document_command(Program& program) {
  const auto output = std::make_shared<std::string>();
  auto& command = program.add_command("document", "write the page of all functions, with pictures",
                                      [output] { return document(*output); });
  command.add_option("--output", *output, "folder of activations.md")->required();
}

}  // namespace actlab
