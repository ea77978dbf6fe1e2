#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <regex>

#include "apps/activations/commands.h"
#include "apps/activations/selection.h"
#include "lib/cli/flags.h"
#include "lib/cli/progress.h"
#include "lib/core/error.h"
#include "lib/report/formats.h"
#include "lib/report/text.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

struct ListOptions {
  std::vector<std::string> names = {"all"};
  std::vector<std::string> groups, properties;
  std::string format = "table";
};

const Property& find_property(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& property : properties()) {
    if (property.name == name) return property;
    names.push_back(property.name);
  }
  throw unknown_name("property", name, names);
}

void check_group(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& group : groups()) names.push_back(group.name);
  if (std::find(names.begin(), names.end(), name) == names.end()) throw unknown_name("group", name, names);
}

/// Those in one of the groups (if any are given) that have all the properties.
std::vector<ActivationChoice> filtered(const std::vector<ActivationChoice>& choices,
                                       const ListOptions& options) {
  std::for_each(options.groups.begin(), options.groups.end(), check_group);
  std::vector<ActivationChoice> result;
  for (const auto& choice : choices) {
    auto memberships = groups_of(choice);
    memberships.emplace_back("all");
    const bool member = options.groups.empty() ||
                        std::find_first_of(memberships.begin(), memberships.end(), options.groups.begin(),
                                           options.groups.end()) != memberships.end();
    const bool fits = std::all_of(options.properties.begin(), options.properties.end(),
                                  [&](const auto& name) { return find_property(name).holds(choice); });
    if (member && fits) result.push_back(choice);
  }
  return result;
}

/// "Misra 2019" of "Misra 2019, Mish: …": a terminal has no room for titles, `show` and other formats have.
std::string without_title(const std::string& origin) {
  static const std::regex year(" [12][0-9]{3}(?=,)");
  std::smatch found;
  return std::regex_search(origin, found, year) ? found.prefix().str() + found.str() : origin;
}

Layout layout_of(const std::vector<ActivationChoice>& choices) {
  Layout layout;
  layout.title = "Activation functions";
  layout.best.assign(choices.size(), false);
  const auto add = [&](const std::string& header, auto text) {
    Column column{header, "", false, {}, 0};
    for (const auto& choice : choices) {
      const std::string cell = text(choice);
      column.cells.push_back(cell.empty() ? absent : cell);
    }
    layout.columns.push_back(std::move(column));
  };
  add("name", [](const auto& choice) { return choice.row->name; });
  add("formula", [](const auto& choice) { return choice.row->formula; });
  add("arguments", arguments_text);
  add("range", [](const auto& choice) { return choice.row->range; });
  add("properties", properties_text);
  add("origin", [](const auto& choice) { return choice.row->origin; });
  return layout;
}

using Json = nlohmann::ordered_json;

Json arguments_json(const ActivationChoice& choice) {
  Json arguments = Json::array();
  for (size_t i = 0; i < choice.numbers.size(); ++i) {
    const auto& argument = choice.row->arguments[i];
    arguments.push_back({{"name", argument.name},
                         {"value", choice.numbers[i]},
                         {"default", argument.fallback},
                         {"low", argument.low},
                         {"high", argument.high},
                         {"learned", argument.learned},
                         {"whole", argument.whole},
                         {"options", argument.options}});
  }
  return arguments;
}

Json to_json(const ActivationChoice& choice) {
  Json holds = Json::object();
  for (const auto& property : properties()) holds[property.name] = property.holds(choice);
  return {{"name", choice.row->name},
          {"activation", choice.text()},
          {"formula", choice.row->formula},
          {"arguments", arguments_json(choice)},
          {"range", choice.row->range},
          {"properties", holds},
          {"width_factor", choice.width_factor()},
          {"aliases", choice.row->aliases},
          {"twins", twins_of(choice)},
          {"groups", groups_of(choice)},
          {"origin", choice.row->origin}};
}

/// For CSV: lists as texts.
Json flat(Json record, const ActivationChoice& choice) {
  record["arguments"] = arguments_text(choice);
  for (const auto* key : {"aliases", "twins", "groups"})
    record[key] = join(record[key].get<std::vector<std::string>>(), " ");
  return record;
}

int list(const ListOptions& options) {
  check_format(options.format);
  const auto choices = filtered(select_functions(options.names), options);
  Json records = Json::array(), flat_records = Json::array();
  for (const auto& choice : choices) {
    records.push_back(to_json(choice));
    flat_records.push_back(flat(records.back(), choice));
  }
  if (options.format == "json") {
    std::cout << records.dump(2) << '\n';
  } else if (options.format == "csv") {
    std::cout << csv_of(flat_records);
  } else if (options.format == "latex") {
    std::cout << "% needs \\usepackage{booktabs,longtable}, and LuaLaTeX or XeLaTeX for the formulas\n"
              << latex_table(layout_of(choices));
  } else if (options.format == "markdown") {
    std::cout << markdown_table(layout_of(choices));
  } else {
    auto layout = layout_of(choices);
    auto& origins = layout.columns.back().cells;
    std::transform(origins.begin(), origins.end(), origins.begin(), without_title);
    std::cout << terminal_table(layout, wants_colour(STDOUT_FILENO), terminal_width(STDOUT_FILENO, 118));
    std::cerr << fmt::format("{} functions\n", choices.size());
  }
  return 0;
}

}  // namespace

void add_list_command(Program& program) {
  const auto options = std::make_shared<ListOptions>();
  auto& command = program.add_command("list", "the table of functions", [options] { return list(*options); });
  command.add_option("names", options->names, "activations, groups, all or output");
  command.add_option("--group", options->groups, "only members of these groups")->delimiter(',')->take_all();
  std::vector<std::string> names;
  for (const auto& property : properties()) names.push_back(property.name);
  command.add_option("--property", options->properties, "only those that are: " + join(names))
      ->delimiter(',')
      ->take_all();
  command.add_option("--format", options->format, join(format_names()));
}

}  // namespace actlab
