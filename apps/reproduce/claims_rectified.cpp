// R1 to R7 and W1: the ReLU family and Swish.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apps/reproduce/claims.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

/// Mean square of the gradient behind random layers, by initialisation.
ClaimFigure propagation_figure(const nlohmann::json& list) {
  const Words caption("What random layers do to the gradient, by initialisation",
                      "隨機層對梯度的影響，依初始化方法");
  return {caption, [=](Language language) {
            Figure figure;
            figure.columns = 2;
            for (const auto* init : {"matched", "he", "xavier", "default"}) {
              Chart chart{init,
                          {Words("layers", "層數").in(language), true},
                          {Words("mean square, relative", "相對均方").in(language), true, 1e-20, 1e6},
                          {}};
              for (const auto& entry : list) {
                if (entry["init"] != init) continue;
                const auto name = short_name(entry["activation"]);
                if (chart.series.empty() || chart.series.back().name != name)
                  chart.series.push_back({name, {}});
                chart.series.back().points.push_back(
                    {entry["layers"].get<double>(), number_or_nan(entry["gradient"])});
              }
              figure.charts.push_back(std::move(chart));
            }
            return figure;
          }};
}

std::string ratio_text(const nlohmann::json& ratio) {
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", ratio["mean"].get<double>(), ratio["low"].get<double>(),
                     ratio["high"].get<double>());
}

ClaimFigure dead_figure(const Evidence& evidence) {
  const Words caption("Dead units after training against the learning rate", "訓練後死亡單元比例與學習率");
  return {
      caption, [=, &evidence](Language language) {
        Figure figure;
        figure.columns = 2;
        for (const auto* name : {"rates", "rates-default"}) {
          Chart chart{Words(std::string(name) == "rates" ? "init matched" : "init default").in(language),
                      {Words("learning rate", "學習率").in(language), true},
                      {Words("dead units %", "死亡單元 %").in(language)},
                      {}};
          chart.x.room = 0.05;
          for (const auto& [label, comparison] : evidence.comparisons(name, "relu")) {
            if (comparison.hyperparameters["init"] != (std::string(name) == "rates" ? "matched" : "default"))
              continue;
            for (const auto& row : comparison.rows) {
              add_point(chart, label_of(row, comparison),
                        {number_or_nan(comparison.hyperparameters["lr"]), 100 * row.dead});
            }
          }
          if (!chart.series.empty()) figure.charts.push_back(std::move(chart));
        }
        return figure;
      }};
}

const std::vector<std::string> repairs = {"leaky_relu", "prelu", "elu"};

}  // namespace

Findings examine_r1(const Evidence& evidence) {
  Findings findings;
  const auto propagation = evidence.measured("propagation");
  for (const auto& entry : propagation) {
    if (entry["activation"] != "relu" || entry["layers"] != 32) continue;
    const double gradient = number_or_nan(entry["gradient"]);
    const bool kept = gradient > 0.1 && gradient < 10;
    const auto init = entry["init"].get<std::string>();
    findings.tests.push_back(
        {{"32 random layers keep the gradient's mean square within a factor of 10, init " + init,
          "32 層隨機層使梯度均方維持在 10 倍以內，初始化 " + init},
         magnitude(gradient),
         kept ? Standing::supported : Standing::refuted,
         init == "matched" || init == "he"});
  }
  for (const auto& named : evidence.comparisons("depth", "relu")) {
    const auto& comparison = named.comparison;
    const auto* relu = row_named(comparison, "relu");
    if (relu == nullptr || depth_of(comparison.model) < 8) continue;
    const double ratio = relu->final_gradient.ratio;
    findings.tests.push_back(
        {{"relu: gradient first / last layer after training above 1/100, " + setting_text(named),
          "relu：訓練後首層/末層梯度大於 1/100，" + setting_text(named)},
         magnitude(ratio),
         ratio > 0.01 ? Standing::supported : Standing::refuted,
         named.name.rfind("depth-none", 0) == 0});
  }
  findings.remarks.push_back(
      {"A slope of 1 above zero keeps nothing by itself: about half of the units have slope 0, so that each "
       "layer halves the mean square of the gradient unless its weights are drawn twice as large in square, "
       "which is what He's initialisation is. The vanishing gradient is solved by ReLU and its "
       "initialisation together.",
       "零以上斜率為 1 本身並不能保持任何東西：約一半單元的斜率為 "
       "0，因此每層會使梯度均方減半，除非權重平方放大一倍，這正是 He 初始化。解決梯度消失的是 ReLU "
       "與其初始化的組合。"});
  findings.figures.push_back(propagation_figure(propagation));
  return findings;
}

