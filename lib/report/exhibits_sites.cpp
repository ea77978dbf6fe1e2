// What reached the activation sites of a network, and what they made of it.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "lib/report/columns.h"
#include "lib/report/exhibit_parts.h"
#include "lib/report/text.h"
#include "lib/report/words.h"

namespace actlab {
namespace {

constexpr size_t most_charts = 3;  // in an exhibit
constexpr size_t table_epochs = 11;

/// One of the things that probes measure.
struct Measure {
  std::string title, caption;
  double SiteEpoch::*value;
  bool percent;

  std::string text(double figure) const { return percent ? fixed(100 * figure, 1) : magnitude(figure); }
};

/// Where and when a comparison was probed.
struct Places {
  std::vector<std::string> sites;  // in the order of the signal
  std::vector<long> epochs;
};

Places places_of(const Comparison& comparison) {
  Places places;
  std::set<long> epochs;
  for (const auto& row : comparison.rows) {
    if (row.sites.size() > places.sites.size()) {
      places.sites.clear();
      for (const auto& site : row.sites) places.sites.push_back(short_site(site.site));
    }
    for (const auto& site : row.sites) {
      for (const auto& epoch : site.epochs) epochs.insert(epoch.epoch);
    }
  }
  places.epochs.assign(epochs.begin(), epochs.end());
  return places;
}

std::string epoch_text(long epoch) {
  return epoch == 0 ? said("before training") : phrase("after epoch {}", epoch);
}

/// NaN where the row has no such site or was not probed then.
double figure_at(const ComparisonRow& row, size_t site, long epoch, double SiteEpoch::*value) {
  if (site >= row.sites.size()) return std::nan("");
  for (const auto& here : row.sites[site].epochs) {
    if (here.epoch == epoch) return here.*value;
  }
  return std::nan("");
}

ChartPoint point_at(const ComparisonRow& row, const Places& places, size_t site, long epoch,
                    const Measure& measure) {
  const double figure = figure_at(row, site, epoch, measure.value);
  ChartPoint point{0, (measure.percent ? 100 : 1) * figure};
  point.note = fmt::format("{}, {}, {}: {}{}", row.activation, places.sites[site], epoch_text(epoch),
                           measure.text(figure), measure.percent ? " %" : "");
  return point;
}

/// Of a few sites, how one of them changed.
Chart chart_of_site(const Comparison& comparison, const Places& places, size_t site, const Measure& measure) {
  Chart chart{places.sites[site], {"epoch", false, {}, {}, true, 0.04}, {}, {}};
  for (const auto* row : charted_rows(comparison)) {
    Series series{row->activation, {}, SeriesShape::marked};
    for (const size_t i : spread(places.epochs.size(), table_epochs)) {
      series.points.push_back(point_at(*row, places, site, places.epochs[i], measure));
      series.points.back().x = static_cast<double>(places.epochs[i]);
    }
    if (has_points(series)) chart.series.push_back(std::move(series));
  }
  return chart;
}

/// Of many sites, what they were like at one time.
Chart chart_of_epoch(const Comparison& comparison, const Places& places, long epoch, const Measure& measure) {
  Chart chart{epoch_text(epoch), {"activation site, first to last", false, {}, {}, true, 0.04}, {}, {}};
  for (const auto* row : charted_rows(comparison)) {
    Series series{row->activation, {}, SeriesShape::marked};
    for (size_t site = 0; site < places.sites.size(); ++site) {
      series.points.push_back(point_at(*row, places, site, epoch, measure));
      series.points.back().x = static_cast<double>(site + 1);
    }
    thin_out_notes(series);
    if (has_points(series)) chart.series.push_back(std::move(series));
  }
  return chart;
}

/// The same axis for all charts of a measure, so that they can be compared.
void share_axis(std::vector<Chart>& charts, const Measure& measure) {
  double smallest = INFINITY, largest = 0;
  for (const auto& chart : charts) {
    for (const auto& series : chart.series) {
      for (const auto& point : series.points) {
        if (!(point.y > 0) || std::isinf(point.y)) continue;
        smallest = std::min(smallest, point.y);
        largest = std::max(largest, point.y);
      }
    }
  }
  for (auto& chart : charts) {
    chart.y.logarithmic = !measure.percent;
    if (measure.percent) {
      chart.y.high = std::clamp(1.08 * largest, 10.0, 103.0);
      chart.y.low = -0.03 * *chart.y.high;
    } else if (largest > 0) {
      chart.y.low = smallest / 1.5, chart.y.high = largest * 1.5;
    }
  }
}

Layout site_table(const Comparison& comparison, const Places& places, const Measure& measure) {
  std::vector<std::string> headers = {"site", "epoch"};
  for (const auto& row : comparison.rows) headers.push_back(row.activation);
  auto table = empty_table(measure.title, headers, 1);
  for (size_t site = 0; site < places.sites.size(); ++site) {
    for (const size_t i : spread(places.epochs.size(), table_epochs)) {
      const long epoch = places.epochs[i];
      std::vector<std::string> cells = {fmt::format("{} · {}", site + 1, places.sites[site]),
                                        std::to_string(epoch)};
      for (const auto& row : comparison.rows)
        cells.push_back(measure.text(figure_at(row, site, epoch, measure.value)));
      add_row(table, cells);
    }
  }
  return table;
}

bool is_zero_everywhere(const Comparison& comparison, const Measure& measure) {
  for (const auto& row : comparison.rows) {
    for (const auto& site : row.sites) {
      for (const auto& epoch : site.epochs) {
        if (epoch.*measure.value != 0) return false;
      }
    }
  }
  return true;
}

Exhibit site_exhibit(const Comparison& comparison, const Places& places, const Measure& measure) {
  Exhibit exhibit{measure.title, measure.caption, {}, site_table(comparison, places, measure)};
  if (measure.percent && is_zero_everywhere(comparison, measure)) {
    exhibit.caption = said(exhibit.caption) + said(" There are none at any site and any time.");
    return exhibit;
  }
  if (places.sites.size() <= most_charts) {
    for (size_t site = 0; site < places.sites.size(); ++site)
      exhibit.charts.push_back(chart_of_site(comparison, places, site, measure));
  } else {
    for (const size_t i : spread(places.epochs.size(), most_charts))
      exhibit.charts.push_back(chart_of_epoch(comparison, places, places.epochs[i], measure));
  }
  share_axis(exhibit.charts, measure);
  return exhibit;
}

}  // namespace

std::vector<Exhibit> site_exhibits(const Comparison& comparison) {
  const auto places = places_of(comparison);
  if (places.sites.empty())
    return {{"Gradient flow and units", "These records hold no probes of activation sites.", {}, {}}};
  const std::vector<Measure> measures = {
      {"Gradient flow",
       "Norm of the gradient of the loss with respect to the pre-activations of each activation site, on one "
       "fixed batch of validation data; median over seeds, epoch 0 being before training. A first "
       "site that receives far less than the last is a vanishing gradient. A norm of 0 has no place on the "
       "logarithmic axis.",
       &SiteEpoch::gradient, false},
      {"Dead units",
       "Units in % whose output is exactly 0 on the whole validation set, by activation site; median over "
       "seeds.",
       &SiteEpoch::dead, true},
      {"Saturated outputs",
       "Outputs in % other than 0 where the slope is below 5 % of the function's largest, by activation "
       "site; median over seeds.",
       &SiteEpoch::saturated, true}};
  std::vector<Exhibit> result;
  for (const auto& measure : measures) result.push_back(site_exhibit(comparison, places, measure));
  return result;
}

}  // namespace actlab
