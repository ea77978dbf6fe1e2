#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>

#include "apps/activations/commands.h"
#include "apps/activations/selection.h"
#include "lib/cli/flags.h"
#include "lib/cli/progress.h"
#include "lib/core/error.h"
#include "lib/core/runtime.h"
#include "lib/layers/initialise.h"
#include "lib/layers/propagation.h"
#include "lib/report/chart.h"
#include "lib/report/formats.h"
#include "lib/report/text.h"
#include "lib/report/writers.h"
#include "lib/statistics/intervals.h"

namespace actlab {
namespace {

const std::vector<long> table_depths = {1, 2, 5, 10, 20, 50, 100};
const std::vector<long> plot_depths = {1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100};

struct DepthOptions {
  std::vector<std::string> names;
  std::vector<std::string> policies = initialisation_policies();
  std::string seeds = "0..2", format = "table", output;
  long width = 256, batch = 256;
  int threads = 1;
  bool quiet = false;
};

/// One activation under one policy: for each depth the figures of every seed; none where the policy does not
/// work for it.
struct Profile {
  std::string activation, policy;
  std::vector<std::vector<Propagation>> depths;
};

using Quantity = double Propagation::*;

/// Median over the seeds at `depth`; NaN without a figure.
double median_at(const Profile& profile, long depth, Quantity figure) {
  std::vector<double> values;
  for (const auto& seeds : profile.depths) {
    for (const auto& one : seeds) {
      if (one.layers == depth) values.push_back(one.*figure);
    }
  }
  return values.empty() || std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); })
             ? std::nan("")
             : median(values);
}

Profile measure(const ActivationChoice& choice, const std::string& policy, const std::vector<long>& depths,
                const std::vector<long>& seeds, const DepthOptions& options) {
  Profile profile{choice.text(), policy, {}};
  try {
    for (const long seed : seeds)
      profile.depths.push_back(propagate(choice, depths, {policy, options.width, options.batch, seed}));
  } catch (const Error& problem) {
    std::cerr << "note: " << problem.what() << '\n';
    profile.depths.clear();
  }
  return profile;
}

Layout layout_of(const std::vector<Profile>& profiles) {
  Layout layout;
  layout.title = "Signal and gradient through random layers";
  layout.best.assign(2 * profiles.size(), false);
  Column activations{"activation", "", false, {}, 30}, policies{"init", "", false, {}, 0},
      what{"", "", false, {}, 0};
  std::vector<Column> columns;
  for (const long depth : table_depths) columns.push_back({fmt::format("{}", depth), "", true, {}, 0});
  for (const auto& profile : profiles) {
    for (const auto& [name, figure] :
         {std::pair{"signal", &Propagation::signal}, {"gradient", &Propagation::gradient}}) {
      activations.cells.push_back(profile.activation);
      policies.cells.push_back(profile.policy);
      what.cells.emplace_back(name);
      for (size_t i = 0; i < columns.size(); ++i)
        columns[i].cells.push_back(magnitude(median_at(profile, table_depths[i], figure)));
    }
  }
  layout.columns = {activations, policies, what};
  layout.columns.insert(layout.columns.end(), columns.begin(), columns.end());
  return layout;
}

/// A record for each activation, policy and depth.
nlohmann::ordered_json to_json(const std::vector<Profile>& profiles) {
  const auto number = [](double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
  };
  auto records = nlohmann::ordered_json::array();
  for (const auto& profile : profiles) {
    for (const long depth : table_depths) {
      records.push_back({{"activation", profile.activation},
                         {"init", profile.policy},
                         {"layers", depth},
                         {"signal", number(median_at(profile, depth, &Propagation::signal))},
                         {"gradient", number(median_at(profile, depth, &Propagation::gradient))}});
    }
  }
  return records;
}

Chart chart_of(const std::vector<Profile>& profiles, const std::string& policy, const std::string& what,
               Quantity figure) {
  Chart chart;
  chart.title = what + ", init " + policy;
  chart.x.label = "layers";
  chart.y = {"mean square, relative", true, {}, {}};
  for (const auto& profile : profiles) {
    if (profile.policy != policy) continue;
    Series series{profile.activation, {}};
    for (const long depth : plot_depths)
      series.points.push_back({static_cast<double>(depth), median_at(profile, depth, figure)});
    chart.series.push_back(std::move(series));
  }
  // Never a magnified wobble around 1, and nothing beyond what anybody can tell from 0 or infinity.
  constexpr double least = 1e-30, most = 1e30;
  double low = 0.1, high = 10;
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      if (point.y > 0) low = std::min(low, point.y);
      if (std::isfinite(point.y)) high = std::max(high, point.y);
    }
  }
  chart.y.low = std::max(low, least) / 2, chart.y.high = std::min(high, most) * 2;
  return chart;
}