Findings examine_r2(const Evidence& evidence) {
  Findings findings;
  for (const auto& entry : evidence.measured("speed")) {
    if (entry["activation"] == "relu") continue;
    const auto activation = short_name(entry["activation"]);
    findings.tests.push_back(
        {{fmt::format("{} takes more than 1.05 times the time of ReLU: {}", activation,
                      entry["case"].get<std::string>()),
          fmt::format("{} 所需時間超過 ReLU 的 1.05 倍：{}", activation, entry["case"].get<std::string>())},
         ratio_text(entry["ratio"]),
         judge_ratio(entry["ratio"]["low"], entry["ratio"]["high"]),
         activation == "sigmoid"});
  }
  findings.remarks.push_back(
      {"What a kernel costs and what a product notices are two things: in a training step and in an answer "
       "the matrix products take most of the time, so that the same kernels differ far less there. Times are "
       "of this machine and its other work; activations took turns, and the ratio is the median over the "
       "turns with its bootstrap interval.",
       "核心運算的成本與產品感受到的是兩回事：訓練步驟與推論的時間大多花在矩陣乘法，因此同樣的核心在那裡差異"
       "小得多。時間取決於此機器及其他工作；各激活函數輪流執行，比值為各輪的中位數及其自助法區間。"});
  return findings;
}

Findings examine_r3(const Evidence& evidence) {
  Findings findings;
  const auto capacity = evidence.measured("capacity");
  for (const auto& [task, activations] : capacity.items()) {
    const auto sigmoid = activations["sigmoid"].get<std::vector<double>>();
    for (const auto& [activation, values] : activations.items()) {
      if (activation == "sigmoid") continue;
      Interval difference;
      const auto standing =
          judge_pairs(values.get<std::vector<double>>(), sigmoid, 0.01, 1.0 / 1000, difference);
      findings.tests.push_back(
          {{fmt::format("{} fits more of its training points than sigmoid: {}", short_name(activation), task),
            fmt::format("{} 比 sigmoid 擬合更多訓練點：{}", short_name(activation), task)},
           fmt::format("{} [{}, {}] %", fixed(100 * difference.mean, 1, true),
                       fixed(100 * difference.low, 1, true), fixed(100 * difference.high, 1, true)),
           standing,
           activation == "relu"});
    }
  }
  findings.remarks.push_back(
      {"What a network of some size can express in principle and what training finds are two things: for "
       "wide enough layers every activation here is a universal approximator (Leshno et al. 1993: any that "
       "is no polynomial). What is measured is how much of a training set a small network of two hidden "
       "layers fits in equal steps, each activation at the better of two learning rates.",
       "網路原則上能表達什麼與訓練能找到什麼是兩回事：只要層夠寬，此處每個激活函數都是通用逼近器（Leshno "
       "等人 "
       "1993：凡非多項式者皆是）。此處測量的是：兩個隱藏層的小網路在相同步數內能擬合多少訓練集，各激活函數取"
       "兩個學習率中較好者。"});
  return findings;
}

