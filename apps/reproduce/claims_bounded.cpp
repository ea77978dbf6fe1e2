// S1 to S4: Sigmoid and Tanh.

#include <fmt/format.h>

#include <cmath>

#include "apps/reproduce/claims.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

/// Value or slope of these activations.
ClaimFigure curve_figure(const nlohmann::json& slopes, const std::vector<std::string>& names) {
  const Words caption("The functions and their slopes", "函數及其斜率");
  return {caption, [=](Language language) {
            Figure figure;
            figure.columns = 2;
            for (const int column : {1, 2}) {
              Chart chart{column == 1 ? "f(x)" : "f′(x)",
                          {"x"},
                          {Words(column == 1 ? "value" : "slope", column == 1 ? "值" : "斜率").in(language)},
                          {}};
              if (column == 1) chart.y.low = -2, chart.y.high = 3;
              for (const auto& name : names) {
                Series series{short_name(name), {}};
                for (const auto& point : slopes[name]["curve"])
                  series.points.push_back(
                      {point[0].get<double>(), point[static_cast<size_t>(column)].get<double>()});
                chart.series.push_back(std::move(series));
              }
              figure.charts.push_back(std::move(chart));
            }
            return figure;
          }};
}

double propagated(const nlohmann::json& list, const std::string& activation, const std::string& init,
                  long layers) {
  for (const auto& entry : list) {
    if (entry["activation"] == activation && entry["init"] == init && entry["layers"] == layers)
      return number_or_nan(entry["gradient"]);
  }
  return std::nan("");
}

/// Whether the gradient of an activation vanishes with depth, in the comparisons of that name: a test for
/// each setting of `depth` layers or more. Of networks with batch normalisation, which before training is the
/// identity to the probes, the gradient after training counts, and of layer normalisation for comparison.
void add_vanishing(Findings& findings, const Evidence& evidence, const std::string& name,
                   const std::string& activation, long depth, bool deciding) {
  for (const auto& named : evidence.comparisons(name, "relu")) {
    const auto* row = row_named(named.comparison, activation);
    if (row == nullptr || depth_of(named.comparison.model) < depth) continue;
    const bool normalised = name == "depth-batch" || name == "depth-layer";
    const double ratio = normalised ? row->final_gradient.ratio : row->initial_gradient.ratio;
    const Words when(normalised ? "after training" : "before training", normalised ? "訓練後" : "訓練前");
    findings.tests.push_back(
        {{fmt::format("{}: gradient first / last layer {} below 1/100, {}", activation, when.english,
                      setting_text(named)),
          fmt::format("{}：{}首層/末層梯度小於 1/100，{}", activation, when.chinese, setting_text(named))},
         magnitude(ratio),
         ratio < 0.01 ? Standing::supported : Standing::refuted,
         deciding});
  }
}

/// Whether ReLU beats an activation, in settings of `depth` layers or more.
void add_beaten(Findings& findings, const Evidence& evidence, const std::string& name,
                const std::string& activation, long depth, bool deciding) {
  for (const auto& named : evidence.comparisons(name, activation)) {
    if (depth_of(named.comparison.model) < depth) continue;
    if (const auto test = beats_baseline(named, "relu", deciding)) findings.tests.push_back(*test);
  }
}

}  // namespace