Figure figure_of(const std::vector<Profile>& profiles, const std::vector<std::string>& policies) {
  Figure figure;
  figure.title = "What random layers do to the signal and to the gradient";
  figure.columns = 2;
  figure.chart_width = 460, figure.chart_height = 270;
  for (const auto& policy : policies) {
    figure.charts.push_back(chart_of(profiles, policy, "signal", &Propagation::signal));
    figure.charts.push_back(chart_of(profiles, policy, "gradient", &Propagation::gradient));
  }
  return figure;
}

void print(const std::vector<Profile>& profiles, const DepthOptions& options) {
  const auto layout = layout_of(profiles);
  if (options.format == "json") {
    std::cout << to_json(profiles).dump(2) << '\n';
  } else if (options.format == "csv") {
    std::cout << csv_of(to_json(profiles));
  } else if (options.format == "markdown") {
    std::cout << markdown_table(layout);
  } else if (options.format == "latex") {
    std::cout << latex_table(layout);
  } else {
    std::cout
        << terminal_table(layout, false, terminal_width(STDOUT_FILENO, 118))
        << fmt::format(
               "\n  columns: number of layers, each an activation and the linear layer behind it, {0} wide; "
               "batches of {1}\n"
               "  signal: mean square behind the last layer over that before the first, which is N(0, 1)\n"
               "  gradient: mean square that comes back before the first layer over that behind the last\n"
               "  medians over seeds {2}; far below 1 it vanishes, far above 1 it explodes\n",
               options.width, options.batch, options.seeds);
  }
}

int depth(const DepthOptions& options) {
  check_format(options.format);
  for (const auto& policy : options.policies) {
    const auto& known = initialisation_policies();
    if (std::find(known.begin(), known.end(), policy) == known.end())
      throw unknown_name("initialisation policy", policy, known);
  }
  const auto choices = select_activations(options.names);
  if (!options.output.empty() && choices.size() > most_series) {
    throw usage_error("so many curves cannot be told apart", fmt::format("{}", choices.size()),
                      fmt::format("up to {}", most_series), "plot them in several pictures");
  }
  const auto seeds = parse_seeds(options.seeds);
  set_threads(options.threads);
  auto depths = table_depths;
  if (!options.output.empty()) {
    depths.insert(depths.end(), plot_depths.begin(), plot_depths.end());
    std::sort(depths.begin(), depths.end());
    depths.erase(std::unique(depths.begin(), depths.end()), depths.end());
  }
  std::vector<Profile> profiles;
  {
    const StatusLine status(options.quiet);
    for (const auto& choice : choices) {
      for (const auto& policy : options.policies) {
        status.show(choice.text() + " " + policy);
        profiles.push_back(measure(choice, policy, depths, seeds, options));
      }
    }
  }
  print(profiles, options);
  if (!options.output.empty()) save_figure(figure_of(profiles, options.policies), options.output);
  return 0;
}

}  // namespace

void add_depth_command(Program& program) {
  const auto options = std::make_shared<DepthOptions>();
  auto& command = program.add_command("depth", "what 1 to 100 random layers do to signal and gradient",
                                      [options] { return depth(*options); });
  command.add_option("names", options->names, "activations or groups")->required();
  command.add_option("--init", options->policies, join(initialisation_policies()))
      ->delimiter(',')
      ->take_all();
  command.add_option("--seeds", options->seeds, "0..4 or 0,3,7");
  command.add_option("--width", options->width, "outputs of every layer")->check(CLI::Range(1L, 16384L));
  command.add_option("--batch-size", options->batch, "samples")->check(CLI::Range(1L, 65536L));
  command.add_option("--threads", options->threads, "of LibTorch and the BLAS")->check(CLI::Range(1, 1024));
  command.add_flag("--quiet", options->quiet, "no progress on standard error");
  command.add_option("--output", options->output, "picture to write, .svg or .png");
  command.add_option("--format", options->format, join(format_names()));
}

}  // namespace actlab