Findings examine_r4(const Evidence& evidence) {
  Findings findings;
  for (const auto* name : {"rates", "depth-none", "images"}) {
    for (const auto& named : evidence.comparisons(name, "relu")) {
      const auto& comparison = named.comparison;
      const auto* relu = row_named(comparison, "relu");
      if (relu == nullptr) continue;
      const bool dies = relu->dead > 0.01;
      findings.tests.push_back(
          {{"relu: more than 1 % of the units are dead after training, " + setting_text(named),
            "relu：訓練後死亡單元超過 1 %，" + setting_text(named)},
           fmt::format("{} %", fixed(100 * relu->dead, 1)),
           dies ? Standing::supported : Standing::refuted,
           std::string(name) == "rates"});
    }
  }
  findings.remarks.push_back(
      {"A unit counts as dead when its output is 0 on the whole validation set. What decides how many there "
       "are is in the rows: compare rates at equal depth, depths at equal rate, and the two charts for the "
       "initialisation.",
       "單元若在整個驗證集上輸出皆為 "
       "0，即視為死亡。其多寡取決於什麼，可由各列看出：相同深度比較學習率，相同學習率比較深度，並以兩張圖比較"
       "初始化。"});
  findings.figures.push_back(dead_figure(evidence));
  return findings;
}

Findings examine_r5(const Evidence& evidence) {
  Findings findings;
  for (const auto& named : evidence.comparisons("rates", "relu")) {
    const auto& comparison = named.comparison;
    const auto* relu = row_named(comparison, "relu");
    if (relu == nullptr || relu->dead < 0.01) continue;  // nothing to repair
    for (const auto& repair : repairs) {
      const auto* row = row_named(comparison, repair);
      if (row == nullptr) continue;
      findings.tests.push_back({{fmt::format("{}: fewer than 1 % dead units where ReLU has {} %, {}", repair,
                                             fixed(100 * relu->dead, 1), setting_text(named)),
                                 fmt::format("{}：在 ReLU 有 {} % 死亡單元處少於 1 %，{}", repair,
                                             fixed(100 * relu->dead, 1), setting_text(named))},
                                fmt::format("{} %", fixed(100 * row->dead, 1)),
                                row->dead < 0.01 ? Standing::supported : Standing::refuted});
      if (const auto test = beats_baseline(named, repair, false)) findings.tests.push_back(*test);
    }
  }
  findings.remarks.push_back(
      {"That no unit is dead and that the network is better for it are two questions; the rows with "
       "accuracies answer the second. ELU's units cannot be dead by this measure, yet far below zero they "
       "learn as little as dead ones: see the saturated share in the tables of the study.",
       "沒有死亡單元與網路因此更好是兩個問題；含準確率的列回答後者。依此定義 ELU "
       "的單元不可能死亡，但遠低於零時它們學到的和死亡單元一樣少：請看研究表格中的飽和比例。"});
  findings.figures.push_back(dead_figure(evidence));
  return findings;
}

Findings examine_r6(const Evidence& evidence) {
  Findings findings;
  for (const auto& entry : evidence.measured("scale")) {
    const auto activation = short_name(entry["activation"]);
    const double gradient = number_or_nan(entry["gradient"]), factor = entry["factor"];
    findings.tests.push_back(
        {{fmt::format("{}: 32 layers enlarge the gradient's mean square more than a hundredfold, weights "
                      "{:g} times `matched`",
                      activation, factor),
          fmt::format("{}：32 層使梯度均方放大超過百倍，權重為 matched 的 {:g} 倍", activation, factor)},
         magnitude(gradient),
         gradient > 100 ? Standing::supported : Standing::refuted,
         activation == "relu" && factor >= 1});
  }
  for (const auto& named : evidence.comparisons("rates", "relu")) {
    const auto& comparison = named.comparison;
    for (const auto& row : comparison.rows) {
      if (row.diverged + row.ok == 0) continue;
      const auto label = label_of(row, comparison);
      findings.tests.push_back({{label + ": a run diverges, " + setting_text(named),
                                 label + "：有執行發散，" + setting_text(named)},
                                fmt::format("{}/{}", row.diverged, row.diverged + row.ok),
                                row.diverged > 0 ? Standing::supported : Standing::refuted,
                                false});
    }
  }
  findings.remarks.push_back(
      {"With weights drawn to fit, ReLU's gradient does not explode; with weights half as large again it "
       "does, at every depth, and nothing in ReLU holds it back, while Sigmoid and Tanh saturate. So the "
       "problem is real and belongs to the scale of the weights.",
       "權重配合得當時，ReLU 的梯度不會爆炸；權重放大一半時則會，且 ReLU 本身無從抑制，而 Sigmoid 與 Tanh "
       "會飽和。因此問題確實存在，但屬於權重尺度的問題。"});
  return findings;
}