Findings examine_s1(const Evidence& evidence) {
  Findings findings;
  const auto slopes = evidence.measured("slopes");
  const double largest = slopes["sigmoid"]["largest"], at_ten = slopes["sigmoid"]["at_ten"];
  findings.tests.push_back(
      {{"largest slope of Sigmoid is 1/4 (to 1e-9)", "Sigmoid 的最大斜率為 1/4（誤差 1e-9）"},
       fmt::format("{:.6f}", largest),
       std::abs(largest - 0.25) < 1e-9 ? Standing::supported : Standing::refuted});
  findings.tests.push_back(
      {{"slope at ±10 is less than a thousandth of the largest", "±10 處的斜率小於最大值的千分之一"},
       magnitude(at_ten),
       at_ten < 0.001 * largest ? Standing::supported : Standing::refuted});
  for (const auto* other : {"tanh", "elu:alpha=1", "relu", "swish:beta=1"}) {
    const double slope = slopes[other]["at_ten"], most = slopes[other]["largest"];
    findings.tests.push_back({{std::string(other) + " saturates on at least one side too",
                               std::string(other) + " 至少一側也會飽和"},
                              magnitude(slope),
                              slope < 0.001 * most ? Standing::supported : Standing::refuted,
                              false});
  }
  findings.remarks.push_back(
      {"Saturation is no privilege of Sigmoid: every function here but Leaky ReLU and PReLU is flat on one "
       "side. ReLU's slope there is exactly 0, which Sigmoid's never is; what differs is that ReLU is flat "
       "on one side only.",
       "飽和並非 Sigmoid 獨有：除 Leaky ReLU 與 PReLU 外，此處每個函數都有一側是平的。ReLU 在該側的斜率恰為 "
       "0，Sigmoid 則從不為 0；差別在於 ReLU 只有一側平坦。"});
  findings.figures.push_back(
      curve_figure(slopes, {"sigmoid", "tanh", "relu", "elu:alpha=1", "swish:beta=1"}));
  return findings;
}

Findings examine_s2(const Evidence& evidence) {
  Findings findings;
  add_vanishing(findings, evidence, "depth-none", "sigmoid", 8, true);
  add_beaten(findings, evidence, "depth-none", "sigmoid", 8, true);
  for (const auto* condition : {"depth-batch", "depth-layer"}) {
    add_vanishing(findings, evidence, condition, "sigmoid", 8, false);
    add_beaten(findings, evidence, condition, "sigmoid", 8, false);
  }
  for (const auto& named : evidence.comparisons("depth-none", "sigmoid")) {
    if (depth_of(named.comparison.model) >= 8) continue;
    if (const auto test = beats_baseline(named, "relu", false)) findings.tests.push_back(*test);
  }
  findings.remarks.push_back(
      {"Depth alone is not the cause, and Sigmoid alone is not either: the rows above differ in nothing but "
       "the number of layers and the normalisation between them. Where a row with normalisation says refuted "
       "or no practical difference, normalisation has done what ReLU is credited with.",
       "原因不只是深度，也不只是 "
       "Sigmoid：上列各項只在層數與層間正規化上不同。凡有正規化的列顯示「不成立」或「無實際差異」，即表示正規"
       "化已完成通常歸功於 ReLU 的事。"});
  findings.remarks.push_back(
      {"Normalisation is no cure-all either. Yang et al. 2019 (A mean field theory of batch normalization) "
       "show that in plain deep networks batch normalisation makes gradients explode with depth, whatever "
       "the activation, the more so the less linear it is. Where ReLU loses against Sigmoid with batch "
       "normalisation above, that is the known reason to look for first: compare the rows of R1 with batch "
       "normalisation.",
       "正規化也並非萬靈丹。Yang 等人 2019（A mean field theory of batch "
       "normalization）指出，在一般深層網路中，批次正規化會使梯度隨深度爆炸，且與激活函數無關，越不線性越嚴重"
       "。若上列 ReLU 在批次正規化下輸給 Sigmoid，這是首先應檢查的已知原因：請比較 R1 中批次正規化的各列。"});
  findings.figures.push_back(depth_figure(evidence, {"depth-none", "init-default", "init-xavier"}, false));
  findings.figures.push_back(depth_figure(evidence, {"depth-none", "depth-batch", "depth-layer"}, true));
  return findings;
}

