// F1 to F4: what an activation is for.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "apps/reproduce/claims.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

using Values = std::vector<double>;

/// Mean accuracies by activation as points with intervals, one chart a task.
ClaimFigure accuracy_figure(const nlohmann::json& measured, const Words& caption) {
  return {caption, [=](Language language) {
            Figure figure;
            figure.columns = static_cast<long>(measured.size());
            figure.chart_width = 340, figure.chart_height = 260;
            for (const auto& [task, activations] : measured.items()) {
              Chart chart{
                  task,
                  {Words("activation, in the order of the legend", "激活函數（依圖例順序）").in(language)},
                  {Words("accuracy %", "準確率 %").in(language)},
                  {}};
              chart.x.whole = true, chart.x.room = 0.1;
              double x = 0;
              for (const auto& [activation, values] : activations.items()) {
                const auto mean = t_interval(values.get<Values>());
                chart.series.push_back({short_name(activation),
                                        {{++x, 100 * mean.mean, 100 * mean.low, 100 * mean.high}},
                                        SeriesShape::points});
              }
              figure.charts.push_back(std::move(chart));
            }
            return figure;
          }};
}

std::string percent_text(const Interval& difference) {
  return fmt::format("{} [{}, {}]", fixed(100 * difference.mean, 1, true),
                     fixed(100 * difference.low, 1, true), fixed(100 * difference.high, 1, true));
}

}  // namespace

Findings examine_f1(const Evidence& evidence) {
  Findings findings;
  const auto linearity = evidence.measured("linearity");
  const double error = linearity["matrix_error"];
  findings.tests.push_back({{"16 layers with identity equal the product of their matrices: largest deviation "
                             "over the largest output (float32, below 1e-5 expected)",
                             "16 層 identity 網路等於其矩陣乘積：最大偏差/最大輸出（float32，應小於 1e-5）"},
                            magnitude(error),
                            error < 1e-5 ? Standing::supported : Standing::refuted});
  const auto boundaries = evidence.measured("boundaries");
  for (const auto& [task, activations] : boundaries.items()) {
    const auto linear = activations["identity"].get<Values>();
    for (const auto& [activation, values] : activations.items()) {
      if (activation == "identity") continue;
      Interval difference;
      const auto standing = judge_pairs(values.get<Values>(), linear, 0.01, 0.001, difference);
      findings.tests.push_back(
          {fmt::format("{} > identity: {}", short_name(activation), task),
           {percent_text(difference) + " points of accuracy", percent_text(difference) + " 個百分點"},
           standing});
    }
  }
  double least = 1, most = 0;
  std::string most_linear;
  for (const auto& [activation, share] : linearity["linear_share"].items()) {
    if (activation == "identity") continue;
    least = std::min(least, share.get<double>());
    if (share > most) most = share, most_linear = short_name(activation);
  }
  findings.remarks.push_back(
      {fmt::format("Non-linear does not mean far from linear: of what an untrained network of three layers "
                   "gives for normal inputs, the best affine map explains {:.0f} to {:.0f} %, depending on "
                   "the activation (most with {}).",
                   100 * least, 100 * most, most_linear),
       fmt::format("非線性並不表示遠離線性：未經訓練的三層網路對常態輸入的輸出，最佳仿射映射可解釋 {:.0f} 至 "
                   "{:.0f} %，視激活函數而定（{} 最高）。",
                   100 * least, 100 * most, most_linear)});
  findings.figures.push_back(accuracy_figure(
      boundaries, {"XOR and two spirals: test accuracy by activation, five seeds with 95 % intervals",
                   "XOR 與雙螺旋：各激活函數的測試準確率，五個種子及 95 % 區間"}));
  return findings;
}

Findings examine_f2(const Evidence& evidence) {
  Findings findings;
  const auto ranges = evidence.measured("ranges");
  for (const auto& [activation, measured] : ranges.items()) {
    const double low = measured["range"][0], high = measured["range"][1];
    const bool bounded = low >= -1 && high <= 1;
    findings.tests.push_back(
        {{short_name(activation) + ": values for inputs from −50 to 50 lie within [−1, 1]",
          short_name(activation) + "：輸入 −50 至 50 時，值落在 [−1, 1] 內"},
         fmt::format("[{:.3g}, {:.3g}]", low, high),
         bounded ? Standing::supported : Standing::refuted});
  }
  for (const auto& [activation, measured] : ranges.items()) {
    const auto& one = measured["signal"][1];
    const auto& ten = measured["signal"][2];
    const double mean = one["mean"], deviation = one["deviation"], wide = ten["deviation"];
    const bool normal = std::abs(mean) < 0.1 && std::abs(deviation - 1) < 0.1 && std::abs(wide - 1) < 0.1;
    findings.tests.push_back(
        {{short_name(activation) +
              ": inputs N(0, 1) and N(0, 10²) come out with mean 0 and deviation 1 (within 0.1)",
          short_name(activation) + "：輸入 N(0, 1) 與 N(0, 10²) 時，輸出平均為 0、標準差為 1（容差 0.1）"},
         fmt::format("{:.2f} ± {:.2f}; {:.2f} ± {:.2f}", mean, deviation, ten["mean"].get<double>(), wide),
         normal ? Standing::supported : Standing::refuted});
  }
  findings.remarks.push_back(
      {"Sigmoid and Tanh do bound their output, and that is all: no activation of the article gives the next "
       "layer a signal of mean 0 and deviation 1 whatever comes in. What normalises is a normalisation "
       "layer, or weights drawn to fit the activation. The ReLU family has no upper bound: ten times the "
       "input is ten times the output.",
       "Sigmoid 與 Tanh 的輸出確有界限，但僅此而已：文中沒有任何激活函數能不論輸入為何，都給下一層平均 "
       "0、標準差 1 的訊號。真正做正規化的是正規化層，或依激活函數調整的初始權重。ReLU "
       "家族沒有上界：輸入放大十倍，輸出也放大十倍。"});
  return findings;
}

