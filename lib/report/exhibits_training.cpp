// What training cost and what came of it: learning curves, cost against quality, learning rates.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/core/text.h"
#include "lib/report/columns.h"
#include "lib/report/exhibit_parts.h"
#include "lib/report/facts.h"
#include "lib/report/text.h"
#include "lib/report/words.h"

namespace actlab {
namespace {

constexpr size_t most_epochs = 100;  // in charts and tables
constexpr size_t few_epochs = 12;    // that each can have a marker

std::string loss_text(double value) { return std::isnan(value) ? absent : fmt::format("{:.4g}", value); }

std::string runs_text(long count) { return phrase(count == 1 ? "{} run" : "{} runs", count); }

/// "0.1 to 0.3"; nothing of a single value.
template <typename Text>
std::string range_text(const Spread& values, const Text& text) {
  return values.count < 2 ? absent : phrase("{} to {}", text(values.smallest), text(values.largest));
}

/// The mean, with what is behind it.
template <typename Text>
std::string note_text(const Spread& values, const Text& text) {
  const auto range = values.count < 2 ? "" : fmt::format(" ({})", range_text(values, text));
  return fmt::format("{}{}, {}", text(values.mean), range, runs_text(values.count));
}

ChartPoint point_of(double x, const Spread& values, double factor, const std::string& note) {
  ChartPoint point{x, factor * values.mean};
  if (values.count > 1) point.low = factor * values.smallest, point.high = factor * values.largest;
  point.note = note;
  return point;
}

std::vector<const EpochFigures*> shown_epochs(const ComparisonRow& row) {
  std::vector<const EpochFigures*> epochs;
  for (const size_t i : spread(row.epochs.size(), most_epochs)) epochs.push_back(&row.epochs[i]);
  return epochs;
}

/// A curve a row through its epochs; `point` says where an epoch lies. `share`: the values are percent.
template <typename PointOf>
Chart epoch_chart(const Comparison& comparison, const std::string& title, Axis x, bool share,
                  const PointOf& point) {
  Chart chart{title, std::move(x), {}, {}};
  for (const auto* row : charted_rows(comparison)) {
    Series series{row->activation, {}};
    for (const auto* epoch : shown_epochs(*row)) series.points.push_back(point(*row, *epoch));
    if (series.points.size() <= few_epochs) series.shape = SeriesShape::marked;
    thin_out_notes(series);
    if (has_points(series)) chart.series.push_back(std::move(series));
  }
  chart.x.room = 0.03;
  chart.y.logarithmic = !share && spans_decades(chart.series);
  return chart;
}

Layout learning_table(const Comparison& comparison, const MetricScale& scale) {
  auto table = empty_table("After each epoch",
                           {"activation", "epoch", phrase("validation {}", metric_label(comparison)),
                            "smallest to largest", "training loss", "smallest to largest", "seconds", "runs"},
                           1);
  const auto text = [&](double value) { return scale.text(value); };
  for (const auto& row : comparison.rows) {
    for (const auto* epoch : shown_epochs(row)) {
      add_row(table, {row.activation, std::to_string(epoch->epoch), text(epoch->metric.mean),
                      range_text(epoch->metric, text), loss_text(epoch->train_loss.mean),
                      range_text(epoch->train_loss, loss_text), magnitude(epoch->seconds.mean),
                      std::to_string(std::max(epoch->metric.count, epoch->train_loss.count))});
    }
  }
  return table;
}

/// What no run was measured by, in words.
std::string gaps_text(const Comparison& comparison) {
  const auto lacks = [&](Spread EpochFigures::*figure) {
    return std::all_of(comparison.rows.begin(), comparison.rows.end(), [&](const auto& row) {
      return std::all_of(row.epochs.begin(), row.epochs.end(),
                         [&](const auto& epoch) { return (epoch.*figure).count == 0; });
    });
  };
  std::string text;
  if (lacks(&EpochFigures::metric))
    text += phrase("The records hold no {} on validation data. ", comparison.yardstick.metric);
  if (lacks(&EpochFigures::train_loss)) text += said("The records hold no loss on training data. ");
  return text;
}

std::string learning_caption(const Comparison& comparison) {
  auto caption = said(comparison.seeds.size() == 1 ? "One seed, so nothing tells chance from difference. "
                                                   : "Means over the seeds that got so far; a band reaches "
                                                     "from the smallest to the largest of them. ");
  caption += gaps_text(comparison);
  if (!comparison.broken.empty()) {
    caption += said(
        "Runs that diverged or failed are not in a curve, but where no seed of an activation trained to the "
        "end: then it is of those that diverged, as far as they came. ");
  }
  const bool many = std::any_of(comparison.rows.begin(), comparison.rows.end(),
                                [](const auto& row) { return row.epochs.size() > most_epochs; });
  if (many) caption += phrase("{} epochs at even distances are shown. ", most_epochs);
  return caption + said("Seconds hold for the machine and its other work.");
}

bool dominates(const ComparisonRow& a, const ComparisonRow& b, bool larger_is_better) {
  const double gain = (larger_is_better ? 1 : -1) * (a.metric.mean - b.metric.mean);
  const double saved = b.train_seconds - a.train_seconds;
  return gain >= 0 && saved >= 0 && (gain > 0 || saved > 0);
}

bool has_cost(const ComparisonRow& row) {
  return std::isfinite(row.train_seconds) && std::isfinite(row.metric.mean);
}

bool on_front(const Comparison& comparison, const ComparisonRow& row) {
  return has_cost(row) &&
         std::none_of(comparison.rows.begin(), comparison.rows.end(), [&](const auto& other) {
           return has_cost(other) && dominates(other, row, comparison.yardstick.larger_is_better);
         });
}

std::string metric_text(const ComparisonRow& row, const MetricScale& scale) {
  return fmt::format("{} ± {}", scale.text(row.metric.mean), scale.text(row.metric.half_width()));
}

/// The front as a line, cheapest first.
Series front(const Comparison& comparison, double factor) {
  Series series{"", {}, SeriesShape::guide};
  for (const auto& row : comparison.rows) {
    if (on_front(comparison, row)) series.points.push_back({row.train_seconds, factor * row.metric.mean});
  }
  std::sort(series.points.begin(), series.points.end(),
            [](const auto& a, const auto& b) { return a.x < b.x; });
  return series;
}

}  // namespace

Exhibit learning_exhibit(const Comparison& comparison) {
  const auto scale = metric_scale(comparison);
  const auto label = metric_label(comparison);
  const auto text = [&](double value) { return scale.text(value); };
  const auto note = [](const ComparisonRow& row, const EpochFigures& epoch, const std::string& values) {
    return phrase("{}, epoch {}: {}", row.activation, epoch.epoch, values);
  };
  const bool share = is_share(comparison.yardstick.metric);
  const Axis by_epoch{"epoch", false, {}, {}, true}, by_time{"seconds of training"};
  std::vector<Chart> charts = {
      epoch_chart(comparison, phrase("{} on validation data", label), by_epoch, share,
                  [&](const auto& row, const auto& epoch) {
                    return point_of(static_cast<double>(epoch.epoch), epoch.metric, scale.factor,
                                    note(row, epoch, note_text(epoch.metric, text)));
                  }),
      epoch_chart(comparison, "loss on training data", by_epoch, false,
                  [&](const auto& row, const auto& epoch) {
                    return point_of(static_cast<double>(epoch.epoch), epoch.train_loss, 1,
                                    note(row, epoch, note_text(epoch.train_loss, loss_text)));
                  }),
      epoch_chart(comparison, phrase("{} on validation data against time", label), by_time, share,
                  [&](const auto& row, const auto& epoch) {
                    const auto seconds = magnitude(epoch.seconds.mean) + " s, ";
                    ChartPoint point{epoch.seconds.mean, scale.factor * epoch.metric.mean};
                    point.note = note(row, epoch, seconds + note_text(epoch.metric, text));
                    return point;  // no band: it would cross those of all the others
                  })};
  charts.erase(
      std::remove_if(charts.begin(), charts.end(), [](const Chart& chart) { return chart.series.empty(); }),
      charts.end());
  if (charts.empty()) {
    const bool none = std::all_of(comparison.rows.begin(), comparison.rows.end(),
                                  [](const auto& row) { return row.epochs.empty(); });
    return {"Learning curves", none ? "No run got through an epoch." : gaps_text(comparison), {}, {}};
  }
  return {"Learning curves", learning_caption(comparison), charts, learning_table(comparison, scale)};
}

Exhibit cost_exhibit(const Comparison& comparison) {
  const auto scale = metric_scale(comparison);
  const auto label = metric_label(comparison);
  Chart chart{phrase("{} on test data against seconds of training", label),
              {"seconds of training, whole run"},
              {},
              {}};
  chart.x.room = 0.08;
  chart.series.push_back(front(comparison, scale.factor));
  if (chart.series[0].points.empty())
    return {"Cost against quality", "No run was both timed and measured.", {}, {}};
  for (const auto* row : charted_rows(comparison)) {
    if (!has_cost(*row)) continue;
    const auto& metric = row->metric;
    chart.series.push_back({row->activation,
                            {{row->train_seconds, scale.factor * metric.mean, scale.factor * metric.low,
                              scale.factor * metric.high,
                              fmt::format("{}: {} s, {}", row->activation, magnitude(row->train_seconds),
                                          metric_text(*row, scale))}},
                            SeriesShape::points});
  }
  auto table = empty_table("Cost and quality",
                           {"activation", "seconds", label, "parameters", "samples /s", "Pareto front"}, 1);
  for (const auto& row : comparison.rows) {
    add_row(table, {row.activation, magnitude(row.train_seconds),
                    row.metric.count > 0 ? metric_text(row, scale) : absent,
                    row.parameters > 0 ? thousands(row.parameters) : absent,
                    short_number(row.samples_per_second), on_front(comparison, row) ? "yes" : "no"});
  }
  return {"Cost against quality",
          "Median time of a run against the mean on test data with its 95 % interval. Nothing is both faster "
          "and better than the points on the dashed line (Pareto front); whether they truly differ, the "
          "verdicts say. Runs that diverged do not enter. Seconds hold for the machine and its other work.",
          {chart},
          table};
}

Exhibit rate_exhibit(const Comparison& comparison) {
  const auto scale = metric_scale(comparison);
  const auto label = metric_label(comparison);
  const auto text = [&](double value) { return scale.text(value); };
  auto table = empty_table("By learning rate",
                           {"activation", "learning rate", phrase("validation {}", label),
                            "smallest to largest", "runs", "diverged"},
                           1);
  Chart chart{phrase("{} on validation data by learning rate", label), {"learning rate", true}, {}, {}};
  chart.x.room = 0.05;
  const auto shown = charted(comparison);
  for (const auto& row : comparison.rows) {
    Series series{row.activation, {}, SeriesShape::marked};
    for (const auto& rate : row.rates) {
      series.points.push_back(point_of(
          rate.lr, rate.metric, scale.factor,
          phrase("{}, rate {}: {}", row.activation, fmt::format("{:g}", rate.lr),
                 rate.diverged > 0 ? phrase("{}, {} diverged", note_text(rate.metric, text), rate.diverged)
                                   : note_text(rate.metric, text))));
      add_row(table, {row.activation, fmt::format("{:g}", rate.lr), text(rate.metric.mean),
                      range_text(rate.metric, text), std::to_string(rate.metric.count),
                      std::to_string(rate.diverged)});
    }
    if (has_points(series) && std::find(shown.begin(), shown.end(), row.activation) != shown.end())
      chart.series.push_back(std::move(series));
  }
  if (chart.series.empty()) return {"Learning-rate sensitivity", "", {}, table};
  return {"Learning-rate sensitivity",
          "At the best epoch of each run: the mean, with a band from the smallest to the largest, over the "
          "seeds that an activation was run with at every rate, trials included. A gap is a rate at which "
          "every such run diverged, or that shares no seed with the others.",
          {chart},
          table};
}

}  // namespace actlab
