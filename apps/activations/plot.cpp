#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>

#include "apps/activations/commands.h"
#include "apps/activations/curve.h"
#include "apps/activations/selection.h"
#include "lib/core/error.h"
#include "lib/report/chart.h"

namespace actlab {
namespace {

struct PlotOptions {
  std::vector<std::string> names;
  std::string output, range = "-5..5";
};

struct Range {
  double low, high;
};

Range parse_range(const std::string& text) {
  const auto dots = text.find("..");
  const auto problem = [&] {
    return usage_error("--range is not understood", text, "LOW..HIGH with LOW below HIGH, e.g. -5..5");
  };
  if (dots == std::string::npos) throw problem();
  const Range range{parse_number("--range", text.substr(0, dots), -1e6, 1e6),
                    parse_number("--range", text.substr(dots + 2), -1e6, 1e6)};
  if (!(range.low < range.high)) throw problem();
  return range;
}

Figure figure_of(const std::vector<ActivationChoice>& choices, Range range) {
  Figure figure;
  figure.columns = 2;
  figure.chart_width = 460, figure.chart_height = 340;
  figure.charts = {{"value", {"x"}, {"f(x)"}, {}}, {"derivative", {"x"}, {"f′(x)"}, {}}};
  for (auto& chart : figure.charts) chart.x.low = range.low, chart.x.high = range.high;
  for (const auto& choice : choices) {
    const auto note = note_on_inputs(choice);
    for (auto& curve : curves(choice, points_between(choice, range.low, range.high, 801))) {
      if (!note.empty()) curve.name += " (" + note + ")";
      figure.charts[0].series.push_back(value_series(curve));
      figure.charts[1].series.push_back(slope_series(curve));
    }
  }
  if (const size_t count = figure.charts[0].series.size(); count > most_series) {
    throw usage_error("so many curves cannot be told apart", fmt::format("{}", count),
                      fmt::format("up to {}", most_series), "plot them in several pictures");
  }
  for (auto& chart : figure.charts) limit_height(chart, std::max(std::abs(range.low), std::abs(range.high)));
  return figure;
}

int plot(const PlotOptions& options) {
  const auto range = parse_range(options.range);
  save_figure(figure_of(select_functions(options.names), range), options.output);
  std::cerr << "written: " << options.output << '\n';
  return 0;
}

}  // namespace

void add_plot_command(Program& program) {
  const auto options = std::make_shared<PlotOptions>();
  auto& command = program.add_command("plot", "curves and derivatives as a picture",
                                      [options] { return plot(*options); });
  command.add_option("names", options->names, "up to 10 functions: NAME or NAME:key=value,…, or groups")
      ->required();
  command.add_option("--output", options->output, "file to write, .svg or .png")->required();
  command.add_option("--range", options->range, "LOW..HIGH of x");
}

}  // namespace actlab
