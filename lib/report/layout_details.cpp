// The tables of a page that the main table has no room for.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/core/text.h"
#include "lib/report/columns.h"
#include "lib/report/facts.h"
#include "lib/report/text.h"
#include "lib/report/words.h"

namespace actlab {
namespace {

constexpr size_t most_sites = 8;
using SiteText = std::function<std::string(const SiteFigures&)>;

}  // namespace

Layout lay_out_details(const Comparison& comparison) {
  auto layout = start_layout(comparison);
  const auto add_flow = [&](GradientFlow ComparisonRow::*flow, const std::string& when,
                            const std::string& meaning) {
    const auto add = [&](const std::string& what, const std::string& explanation,
                         double GradientFlow::*field) {
      layout.columns.push_back(magnitude_column(comparison, what + " " + when, explanation + " " + meaning,
                                                [=](const ComparisonRow& row) { return row.*flow.*field; }));
    };
    add("first", "norm of the gradient at the first activation site", &GradientFlow::first);
    add("last", "norm of the gradient at the last activation site", &GradientFlow::last);
    add("ratio", "first over last", &GradientFlow::ratio);
  };
  layout.columns.push_back({"params", "trainable numbers of the model with this activation", true,
                            cells(comparison, [](const auto& row) {
                              return row.parameters == 0 ? absent : thousands(row.parameters);
                            })});
  add_flow(&ComparisonRow::initial_gradient, "before", "before training, median over seeds");
  add_flow(&ComparisonRow::final_gradient, "after", "after the last epoch, median over seeds");
  layout.columns.push_back(dead_column(comparison));
  layout.columns.push_back(saturated_column(comparison));
  layout.columns.push_back({"best epoch", "the epoch that was selected on validation data, median over seeds",
                            true, cells(comparison, [](const auto& row) {
                              return std::isnan(row.best_epoch) ? absent : fmt::format("{}", row.best_epoch);
                            })});
  return layout;
}

Layout lay_out_pace(const Comparison& comparison) {
  auto layout = start_layout(comparison);
  const auto scale = metric_scale(comparison);
  layout.title =
      phrase("How soon {} reaches {}{} on validation data, 90 % of the best activation's mean",
             comparison.yardstick.metric, scale.text(comparison.pace_goal), scale.factor == 100 ? " %" : "");
  const auto add = [&](const std::string& header, const std::string& meaning, const RowText& text) {
    layout.columns.push_back({header, meaning, true, cells(comparison, text)});
  };
  const auto interval = [](const Interval& values, int decimals) {
    return values.count == 0
               ? absent
               : fmt::format("{} ± {}", fixed(values.mean, decimals), fixed(values.half_width(), decimals));
  };
  add("arrived", "runs that came so far, of all", [](const auto& row) {
    return fmt::format("{}/{}", row.pace.reached, row.ok + row.diverged + row.failed);
  });
  add("epochs to goal",
      "whole epochs until then, mean ± half of the 95 % interval over the runs that came so far",
      [&](const auto& row) { return interval(row.pace.epochs, 1); });
  add("seconds to goal", "training time until then, likewise; it holds for the machine and its other work",
      [&](const auto& row) { return interval(row.pace.seconds, 2); });
  add("speedup",
      phrase("seconds of {} over own seconds, common seeds, geometric mean with its 95 % interval",
             comparison.baseline),
      [](const auto& row) {
        const auto& ratio = row.pace.speedup;
        return ratio.count == 0 ? absent
                                : fmt::format("{} [{}, {}]", fixed(ratio.mean, 2), fixed(ratio.low, 2),
                                              fixed(ratio.high, 2));
      });
  return layout;
}

std::vector<Layout> lay_out_sites(const Comparison& comparison) {
  const auto most =
      std::max_element(comparison.rows.begin(), comparison.rows.end(),
                       [](const auto& a, const auto& b) { return a.sites.size() < b.sites.size(); });
  if (most == comparison.rows.end() || most->sites.size() < 3) return {};
  const auto shown = spread(most->sites.size(), most_sites);
  const auto lay_out_one = [&](const std::string& title, const SiteText& text) {
    auto layout = start_layout(comparison);
    layout.title = title;
    for (const size_t i : shown) {
      layout.columns.push_back(
          {short_site(most->sites[i].site), "", true, cells(comparison, [&](const auto& row) {
             return i < row.sites.size() ? text(row.sites[i]) : absent;
           })});
    }
    return layout;
  };
  const auto percent = [](double SiteFigures::*field) {
    return [field](const SiteFigures& site) { return fixed(100 * site.*field, 1); };
  };
  return {
      lay_out_one("Norm of the gradient at each activation site, before training",
                  [](const SiteFigures& site) { return magnitude(site.initial_gradient); }),
      lay_out_one("Saturated outputs in %, before training", percent(&SiteFigures::initial_saturated)),
      lay_out_one("Saturated outputs in %, after the last epoch", percent(&SiteFigures::final_saturated))};
}

}  // namespace actlab