Findings examine_f3(const Evidence& evidence) {
  Findings findings;
  for (const auto& measured : evidence.measured("softmax")) {
    const double error = measured["largest_error"], smallest = measured["smallest"];
    findings.tests.push_back(
        {{fmt::format(
              "10,000 rows of ten random inputs of deviation {:g}: sums are 1 (to 1e-5), none is negative",
              measured["scale"].get<double>()),
          fmt::format("10,000 列、每列十個標準差 {:g} 的隨機輸入：總和為 1（誤差 1e-5 內）且無負值",
                      measured["scale"].get<double>())},
         {fmt::format("largest |sum − 1| {}, smallest {:.1e}", magnitude(error), smallest),
          fmt::format("最大 |總和 − 1| {}，最小值 {:.1e}", magnitude(error), smallest)},
         error < 1e-5 && smallest >= 0 ? Standing::supported : Standing::refuted});
  }
  findings.remarks.push_back(
      {"A distribution is not yet a true probability: whether 90 % means nine of ten is calibration, which "
       "the records hold as `ece`. And in float32 small probabilities become exactly 0, whose logarithm is "
       "−∞: losses are computed from the inputs of Softmax for that reason.",
       "機率分布未必是真實機率：90 % 是否表示十次中九次正確屬於校準問題，紀錄中以 `ece` 表示。此外在 float32 "
       "中，很小的機率會成為恰好 0，其對數為 −∞，因此損失是由 Softmax 的輸入計算的。"});
  return findings;
}

Findings examine_f4(const Evidence& evidence) {
  Findings findings;
  std::map<std::string, std::map<Verdict, std::vector<std::string>>> seen;
  std::map<std::string, long> best;
  long settings = 0;
  // Rates and initialisations other than the usual ones are no property of a task or a network.
  for (const auto* task :
       {"images", "depth", "text_sentiment", "click_recommendation", "speech_recognition"}) {
    for (const auto& named : evidence.comparisons(task, "relu")) {
      const auto& comparison = named.comparison;
      ++settings;
      for (const auto& row : comparison.rows) {
        const auto label = label_of(row, comparison);
        best[label] += row.best;
        if (!row.is_baseline) seen[label][row.finding.judgement.verdict].push_back(setting_text(named));
      }
    }
  }
  for (const auto& [activation, by_verdict] : seen) {
    const auto count = [&, &verdicts = by_verdict](Verdict verdict) {
      const auto found = verdicts.find(verdict);
      return found == verdicts.end() ? size_t{0} : found->second.size();
    };
    const auto better = count(Verdict::better), worse = count(Verdict::worse);
    const auto same = count(Verdict::no_practical_difference), open = count(Verdict::not_enough_runs);
    const bool both = better > 0 && worse > 0;
    findings.tests.push_back(
        {{activation + " against ReLU: better somewhere and worse elsewhere",
          activation + " 與 ReLU 相比：有些情況較好，有些較差"},
         {fmt::format("{} better, {} worse, {} same, {} open", better, worse, same, open),
          fmt::format("{} 較好，{} 較差，{} 相同，{} 未定", better, worse, same, open)},
         both ? Standing::supported : Standing::not_enough_runs,
         both});
  }
  std::string list;
  for (const auto& [activation, count] : best) {
    if (count > 0) list += fmt::format("{}{} {}", list.empty() ? "" : ", ", activation, count);
  }
  findings.remarks.push_back(
      {fmt::format("The best mean changes from setting to setting, over {} of them: {}. Most of these wins "
                   "prove nothing; the table counts what is proven.",
                   settings, list),
       fmt::format("在 {} 個設定中，平均最佳者各不相同：{}。其中多數領先並未得到證實；表中只計算已證實者。",
                   settings, list)});
  return findings;
}

}  // namespace actlab
