#include "lib/report/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "lib/core/text.h"
#include "lib/report/columns.h"
#include "lib/report/facts.h"
#include "lib/report/text.h"
#include "lib/report/words.h"

namespace actlab {

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

std::string verdict_text(const Finding& finding) {
  const auto word = verdict_word(finding.judgement.verdict);
  return finding.pairs_needed ? phrase(word + " ({})", *finding.pairs_needed) : word;
}

namespace {

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

bool in_looks(const Comparison& comparison) {
  return comparison.yardstick.method == Method::in_looks_on_validation;
}

Column rate_column(const Comparison& comparison) {
  return {"lr",
          "learning rate, chosen on validation data; (end) = the smallest or largest that was tried, so a "
          "better one may lie beyond",
          false, cells(comparison, [](const auto& row) {
            const auto rate = fmt::format("{:g}", row.lr);
            return row.lr_at_end ? phrase("{} (end)", rate) : rate;
          })};
}

/// "87.58 ± 0.47 *"; the star where `marked`.
std::vector<std::string> mean_texts(const Comparison& comparison, const MetricScale& scale,
                                    Interval ComparisonRow::*figure, bool marked) {
  const auto means = cells(comparison, [&](const auto& row) { return scale.text((row.*figure).mean); });
  const auto halves =
      cells(comparison, [&](const auto& row) { return scale.text((row.*figure).half_width()); });
  std::vector<std::string> texts;
  for (size_t i = 0; i < means.size(); ++i) {
    const auto& row = comparison.rows[i];
    auto text = pad_left(means[i], widest(means));
    if ((row.*figure).count > 0)
      text += " ± " + pad_left(halves[i], widest(halves)) + (marked && row.best ? " *" : "");
    texts.push_back(text);
  }
  return texts;
}

std::string unit_header(const std::string& metric, const MetricScale& scale) {
  return metric + (scale.factor == 100 ? " %" : "");
}

Column metric_column(const Comparison& comparison, const MetricScale& scale) {
  const auto& yardstick = comparison.yardstick;
  const bool on_test = yardstick.method == Method::once_on_test_data;
  return {
      unit_header(on_test ? yardstick.metric : phrase("validation {}", yardstick.metric), scale),
      phrase("mean on {} data over seeds ± half of its 95 % interval (Student t); * = best ({}) mean; runs "
             "that diverged or failed do not enter",
             said(yardstick.part()), said(yardstick.larger_is_better ? "highest" : "lowest")),
      false, mean_texts(comparison, scale, &ComparisonRow::metric, true)};
}

/// Beside figures of validation data.
Column test_column(const Comparison& comparison, const MetricScale& scale) {
  return {unit_header(phrase("test {}", comparison.yardstick.metric), scale),
          "the same on test data, on which no verdict here depends", false,
          mean_texts(comparison, scale, &ComparisonRow::test, false)};
}

Column difference_column(const Comparison& comparison, const MetricScale& scale) {
  Column column{phrase("vs {}", comparison.baseline),
                phrase(std::string("mean difference from {} over common seeds (paired)") +
                           (scale.factor == 100 ? " in percentage points" : "") +
                           ", with its 95 % interval, which is " +
                           (in_looks(comparison) ? "wide enough for every look at it, but " : "") +
                           "not corrected for the number of comparisons",
                       comparison.baseline),
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

Column verdict_column(const Comparison& comparison) {
  Column column{
      "verdict",
      std::string("on that difference, for all rows ") + (in_looks(comparison) ? "and looks " : "") +
          "together at most 5 % wrong by chance (Holm's correction)",
      false,
      cells(comparison, [](const auto& row) { return row.is_baseline ? "" : verdict_text(row.finding); })};
  std::set<Verdict> given;
  for (const auto& row : comparison.rows) {
    if (!row.is_baseline) given.insert(row.finding.judgement.verdict);
  }
  for (const auto verdict : given) column.words.emplace_back(verdict_word(verdict), verdict_meaning(verdict));
  return column;
}

std::string status_text(const ComparisonRow& row) {
  auto text = std::to_string(row.ok);
  if (row.diverged > 0) text = phrase("{} +{} diverged", text, row.diverged);
  if (row.failed > 0) text = phrase("{} +{} failed", text, row.failed);
  return text;
}

/// What no model can beat but by chance, as a last row.
void add_best_possible(Layout& layout, const std::string& metric_header, const std::string& value) {
  for (auto& column : layout.columns) column.cells.push_back(column.header == metric_header ? value : "");
  auto& names = layout.columns.front();
  names.cells.back() = "best possible";
  names.words.emplace_back("best possible",
                           "what a model that knows the truth behind these generated data can expect");
  layout.best.push_back(false);
}

}  // namespace

Layout lay_out(const Comparison& comparison) {
  const auto scale = metric_scale(comparison);
  auto layout = start_layout(comparison);
  layout.facts = facts(comparison, scale);
  auto& columns = layout.columns;
  if (!comparison.tuning.empty()) columns.push_back(rate_column(comparison));
  const auto metric = metric_column(comparison, scale);
  columns.push_back(metric);
  columns.push_back(difference_column(comparison, scale));
  columns.push_back(verdict_column(comparison));
  if (in_looks(comparison)) columns.push_back(test_column(comparison, scale));
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
  if (!std::isnan(comparison.best_possible))
    add_best_possible(layout, metric.header, scale.text(comparison.best_possible));
  return layout;
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
