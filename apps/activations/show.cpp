#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cmath>
#include <iostream>
#include <memory>

#include "apps/activations/commands.h"
#include "apps/activations/curve.h"
#include "apps/activations/selection.h"
#include "apps/activations/shape.h"
#include "lib/activations/gain.h"
#include "lib/cli/progress.h"
#include "lib/core/error.h"
#include "lib/report/formats.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

constexpr long narrow = 72;  // columns where there is no terminal

std::string or_absent(const std::string& text) { return text.empty() ? absent : text; }

/// E.g. "alpha from 0.25, one number a channel".
std::string learned_text(const ActivationChoice& choice) {
  std::vector<std::string> texts;
  for (const auto& learned : choice.learned()) {
    const auto start = fmt::format("{:.6g}", fmt::join(learned.start, " "));
    texts.push_back(learned.name + " from " + start);
  }
  if (texts.empty()) return "nothing";
  const std::string what = join(texts);
  if (choice.frozen) return what + (choice.row->learns_on_request ? ", with learned=true" : ", but frozen");
  return what + (choice.shared ? ", one set for the layer" : ", one set a channel");
}

std::string facts(const ActivationChoice& choice, long width) {
  const auto& row = *choice.row;
  std::vector<std::pair<std::string, std::string>> entries = {
      {"formula", row.formula},
      {"arguments", or_absent(arguments_text(choice))},
      {"learns", learned_text(choice)},
      {"range", row.range},
      {"properties", or_absent(properties_text(choice))},
      {"origin", or_absent(row.origin)},
      {"aliases", or_absent(join(row.aliases))},
      {"twins", or_absent(join(twins_of(choice)))},
      {"groups", or_absent(join(groups_of(choice)))}};
  if (choice.width_factor() != 1)
    entries.emplace_back("width", fmt::format("{:g} channels in for one out", choice.width_factor()));
  return choice.text() + "\n" + definitions(entries, width);
}

std::string drawing(const ActivationChoice& choice, long width) {
  Chart chart;
  constexpr double reach = 5;
  for (const auto& curve : curves(choice, points_between(choice, -reach, reach, 401))) {
    auto values = value_series(curve), slopes = slope_series(curve);
    const auto suffix = curve.name.substr(choice.text().size());
    values.name = "value" + suffix, slopes.name = "derivative" + suffix;
    chart.series.insert(chart.series.end(), {values, slopes});
  }
  limit_height(chart, reach);
  const auto note = note_on_inputs(choice);
  return to_terminal(chart, std::min(width, 100L), 18, wants_colour(STDOUT_FILENO)) +
         (note.empty() ? "" : "  x: " + note + "\n");
}

std::string extremes_text(const Shape& shape) {
  std::string text;
  for (const auto& extreme : shape.extremes) {
    text += fmt::format("    {} {:.8g} at x = {:.6g}\n", extreme.maximum ? "maximum" : "minimum",
                        extreme.value, extreme.x);
  }
  return text.empty() ? "    none\n" : text;
}

/// What becomes of a standard normal input; nothing for functions at the output, which see no such thing.
std::string figures_of_signal(const ActivationChoice& choice, const Shape& shape) {
  if (stands_at_output(choice)) return "";
  const auto g = gain(choice);
  auto text = fmt::format(
      "  gain forward {:.4f} (keeps the mean square of the signal), backward {:.4f} (of the gradient)\n"
      "  a standard normal input comes out with\n    mean {:.4f}, mean square {:.4f}",
      g.forward, g.backward, g.mean, 1 / (g.forward * g.forward));
  if (choice.row->kind == Kind::multi_unit) return text + "\n";
  return text +
         fmt::format(", {:.1f} % exactly 0\n    {:.1f} % where the slope is at most 5 % of the largest\n",
                     100 * shape.zero_share, 100 * shape.flat_share);
}

std::string figures(const ActivationChoice& choice) {
  const auto shape = shape_of(choice);
  std::vector<std::string> places;
  for (const double place : shape.steepest) places.push_back(fmt::format("{:.6g}", place));
  return fmt::format("  extreme points between {:g} and {:g}\n{}  largest slope {:.6g}{}\n", shape.low,
                     shape.high, extremes_text(shape), shape.largest_slope,
                     places.empty() ? "" : " at x = " + join(places)) +
         figures_of_signal(choice, shape);
}

int show(const std::vector<std::string>& names) {
  const long width = terminal_width(STDOUT_FILENO, narrow);
  bool first = true;
  for (const auto& choice : select_functions(names)) {
    std::cout << (first ? "" : "\n") << facts(choice, width) << "\n"
              << drawing(choice, width) << "\n"
              << figures(choice);
    first = false;
  }
  return 0;
}

}  // namespace

void add_show_command(Program& program) {
  const auto names = std::make_shared<std::vector<std::string>>();
  auto& command = program.add_command("show", "everything about a function, with its curve",
                                      [names] { return show(*names); });
  command.add_option("names", *names, "NAME or NAME:key=value,…")->required();
}

}  // namespace actlab
