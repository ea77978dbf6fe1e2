#include "lib/report/words.h"

#include <map>

namespace actlab {
namespace {

thread_local Language spoken = Language::english;

}  // namespace

std::string code_of(Language language) { return language == Language::chinese ? "zh-Hant" : "en"; }

Speaking::Speaking(Language language) : before_(spoken) { spoken = language; }
Speaking::~Speaking() { spoken = before_; }

Language spoken_language() { return spoken; }

std::string said(const std::string& english) {
  if (spoken == Language::english) return english;
  static const std::map<std::string, std::string> chinese(page_words().begin(), page_words().end());
  const auto found = chinese.find(english);
  return found == chinese.end() ? english : found->second;
}

const std::vector<std::pair<const char*, const char*>>& page_words() {
  static const std::vector<std::pair<const char*, const char*>> words = {
      // The page and what stands around its comparisons.
      {"Activations compared", "激活函數比較"},
      {"Comparisons", "比較"},
      {"{} comparison, {} runs, {} of training. Made from the records of the runs alone.",
       "{} 項比較，{} 次執行，訓練共 {}。僅由執行紀錄產生。"},
      {"{} comparisons, {} runs, {} of training. Made from the records of the runs alone.",
       "{} 項比較，{} 次執行，訓練共 {}。僅由執行紀錄產生。"},
      {"{} s", "{} 秒"},
      {"{} min", "{} 分鐘"},
      {"{} h {} min", "{} 小時 {} 分鐘"},
      {"Verdicts of all comparisons", "所有比較的結論"},
      {"comparison", "比較"},
      {"best mean", "最佳平均"},
      {"baseline", "基準"},
      {"better", "較佳"},
      {"worse", "較差"},
      {"same", "無差異"},
      {"more runs", "次數不足"},
      {"more runs ({})", "次數不足（{}）"},
      {"more runs (n)", "次數不足（n）"},
      {", ", "、"},
      {"tuned over {} rates", "由 {} 個學習率調整"},
      {"tuned over {} rates by halving", "由 {} 個學習率逐次減半調整"},
      {" · data {}", " · 資料 {}"},
      {"Over all comparisons", "綜合所有比較"},
      {"Mean ranks over the {} comparisons of this page, 1 being best. Activations under one bar cannot be "
       "told apart by Nemenyi's test at 5 %. Friedman's test (Iman and Davenport's F) of no difference at "
       "all: F = {}, p = {}. Each comparison counts once, by its means over seeds that trained; comparisons "
       "on the same data are not independent, so that the test promises more than it holds there.",
       "本頁 {} 項比較的平均名次，1 為最佳。同一橫線下的激活函數無法以 Nemenyi 檢驗在 5 % 水準區分。Friedman "
       "檢驗（Iman 與 Davenport 的 F）檢驗是否毫無差異：F = {}，p = "
       "{}。每項比較以其完成訓練之種子的平均計一次；使用相同資料的比較並不獨立，檢驗結果因此偏樂觀。"},
      {"An activation of which no seed trained has the last rank there.",
       "沒有任何種子完成訓練的激活函數，在該比較中列為最後。"},
      {"Mean ranks", "平均名次"},
      {"mean rank", "平均名次"},
      {"Mean ranks in numbers", "平均名次的數值"},
      {"Not in every comparison, and therefore left out: {}.", "未出現在所有比較中，故未列入：{}。"},
      {"Fewer than two activations are in all comparisons, so there is nothing to rank.",
       "出現在所有比較中的激活函數不足兩個，無從排名。"},
      {"A critical difference diagram of {} activations needs {} comparisons; with {}, no outcome whatever "
       "could tell two of them apart.",
       "{} 個激活函數的臨界差異圖需要 {} 項比較；只有 {} 項時，任何結果都無法區分其中兩個。"},
      {"Critical difference diagram", "臨界差異圖"},
      {"Critical difference diagram: mean ranks", "臨界差異圖：平均名次"},
      {"critical difference {}", "臨界差異 {}"},
      {"Environment", "執行環境"},
      {"Versions and machines of the runs", "執行所用的版本與機器"},
      {"what", "項目"},
      {"value", "值"},
      {"Legend", "圖例說明"},
      {"Commands", "命令"},
      {"{}: the command was not kept with these records.", "{}：這些紀錄未保留命令。"},

      // What was held equal.
      {"data", "資料"},
      {"note", "附註"},
      {"parameters", "參數量"},
      {"training", "訓練"},
      {"tuning", "調整"},
      {"seeds", "種子"},
      {"threshold", "門檻"},
      {"environments", "執行環境"},
      {"noise floor", "雜訊下限"},
      {"{} train", "{} 筆訓練"},
      {"{} validation", "{} 筆驗證"},
      {"{} test", "{} 筆測試"},
      {"{} examples", "{}資料"},
      {"without {}", "不使用 {}"},
      {"{} to {}", "{} 至 {}"},
      {"lr tuned over {}, each tried with seed {}, best on validation data",
       "學習率由 {} 中調整，各以種子 {} 嘗試，取驗證資料上最佳者"},
      {"{} for {} epochs", "{} 個各 {} 週期"},
      {"lr by successive halving over {} ({}), each tried with seed {}, best on validation data",
       "學習率由 {} 中逐次減半選出（{}），各以種子 {} 嘗試，取驗證資料上最佳者"},
      {"{} ({} is not among these runs)", "{}（這些執行中沒有 {}）"},
      {"{} of {}; a smaller difference does not matter in practice",
       "{1} 相差 {0}；更小的差異在實務上無意義"},
      {"{} percentage points of {}; a smaller difference does not matter in practice",
       "{1} 相差 {0} 個百分點；更小的差異在實務上無意義"},
      {"the runs differ in {}; their times do not compare, and metrics may differ by rounding",
       "這些執行的環境不同：{}；其時間無法相比，指標可能因捨入而不同"},
      {"{} and {} are one function: {} [{}, {}] between them is chance; verdict: {}",
       "{} 與 {} 是同一函數：兩者之差 {} [{}, {}] 純屬偶然；結論：{}"},
      {"no practical difference", "無實際差異"},
      {"not enough runs", "執行次數不足"},

      // The main table.
      {"activation", "激活函數"},
      {"name with the arguments in effect; rows with the best mean first", "名稱與實際參數；平均最佳者在前"},
      {"Verdicts against {}, by {}", "與 {} 相比的結論，依 {}"},
      {"lr", "學習率"},
      {"learning rate, chosen on validation data; (end) = the smallest or largest that was tried, so a "
       "better "
       "one may lie beyond",
       "依驗證資料選出的學習率；（邊界）= 嘗試過的最小或最大值，更好的可能在範圍之外"},
      {"{} (end)", "{}（邊界）"},
      {"validation {}", "驗證 {}"},
      {"test {}", "測試 {}"},
      {"mean on {} data over seeds ± half of its 95 % interval (Student t); * = best ({}) mean; runs that "
       "diverged or failed do not enter",
       "{}資料上各種子的平均 ± 95 % 區間的一半（Student t）；* = 最佳（{}）平均；發散或失敗的執行不列入"},
      {"test", "測試"},
      {"validation", "驗證"},
      {"highest", "最高"},
      {"lowest", "最低"},
      {"the same on test data, on which no verdict here depends",
       "測試資料上的同一指標，此處的結論皆不依據它"},
      {"vs {}", "與 {} 之差"},
      {"mean difference from {} over common seeds (paired), with its 95 % interval, which is not corrected "
       "for the number of comparisons",
       "與 {} 在共同種子上的平均差（配對），附 95 % 區間，未就比較次數校正"},
      {"mean difference from {} over common seeds (paired) in percentage points, with its 95 % interval, "
       "which is not corrected for the number of comparisons",
       "與 {} 在共同種子上的平均差（配對，百分點），附 95 % 區間，未就比較次數校正"},
      {"mean difference from {} over common seeds (paired), with its 95 % interval, which is wide enough for "
       "every look at it, but not corrected for the number of comparisons",
       "與 {} 在共同種子上的平均差（配對），附 95 % 區間，其寬度涵蓋每次查看，但未就比較次數校正"},
      {"mean difference from {} over common seeds (paired) in percentage points, with its 95 % interval, "
       "which is wide enough for every look at it, but not corrected for the number of comparisons",
       "與 {} 在共同種子上的平均差（配對，百分點），附 95 % 區間，其寬度涵蓋每次查看，但未就比較次數校正"},
      {"verdict", "結論"},
      {"on that difference, for all rows together at most 5 % wrong by chance (Holm's correction)",
       "就該差異而言；所有列合計因偶然而錯的機率至多 5 %（Holm 校正）"},
      {"on that difference, for all rows and looks together at most 5 % wrong by chance (Holm's correction)",
       "就該差異而言；所有列與查看合計因偶然而錯的機率至多 5 %（Holm 校正）"},
      {"the paired t test finds a difference, and its mean reaches the threshold",
       "配對 t 檢驗發現差異，且平均達到門檻"},
      {"the paired t test finds a disadvantage, its mean reaches the threshold, or too many runs diverged to "
       "be chance",
       "配對 t 檢驗發現劣勢且平均達到門檻，或發散次數多到不可能是偶然"},
      {"no practical difference: two one-sided t tests find it smaller than the threshold, either way",
       "無實際差異：兩個單側 t 檢驗皆認定差異小於門檻"},
      {"not enough runs to tell; in brackets the seeds in all that would be, with a chance of 80 %",
       "執行次數不足以判斷；括號內為以 80 % 機率足夠的種子總數"},
      {"runs", "執行次數"},
      {"seeds trained to the end, + those that diverged (loss, gradient or metric not finite) or failed",
       "完成訓練的種子數，+ 發散（損失、梯度或指標非有限值）或失敗者"},
      {"{} +{} diverged", "{} +{} 發散"},
      {"{} +{} failed", "{} +{} 失敗"},
      {"{} diverged", "{} 次發散"},
      {"samples /s", "樣本/秒"},
      {"training speed inside these runs, median over seeds; for a fair race use the benchmarks",
       "這些執行中的訓練速度，取種子中位數；公平比速請用基準測試"},
      {"gradient ratio", "梯度比"},
      {"norm of the gradient at the first activation site over that at the last, before training, median "
       "over "
       "seeds; far below 1 it vanishes, far above 1 it explodes",
       "訓練前首個激活位置與最末激活位置的梯度範數之比，取種子中位數；遠小於 1 為消失，遠大於 1 為爆炸"},
      {"dead %", "死亡 %"},
      {"units that are exactly 0 on the whole validation set after the last epoch; mean over sites, median "
       "over seeds",
       "最後一輪後在整個驗證集上恆為 0 的單元；各位置平均，取種子中位數"},
      {"satur. %", "飽和 %"},
      {"outputs other than 0 where the slope is below 5 % of the function's largest; after the last epoch, "
       "mean over sites, median over seeds",
       "斜率低於該函數最大斜率 5 % 的非零輸出；最後一輪後，各位置平均，取種子中位數"},
      {"best possible", "理論最佳"},
      {"what a model that knows the truth behind these generated data can expect",
       "知道這些生成資料真相的模型所能期望的值"},
      {"no value: nothing to measure, or one run alone, which has no spread and so no interval",
       "無值：無可測量，或僅有一次執行而無離散度與區間"},
      {"Runs that diverged or failed", "發散或失敗的執行"},
      {"{} of {} runs diverged or failed", "{1} 次執行中有 {0} 次發散或失敗"},
      {"seed", "種子"},
      {"where and why", "位置與原因"},
      {"diverged", "發散"},
      {"failed", "失敗"},

      // The tables below it.
      {"Parameters, gradient norms, units and selected epoch", "參數量、梯度範數、單元與選定的輪次"},
      {"params", "參數量"},
      {"trainable numbers of the model with this activation", "使用此激活函數之模型的可訓練數值個數"},
      {"first before", "首層，訓練前"},
      {"last before", "末層，訓練前"},
      {"ratio before", "比值，訓練前"},
      {"first after", "首層，訓練後"},
      {"last after", "末層，訓練後"},
      {"ratio after", "比值，訓練後"},
      {"norm of the gradient at the first activation site before training, median over seeds",
       "訓練前首個激活位置的梯度範數，取種子中位數"},
      {"norm of the gradient at the last activation site before training, median over seeds",
       "訓練前最末激活位置的梯度範數，取種子中位數"},
      {"first over last before training, median over seeds", "訓練前首層與末層之比，取種子中位數"},
      {"norm of the gradient at the first activation site after the last epoch, median over seeds",
       "最後一輪後首個激活位置的梯度範數，取種子中位數"},
      {"norm of the gradient at the last activation site after the last epoch, median over seeds",
       "最後一輪後最末激活位置的梯度範數，取種子中位數"},
      {"first over last after the last epoch, median over seeds", "最後一輪後首層與末層之比，取種子中位數"},
      {"best epoch", "最佳輪次"},
      {"the epoch that was selected on validation data, median over seeds",
       "依驗證資料選定的輪次，取種子中位數"},
      {"How soon {} reaches {}{} on validation data, 90 % of the best activation's mean",
       "{} 在驗證資料上多快達到 {}{}，即最佳激活函數平均的 90 %"},
      {"arrived", "達成"},
      {"runs that came so far, of all", "達成的執行，佔全部"},
      {"epochs to goal", "達成所需輪數"},
      {"whole epochs until then, mean ± half of the 95 % interval over the runs that came so far",
       "至達成為止的完整輪數，達成之執行的平均 ± 95 % 區間的一半"},
      {"seconds to goal", "達成所需秒數"},
      {"training time until then, likewise; it holds for the machine and its other work",
       "至達成為止的訓練時間，同上；僅適用於該機器及其當時負載"},
      {"speedup", "加速比"},
      {"seconds of {} over own seconds, common seeds, geometric mean with its 95 % interval",
       "{} 的秒數除以自身秒數，共同種子，幾何平均與 95 % 區間"},
      {"{} in numbers", "{}的數值"},

      // Learning curves.
      {"Learning curves", "學習曲線"},
      {"{} on validation data", "驗證資料上的 {}"},
      {"{} on validation data against time", "驗證資料上的 {} 與時間"},
      {"loss on training data", "訓練資料上的損失"},
      {"epoch", "輪次"},
      {"seconds of training", "訓練秒數"},
      {"After each epoch", "每輪之後"},
      {"smallest to largest", "最小至最大"},
      {"training loss", "訓練損失"},
      {"seconds", "秒數"},
      {"{} run", "{} 次執行"},
      {"{} runs", "{} 次執行"},
      {"{}, epoch {}: {}", "{}，第 {} 輪：{}"},
      {"No run got through an epoch.", "沒有執行完成任何一輪。"},
      {"The records hold no {} on validation data. ", "紀錄中沒有驗證資料上的 {}。"},
      {"The records hold no loss on training data. ", "紀錄中沒有訓練資料上的損失。"},
      {"Means over the seeds that got so far; a band reaches from the smallest to the largest of them. ",
       "到達該處之種子的平均；色帶由其中最小延伸至最大。"},
      {"One seed, so nothing tells chance from difference. ", "僅一個種子，無從區分偶然與差異。"},
      {"Runs that diverged or failed are not in a curve, but where no seed of an activation trained to the "
       "end: then it is of those that diverged, as far as they came. ",
       "發散或失敗的執行不入曲線；但若某激活函數沒有種子完成訓練，則曲線為發散者所到之處。"},
      {"{} epochs at even distances are shown. ", "僅顯示等距的 {} 輪。"},
      {"Seconds hold for the machine and its other work.", "秒數僅適用於該機器及其當時負載。"},

      // Cost, rates.
      {"Cost against quality", "成本與品質"},
      {"{} on test data against seconds of training", "測試資料上的 {} 與訓練秒數"},
      {"seconds of training, whole run", "訓練秒數（整次執行）"},
      {"No run was both timed and measured.", "沒有執行同時具有時間與指標。"},
      {"Cost and quality", "成本與品質"},
      {"Pareto front", "Pareto 前緣"},
      {"yes", "是"},
      {"no", "否"},
      {"Median time of a run against the mean on test data with its 95 % interval. Nothing is both faster "
       "and "
       "better than the points on the dashed line (Pareto front); whether they truly differ, the verdicts "
       "say. Runs that diverged do not enter. Seconds hold for the machine and its other work.",
       "每次執行的時間中位數與測試資料上的平均及其 95 % 區間。沒有任何點比虛線（Pareto "
       "前緣）上的點更快且更好；是否真有差異，請看結論。發散的執行不列入。秒數僅適用於該機器及其當時負載。"},
      {"Learning-rate sensitivity", "學習率敏感度"},
      {"By learning rate", "依學習率"},
      {"learning rate", "學習率"},
      {"{} on validation data by learning rate", "驗證資料上的 {}，依學習率"},
      {"{}, rate {}: {}", "{}，學習率 {}：{}"},
      {"{}, {} diverged", "{}，{} 次發散"},
      {"At the best epoch of each run: the mean, with a band from the smallest to the largest, over the "
       "seeds "
       "that an activation was run with at every rate, trials included. A gap is a rate at which every such "
       "run diverged, or that shares no seed with the others.",
       "取每次執行的最佳輪次：在每個學習率都執行過之種子的平均，色帶由最小至最大，含試驗。缺口表示該學習率下"
       "的執行全"
       "部發散，或與其他學習率沒有共同種子。"},

      // Activation sites.
      {"Gradient flow and units", "梯度流與單元"},
      {"These records hold no probes of activation sites.", "這些紀錄沒有激活位置的探測。"},
      {"Gradient flow", "梯度流"},
      {"Norm of the gradient of the loss with respect to the pre-activations of each activation site, on one "
       "fixed batch of validation data; median over seeds, epoch 0 being before training. A first site that "
       "receives far less than the last is a vanishing gradient. A norm of 0 has no place on the logarithmic "
       "axis.",
       "損失對各激活位置輸入的梯度範數，於固定的一批驗證資料上；取種子中位數，第 0 "
       "輪為訓練前。首個位置遠小於末個位置即為梯度消失。範數 0 無法置於對數軸上。"},
      {"Dead units", "死亡單元"},
      {"Units in % whose output is exactly 0 on the whole validation set, by activation site; median over "
       "seeds.",
       "在整個驗證集上輸出恆為 0 的單元（%），依激活位置；取種子中位數。"},
      {"Saturated outputs", "飽和輸出"},
      {"Outputs in % other than 0 where the slope is below 5 % of the function's largest, by activation "
       "site; "
       "median over seeds.",
       "斜率低於該函數最大斜率 5 % 的非零輸出（%），依激活位置；取種子中位數。"},
      {" There are none at any site and any time.", "任何位置與時間皆無。"},
      {"before training", "訓練前"},
      {"after epoch {}", "第 {} 輪後"},
      {"activation site, first to last", "激活位置，由首至末"},
      {"site", "位置"},
      {" The charts show the baseline and the best others; the numbers are of all.",
       "圖中顯示基準與其他最佳者；數值包含全部。"},

      // Studies over several comparisons.
      {"All comparisons in one table", "所有比較總表"},
      {"mean on test data over seeds ± half of its 95 % interval (Student t); * = best mean of the column",
       "測試資料上各種子的平均 ± 95 % 區間的一半（Student t）；* = 該欄最佳平均"},
      {"metric", "指標"},
      {"on the difference from the baseline of the column, paired by seed, at most 5 % wrong by chance in a "
       "column (docs/verdicts.md)",
       "就與該欄基準之差而言，依種子配對，每欄因偶然而錯的機率至多 5 %（docs/verdicts.md）"},
      {"{} on {}: {} train and {} test examples, {} seeds, baseline {}; a difference of {} matters in "
       "practice",
       "{1} 上的 {0}：{2} 筆訓練與 {3} 筆測試資料，{4} 個種子，基準 {5}；相差 {6} 即具實務意義"},
      {"{} on {}: {} train and {} test examples, {} seeds, baseline {}; a difference of {} percentage points "
       "matters in practice",
       "{1} 上的 {0}：{2} 筆訓練與 {3} 筆測試資料，{4} 個種子，基準 {5}；相差 {6} 個百分點即具實務意義"},
      {"noise floor: {} and {} are one function; they differ by {} here, {}",
       "雜訊下限：{} 與 {} 是同一函數；此處相差 {}，{}"},
      {"What others found", "他人的發現"},
      {"What we find", "我們的發現"},
      {"Why ours may differ", "為何可能不同"},
      {"Expectations", "預期"},
      {"expected", "預期"},
      {"seen", "所見"},
      {"holds", "成立"},
      {"does not hold", "不成立"},
      {"cannot be said", "無法判斷"},
      {"pair", "配對"},
      {"difference", "差異"},
      {"{} against {}", "{} 對 {}"},
      {"{} in {}", "{} {} 項"},
      {"{} of {}", "{}，共 {} 項"},
      {"no runs of both", "沒有兩者皆有的執行"},
      {"{} {}.", "{} {}。"},
      {"{} points", "{} 個百分點"},
  };
  return words;
}

}  // namespace actlab