Findings examine_s3(const Evidence& evidence) {
  Findings findings;
  const double mean = evidence.measured("ranges")["sigmoid"]["signal"][1]["mean"];
  findings.tests.push_back({{"mean output of Sigmoid for N(0, 1) differs from 0 by more than 0.1",
                             "輸入 N(0, 1) 時 Sigmoid 的平均輸出偏離 0 超過 0.1"},
                            fmt::format("{:.3f}", mean),
                            std::abs(mean) > 0.1 ? Standing::supported : Standing::refuted});
  for (const auto& named : evidence.comparisons("centred", "sigmoid")) {
    for (const auto& row : named.comparison.rows) {
      if (row.is_baseline || row.name == "tanh") continue;
      if (auto test = beats_baseline(named, row.activation)) {
        test->what = {"the same function, centred: sigmoid(x) − ½ > sigmoid, " + setting_text(named),
                      "同一函數置中後：sigmoid(x) − ½ > sigmoid，" + setting_text(named)};
        findings.tests.push_back(*test);
      }
    }
  }
  findings.remarks.push_back(
      {"The test takes nothing but the centre away: sigmoid(x) − ½ has the same shape, slope and width. "
       "Under the initialisation `matched` its weights are drawn larger, because the constant half no longer "
       "counts as signal; that belongs to the comparison, since it is what centring allows.",
       "此測試只改變中心：sigmoid(x) − ½ 的形狀、斜率與寬度皆相同。在 `matched` 初始化下其權重較大，因為常數 "
       "½ 不再算作訊號；這屬於比較的一部分，正是置中所帶來的。"});
  return findings;
}

Findings examine_s4(const Evidence& evidence) {
  Findings findings;
  const auto ranges = evidence.measured("ranges");
  const double mean = ranges["tanh"]["signal"][1]["mean"];
  const double width = ranges["tanh"]["range"][1].get<double>() - ranges["tanh"]["range"][0].get<double>();
  const double sigmoid_width =
      ranges["sigmoid"]["range"][1].get<double>() - ranges["sigmoid"]["range"][0].get<double>();
  findings.tests.push_back(
      {{"Tanh is centred: mean output for N(0, 1) below 0.01", "Tanh 置中：輸入 N(0, 1) 的平均輸出小於 0.01"},
       fmt::format("{:.1e}", std::abs(mean)),
       std::abs(mean) < 0.01 ? Standing::supported : Standing::refuted});
  findings.tests.push_back({{"its range is wider than Sigmoid's", "值域比 Sigmoid 寬"},
                            fmt::format("{:.2f} > {:.2f}", width, sigmoid_width),
                            width > sigmoid_width ? Standing::supported : Standing::refuted});
  for (const auto* name : {"images", "depth-none"}) {
    for (const auto& named : evidence.comparisons(name, "sigmoid")) {
      if (const auto test = beats_baseline(named, "tanh")) findings.tests.push_back(*test);
    }
  }
  add_vanishing(findings, evidence, "depth-none", "tanh", 8, true);
  for (const auto* condition : {"init-default", "init-xavier", "init-he"})
    add_vanishing(findings, evidence, condition, "tanh", 8, false);
  const auto propagation = evidence.measured("propagation");
  findings.remarks.push_back(
      {fmt::format("Whether Tanh's gradient vanishes is decided by the initialisation: behind 100 random "
                   "layers the mean square of the gradient is {} of what went in with weights drawn to fit "
                   "(`matched`), {} with Xavier's and {} with LibTorch's own; far above 1 it explodes.",
                   magnitude(propagated(propagation, "tanh", "matched", 100)),
                   magnitude(propagated(propagation, "tanh", "xavier", 100)),
                   magnitude(propagated(propagation, "tanh", "default", 100))),
       fmt::format("Tanh 的梯度是否消失取決於初始化：經過 100 層隨機層後，梯度均方相對於輸入，在 `matched` "
                   "權重下為 {}，Xavier 為 {}，LibTorch 預設為 {}；遠大於 1 即爆炸。",
                   magnitude(propagated(propagation, "tanh", "matched", 100)),
                   magnitude(propagated(propagation, "tanh", "xavier", 100)),
                   magnitude(propagated(propagation, "tanh", "default", 100)))});
  findings.figures.push_back(depth_figure(evidence, {"depth-none", "init-xavier", "init-default"}, false));
  return findings;
}

}  // namespace actlab