Findings examine_r7(const Evidence& evidence) {
  Findings findings;
  for (const auto& entry : evidence.measured("linear-maps")) {
    const auto activation = short_name(entry["activation"]);
    const double radius = entry["radius"], exact = entry["exact"];
    const Words figure = {
        fmt::format("{} % of the points exact, median error {}", fixed(100 * exact, 0),
                    magnitude(entry["error"])),
        fmt::format("{} % 的點精確，誤差中位數 {}", fixed(100 * exact, 0), magnitude(entry["error"]))};
    const bool piecewise = activation == "relu" || activation == "leaky_relu" || activation == "prelu";
    if (piecewise) {
      findings.tests.push_back(
          {{fmt::format("{}: the linear map at a point is exact for most points {:g} of their length away",
                        activation, radius),
            fmt::format("{}：在距離為長度 {:g} 倍處，該點的線性映射對多數點精確", activation, radius)},
           figure,
           exact > 0.5 ? Standing::supported : Standing::refuted,
           activation == "relu" && radius <= 1e-3});
    } else if (radius <= 1e-4) {
      findings.tests.push_back(
          {{fmt::format("{} is not piecewise linear: no such map is exact, even {:g} of the length away",
                        activation, radius),
            fmt::format("{} 並非分段線性：即使距離僅為長度 {:g} 倍，映射也不精確", activation, radius)},
           figure,
           exact < 0.01 ? Standing::supported : Standing::refuted});
    }
  }
  findings.remarks.push_back(
      {"The local map of a piecewise linear network is not an approximation: it is the network, as far as "
       "the piece reaches, and the rows show how far that is. Whether a person finds an exact map of a tiny "
       "region easier to interpret than a good one of a larger region is not measured here.",
       "分段線性網路的局部映射並非近似：在該片段範圍內，它就是網路本身，各列顯示其範圍有多大。至於人們是否覺"
       "得極小區域的精確映射比較大區域的良好近似更易解讀，此處並未測量。"});
  return findings;
}

Findings examine_w1(const Evidence& evidence) {
  Findings findings;
  const auto slopes = evidence.measured("slopes")["swish:beta=1"];
  const auto& last = slopes["curve"].back();
  const double far = std::abs(last[2].get<double>() - 1), jump = slopes["jump"], lowest = slopes["lowest"];
  findings.tests.push_back({{"linear for large inputs: slope at 6 within 2 % of 1",
                             "輸入大時為線性：在 6 處斜率與 1 相差 2 % 以內"},
                            fmt::format("{:.4f}", last[2].get<double>()),
                            far < 0.02 ? Standing::supported : Standing::refuted});
  findings.tests.push_back({{"smooth at 0: the slope does not jump", "在 0 處平滑：斜率無跳躍"},
                            magnitude(jump),
                            jump < 1e-6 ? Standing::supported : Standing::refuted});
  for (const auto* name :
       {"images", "depth", "text_sentiment", "speech_recognition", "click_recommendation"}) {
    for (const auto* baseline : {"relu", "sigmoid"}) {
      for (const auto& named : evidence.comparisons(name, baseline)) {
        if (const auto test = beats_baseline(named, "swish")) findings.tests.push_back(*test);
      }
    }
  }
  findings.remarks.push_back(
      {fmt::format("One thing it has from neither: it is not monotone, and falls to {:.3f} below zero. Its "
                   "virtues are combined where it is better than both; the rows say where that is proven.",
                   lowest),
       fmt::format("有一點不來自兩者：它並非單調，在負側降至 "
                   "{:.3f}。只有同時優於兩者之處才算結合了兩者之長；各列說明何處得到證實。",
                   lowest)});
  return findings;
}

}  // namespace actlab
