#include "lib/report/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "lib/core/error.h"
#include "lib/core/text.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

/// Metrics that are shares of a whole are shown in percent.
bool is_fraction(const std::string& metric) {
  return metric == "accuracy" || metric == "macro_f1" || metric == "ece";
}

/// How the metric's figures are written in one table.
struct Scale {
  double factor;  // 100 for percent
  int decimals;

  std::string text(double value, bool sign = false) const { return fixed(factor * value, decimals, sign); }
};

/// Two digits of the typical interval are worth reading, more are noise.
Scale choose_scale(const Comparison& comparison) {
  const bool percent = is_fraction(comparison.metric);
  const double factor = percent ? 100 : 1;
  std::vector<double> half_widths;
  for (const auto& row : comparison.rows) {
    const double half = factor * row.metric.half_width();
    if (half > 0 && std::isfinite(half)) half_widths.push_back(half);
  }
  if (half_widths.empty()) return {factor, percent ? 2 : 4};
  const int decimals = 1 - static_cast<int>(std::floor(std::log10(median(half_widths))));
  return {factor, std::clamp(decimals, 1, percent ? 3 : 6)};
}

using RowText = std::function<std::string(const ComparisonRow&)>;

std::vector<std::string> cells(const Comparison& comparison, const RowText& text) {
  std::vector<std::string> result;
  for (const auto& row : comparison.rows) result.push_back(text(row));
  return result;
}

Column activation_column(const Comparison& comparison) {
  return {"activation", "name with the arguments in effect; rows with the best mean first", false,
          cells(comparison, [](const auto& row) { return row.activation; }), 24};
}

Column metric_column(const Comparison& comparison, const Scale& scale) {
  Column column{fmt::format("{}{}", comparison.metric, scale.factor == 100 ? " %" : ""),
                fmt::format("mean on test data over seeds ± half of its 95 % interval (Student t); * = best "
                            "({}) mean; runs that "
                            "diverged or failed do not enter",
                            comparison.larger_is_better ? "highest" : "lowest"),
                false,
                {}};
  const auto means = cells(comparison, [&](const auto& row) { return scale.text(row.metric.mean); });
  const auto halves = cells(comparison, [&](const auto& row) { return scale.text(row.metric.half_width()); });
  for (size_t i = 0; i < means.size(); ++i) {
    const auto& row = comparison.rows[i];
    auto text = pad_left(means[i], widest(means));
    if (row.metric.count > 0) text += " ± " + pad_left(halves[i], widest(halves)) + (row.best ? " *" : "");
    column.cells.push_back(text);
  }
  return column;
}

Column difference_column(const Comparison& comparison, const Scale& scale) {
  Column column{
      "vs " + comparison.baseline,
      fmt::format("mean difference from {} over common seeds (paired){}, with its 95 % interval, which is "
                  "not corrected for the number of comparisons; † = differs at 5 % after Holm's correction "
                  "for all rows of the table (paired t test)",
                  comparison.baseline, scale.factor == 100 ? " in percentage points" : ""),
      false,
      {}};
  const auto part = [&](double Interval::*field) {
    return cells(comparison, [&](const auto& row) {
      return row.difference.count > 1 || field == &Interval::mean ? scale.text(row.difference.*field, true)
                                                                  : "";
    });
  };
  const auto means = part(&Interval::mean), lows = part(&Interval::low), highs = part(&Interval::high);
  for (size_t i = 0; i < means.size(); ++i) {
    const auto& row = comparison.rows[i];
    auto text = row.is_baseline ? "baseline" : pad_left(means[i], widest(means));
    if (row.difference.count > 1) {
      text += fmt::format(" [{}, {}]{}", pad_left(lows[i], widest(lows)), pad_left(highs[i], widest(highs)),
                          row.differs() ? " †" : "");
    }
    column.cells.push_back(text);
  }
  return column;
}

std::string status_text(const ComparisonRow& row) {
  auto text = std::to_string(row.ok);
  if (row.diverged > 0) text += fmt::format(" +{} diverged", row.diverged);
  if (row.failed > 0) text += fmt::format(" +{} failed", row.failed);
  return text;
}

/// The parameters that all models have, or 0 when they differ.
long common_parameters(const Comparison& comparison) {
  long common = 0;
  for (const auto& row : comparison.rows) {
    if (row.parameters == 0) continue;
    if (common != 0 && row.parameters != common) return 0;
    common = row.parameters;
  }
  return common;
}

Column dead_column(const Comparison& comparison) {
  return {"dead %",
          "units that are exactly 0 on the whole validation set after the last epoch; mean over sites, "
          "median over "
          "seeds",
          true, cells(comparison, [](const auto& row) { return fixed(100 * row.dead, 1); })};
}

Column saturated_column(const Comparison& comparison) {
  return {"satur. %",
          "outputs other than 0 where the slope is below 5 % of the function's largest; after the last "
          "epoch, mean "
          "over sites, median over seeds",
          true, cells(comparison, [](const auto& row) { return fixed(100 * row.saturated, 1); })};
}

