#include "lib/report/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "lib/core/text.h"
#include "lib/report/facts.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

using RowText = std::function<std::string(const ComparisonRow&)>;

std::vector<std::string> cells(const Comparison& comparison, const RowText& text) {
  std::vector<std::string> result;
  for (const auto& row : comparison.rows) result.push_back(text(row));
  return result;
}

std::string verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::better:
      return "better";
    case Verdict::worse:
      return "worse";
    case Verdict::no_practical_difference:
      return "same";
    case Verdict::not_enough_runs:
      return "more runs";
  }
  return "";
}

std::string verdict_meaning(Verdict verdict) {
  switch (verdict) {
    case Verdict::better:
      return "the paired t test finds a difference, and its mean reaches the threshold";
    case Verdict::worse:
      return "the paired t test finds a disadvantage, its mean reaches the threshold, or too many runs "
             "diverged to "
             "be chance";
    case Verdict::no_practical_difference:
      return "no practical difference: two one-sided t tests find it smaller than the threshold, either way";
    case Verdict::not_enough_runs:
      return "not enough runs to tell; in brackets the seeds in all that would be, with a chance of 80 %";
  }
  return "";
}

Column activation_column(const Comparison& comparison) {
  return {"activation", "name with the arguments in effect; rows with the best mean first", false,
          cells(comparison, [](const auto& row) { return row.activation; }), 24};
}

Column rate_column(const Comparison& comparison) {
  return {"lr",
          "learning rate, chosen on validation data; (end) = the smallest or largest that was tried, so a "
          "better one may lie beyond",
          false, cells(comparison, [](const auto& row) {
            return fmt::format("{:g}{}", row.lr, row.lr_at_end ? " (end)" : "");
          })};
}

Column metric_column(const Comparison& comparison, const MetricScale& scale) {
  Column column{fmt::format("{}{}", comparison.yardstick.metric, scale.factor == 100 ? " %" : ""),
                fmt::format("mean on test data over seeds ± half of its 95 % interval (Student t); * = best "
                            "({}) mean; runs that "
                            "diverged or failed do not enter",
                            comparison.yardstick.larger_is_better ? "highest" : "lowest"),
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

Column difference_column(const Comparison& comparison, const MetricScale& scale) {
  Column column{
      "vs " + comparison.baseline,
      fmt::format("mean difference from {} over common seeds (paired){}, with its 95 % interval, which is "
                  "not corrected for the number of comparisons",
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
      text += fmt::format(" [{}, {}]", pad_left(lows[i], widest(lows)), pad_left(highs[i], widest(highs)));
    }
    column.cells.push_back(text);
  }
  return column;
}

/// "more runs (9)": so many would be enough, probably.
std::string verdict_text(const ComparisonRow& row) {
  if (row.is_baseline) return "";
  const auto& finding = row.finding;
  const auto word = verdict_word(finding.judgement.verdict);
  return finding.pairs_needed ? fmt::format("{} ({})", word, *finding.pairs_needed) : word;
}

Column verdict_column(const Comparison& comparison) {
  Column column{"verdict",
                "on that difference, for all rows together at most 5 % wrong by chance (Holm's correction)",
                false, cells(comparison, verdict_text)};
  std::set<Verdict> given;
  for (const auto& row : comparison.rows) {
    if (!row.is_baseline) given.insert(row.finding.judgement.verdict);
  }
  for (const auto verdict : given) column.words.emplace_back(verdict_word(verdict), verdict_meaning(verdict));
  return column;
}

std::string status_text(const ComparisonRow& row) {
  auto text = std::to_string(row.ok);
  if (row.diverged > 0) text += fmt::format(" +{} diverged", row.diverged);
  if (row.failed > 0) text += fmt::format(" +{} failed", row.failed);
  return text;
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

Layout start_layout(const Comparison& comparison) {
  Layout layout;
  layout.title = fmt::format("{} · {} · {}", comparison.task, comparison.dataset, comparison.model);
  for (const auto& row : comparison.rows) layout.best.push_back(row.best);
  layout.columns.push_back(activation_column(comparison));
  return layout;
}

constexpr size_t most_sites = 8;
using SiteText = std::function<std::string(const SiteFigures&)>;

/// At most `limit` of 0..count-1, first and last included, at even distances.
std::vector<size_t> spread(size_t count, size_t limit) {
  const size_t chosen = std::min(count, limit);
  std::vector<size_t> places;
  for (size_t i = 0; i < chosen; ++i) places.push_back((i * (count - 1) + (chosen - 1) / 2) / (chosen - 1));
  return places;
}

/// The module's path without the word that all of them end in.
std::string short_site(const std::string& path) {
  const std::string end = ".activation";
  const bool ends = path.size() > end.size() && path.compare(path.size() - end.size(), end.size(), end) == 0;
  return ends ? path.substr(0, path.size() - end.size()) : path;
}

}  // namespace

Layout lay_out(const Comparison& comparison) {
  const auto scale = metric_scale(comparison);
  auto layout = start_layout(comparison);
  layout.facts = facts(comparison, scale);
  auto& columns = layout.columns;
  if (!comparison.tuning.empty()) columns.push_back(rate_column(comparison));
  columns.push_back(metric_column(comparison, scale));
  columns.push_back(difference_column(comparison, scale));
  columns.push_back(verdict_column(comparison));
  columns.push_back(
      {"runs",
       "seeds trained to the end, + those that diverged (loss, gradient or metric not finite) or failed",
       false, cells(comparison, status_text), 11});
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

std::vector<std::pair<std::string, std::string>> legend(const std::vector<Layout>& layouts) {
  std::vector<std::pair<std::string, std::string>> entries;
  const auto add = [&](const std::pair<std::string, std::string>& entry) {
    if (std::find(entries.begin(), entries.end(), entry) == entries.end()) entries.push_back(entry);
  };
  for (const auto& layout : layouts) {
    for (const auto& column : layout.columns) {
      if (!column.meaning.empty()) add({column.header, column.meaning});
      std::for_each(column.words.begin(), column.words.end(), add);
    }
  }
  entries.emplace_back(
      absent, "no value: nothing to measure, or one run alone, which has no spread and so no interval");
  return entries;
}

}  // namespace actlab
