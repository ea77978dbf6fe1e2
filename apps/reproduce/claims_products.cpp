// P1 to P4: what the choice does to products.

#include <fmt/format.h>

#include <cmath>

#include "apps/reproduce/claims.h"
#include "lib/report/facts.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

/// ReLU against Sigmoid in every comparison of these: the metric, and how soon 90 % of the best is reached.
void add_product_tests(Findings& findings, const Evidence& evidence, const std::string& name,
                       bool with_pace) {
  for (const auto& named : evidence.comparisons(name, "sigmoid")) {
    const auto& comparison = named.comparison;
    if (const auto test = beats_baseline(named, "relu")) findings.tests.push_back(*test);
    const auto* relu = row_named(comparison, "relu");
    const auto* sigmoid = row_named(comparison, "sigmoid");
    if (!with_pace || relu == nullptr || sigmoid == nullptr || std::isnan(comparison.pace_goal)) continue;
    Test test{
        {"relu reaches 90 % of the best validation figure in less training time, " + setting_text(named),
         "relu 以較少的訓練時間達到最佳驗證值的 90 %，" + setting_text(named)},
        absent,
        Standing::not_enough_runs};
    const auto& speedup = relu->pace.speedup;
    if (sigmoid->pace.reached == 0 && relu->pace.reached > 0) {
      test.standing = Standing::supported;
      test.figure = {"sigmoid never does", "sigmoid 從未達到"};
    } else if (speedup.count > 1) {
      test.standing = judge_ratio(speedup.low, speedup.high);
      test.figure = {
          fmt::format("{:.2f} [{:.2f}, {:.2f}] times as fast", speedup.mean, speedup.low, speedup.high),
          fmt::format("快 {:.2f} [{:.2f}, {:.2f}] 倍", speedup.mean, speedup.low, speedup.high)};
    }
    findings.tests.push_back(test);
  }
}

/// Whether Sigmoid's units are saturated after training: more than a tenth of its outputs.
void add_saturation(Findings& findings, const Evidence& evidence, const std::string& name, bool deciding) {
  for (const auto& named : evidence.comparisons(name, "sigmoid")) {
    const auto& comparison = named.comparison;
    const auto* sigmoid = row_named(comparison, "sigmoid");
    if (sigmoid == nullptr || std::isnan(sigmoid->saturated)) continue;
    findings.tests.push_back(
        {{"sigmoid: more than 10 % of the outputs are saturated after training, " + setting_text(named),
          "sigmoid：訓練後超過 10 % 的輸出飽和，" + setting_text(named)},
         fmt::format("{} %", fixed(100 * sigmoid->saturated, 1)),
         sigmoid->saturated > 0.1 ? Standing::supported : Standing::refuted,
         deciding});
  }
}

/// Test metric of each activation in every comparison of a task.
ClaimFigure product_figure(const Evidence& evidence, const std::string& name) {
  const Words caption("Test metric by activation, means over seeds with 95 % intervals",
                      "各激活函數的測試指標：各種子平均值及 95 % 區間");
  return {caption, [=, &evidence](Language language) {
            Figure figure;
            figure.chart_width = 440, figure.chart_height = 240;
            for (const auto& named : evidence.comparisons(name, "relu")) {
              const auto& comparison = named.comparison;
              const auto scale = metric_scale(comparison);
              Chart chart{setting_text(named),
                          {Words("activation, best first", "激活函數（由佳至差）").in(language)},
                          {comparison.yardstick.metric + (scale.factor == 100 ? " %" : "")},
                          {}};
              chart.x.whole = true, chart.x.room = 0.1;
              double x = 0;
              for (const auto& row : comparison.rows) {
                if (chart.series.size() == most_series) break;
                chart.series.push_back({label_of(row, comparison),
                                        {{++x, scale.factor * row.metric.mean, scale.factor * row.metric.low,
                                          scale.factor * row.metric.high}},
                                        SeriesShape::points});
              }
              figure.charts.push_back(std::move(chart));
            }
            figure.columns = std::min<long>(2, static_cast<long>(figure.charts.size()));
            return figure;
          }};
}

Words product_remark() {
  return {
      "Rows with accuracies compare at equal learning rate and length of training; a Sigmoid that learns "
      "slower may still get there with more epochs or a rate of its own. Speeds were measured beside other "
      "work of the machine.",
      "含準確率的列是在相同學習率與訓練長度下比較；學得較慢的 Sigmoid "
      "在更多輪次或自己的學習率下仍可能達到。速度是在機器有其他工作時測得的。"};
}

/// `saturates`: whether the claim says that Sigmoid does.
Findings examine_product(const Evidence& evidence, const std::string& name, bool saturates) {
  Findings findings;
  add_product_tests(findings, evidence, name, true);
  add_saturation(findings, evidence, name, saturates);
  findings.remarks.push_back(product_remark());
  findings.figures.push_back(product_figure(evidence, name));
  return findings;
}

}  // namespace

Findings examine_p1(const Evidence& evidence) { return examine_product(evidence, "images", false); }

Findings examine_p2(const Evidence& evidence) {
  auto findings = examine_product(evidence, "speech_recognition", false);
  for (const auto& entry : evidence.measured("speed")) {
    if (entry["activation"] != "sigmoid" || entry["case"] != "answer, one example") continue;
    const auto& ratio = entry["ratio"];
    const double low = ratio["low"], high = ratio["high"];
    findings.tests.push_back({{"a network with Sigmoid answers more than 1.05 times as slowly (one example)",
                               "使用 Sigmoid 的網路回應一個樣本的時間超過 1.05 倍"},
                              fmt::format("{:.2f} [{:.2f}, {:.2f}]", ratio["mean"].get<double>(), low, high),
                              low > 1.05                  ? Standing::supported
                              : high < 0.95               ? Standing::refuted
                              : low > 0.95 && high < 1.05 ? Standing::no_practical_difference
                                                          : Standing::not_enough_runs});
  }
  return findings;
}

Findings examine_p3(const Evidence& evidence) { return examine_product(evidence, "text_sentiment", true); }

Findings examine_p4(const Evidence& evidence) {
  return examine_product(evidence, "click_recommendation", true);
}

}  // namespace actlab