Column magnitude_column(const Comparison& comparison, const std::string& header, const std::string& meaning,
                        const std::function<double(const ComparisonRow&)>& figure) {
  return {header, meaning, true, cells(comparison, [&](const auto& row) { return magnitude(figure(row)); })};
}

std::string counts_text(const nlohmann::json& counts) {
  std::vector<std::string> parts;
  for (const auto* split : {"train", "validation", "test"}) {
    if (counts.contains(split))
      parts.push_back(fmt::format("{} {}", thousands(counts[split].get<long>()), split));
  }
  return parts.empty() ? "" : join(parts) + " examples";
}

/// "epochs 20, batch size 128, …, without clip, warmup"
std::string hyperparameter_text(const nlohmann::json& hyper) {
  std::vector<std::string> keys = {"epochs",   "batch_size", "lr",   "optimizer",
                                   "momentum", "schedule",   "init", "dtype"};
  for (const auto& [key, value] : hyper.items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  std::vector<std::string> parts, unused;
  for (const auto& key : keys) {
    if (!hyper.contains(key)) continue;
    if (key == "momentum" && hyper.value("optimizer", "sgd") != "sgd") continue;
    auto name = key;
    std::replace(name.begin(), name.end(), '_', ' ');
    if (hyper[key] == 0) {
      unused.push_back(name);
    } else {
      parts.push_back(name + " " + plain(hyper[key]));
    }
  }
  if (!unused.empty()) parts.push_back("without " + join(unused));
  return join(parts);
}

std::string seeds_text(const std::vector<long>& seeds) {
  std::vector<std::string> parts;
  for (const long seed : seeds) parts.push_back(std::to_string(seed));
  return join(parts);
}

std::vector<std::pair<std::string, std::string>> facts(const Comparison& comparison, const Scale& scale) {
  std::vector<std::pair<std::string, std::string>> result;
  const auto state = [&](const std::string& name, const std::string& text) {
    if (!text.empty()) result.emplace_back(name, text);
  };
  state("data", counts_text(comparison.dataset_counts));
  state("note", comparison.note);
  if (const long parameters = common_parameters(comparison)) state("parameters", thousands(parameters));
  state("training", hyperparameter_text(comparison.hyperparameters));
  state("seeds", seeds_text(comparison.seeds));
  if (!comparison.requested_baseline.empty()) {
    state("baseline",
          fmt::format("{} ({} is not among these runs)", comparison.baseline, comparison.requested_baseline));
  }
  for (const auto& floor : comparison.noise_floors) {
    const auto& difference = floor.difference;
    state("noise floor", fmt::format("{} and {} are one function: {} [{}, {}] between them is chance",
                                     floor.first, floor.second, scale.text(difference.mean, true),
                                     scale.text(difference.low, true), scale.text(difference.high, true)));
  }
  return result;
}

Layout start_layout(const Comparison& comparison) {
  Layout layout;
  layout.title = fmt::format("{} · {} · {}", comparison.task, comparison.dataset, comparison.model);
  for (const auto& row : comparison.rows) layout.best.push_back(row.best);
  layout.columns.push_back(activation_column(comparison));
  return layout;
}

}  // namespace

Layout lay_out(const Comparison& comparison) {
  const auto scale = choose_scale(comparison);
  auto layout = start_layout(comparison);
  layout.facts = facts(comparison, scale);
  auto& columns = layout.columns;
  columns.push_back(metric_column(comparison, scale));
  columns.push_back(difference_column(comparison, scale));
  columns.push_back(
      {"runs",
       "seeds trained to the end, + those that diverged (a loss or gradient was not finite) or failed", false,
       cells(comparison, status_text), 15});
  if (common_parameters(comparison) == 0) {
    columns.push_back({"params", "trainable numbers of the model with this activation", true,
                       cells(comparison, [](const auto& row) {
                         return row.parameters == 0 ? absent : thousands(row.parameters);
                       })});
  }
  columns.push_back(
      {"samples /s",
       "training speed inside these runs, median over seeds; for a fair race use the benchmarks", true,
       cells(comparison, [](const auto& row) { return short_number(row.samples_per_second); })});
  columns.push_back(magnitude_column(comparison, "gradient ratio",
                                     "norm of the gradient at the first activation site over that at the "
                                     "last, before training, median over seeds; "
                                     "far below 1 it vanishes, far above 1 it explodes",
                                     [](const auto& row) { return row.initial_gradient.ratio; }));
  columns.push_back(dead_column(comparison));
  columns.push_back(saturated_column(comparison));
  return layout;
}

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

std::vector<std::pair<std::string, std::string>> legend(const std::vector<Layout>& layouts) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& layout : layouts) {
    for (const auto& column : layout.columns) {
      const auto entry = std::make_pair(column.header, column.meaning);
      if (std::find(entries.begin(), entries.end(), entry) == entries.end()) entries.push_back(entry);
    }
  }
  entries.emplace_back(
      absent, "no value: nothing to measure, or one run alone, which has no spread and so no interval");
  return entries;
}

}  // namespace actlab
