#include "lib/report/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/core/error.h"
#include "lib/core/text.h"
#include "lib/report/facts.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

constexpr long few_examples = 100;

const ComparisonRow& baseline_of(const Comparison& comparison) {
  return *std::find_if(comparison.rows.begin(), comparison.rows.end(),
                       [](const auto& row) { return row.is_baseline; });
}

/// The activations with that verdict, best mean first.
std::vector<std::string> names(const Comparison& comparison, Verdict verdict) {
  std::vector<std::string> found;
  for (const auto& row : comparison.rows) {
    if (!row.is_baseline && row.finding.judgement.verdict == verdict) found.push_back(row.activation);
  }
  return found;
}

const ComparisonRow* best_of_better(const Comparison& comparison) {
  for (const auto& row : comparison.rows) {
    if (!row.is_baseline && row.finding.judgement.verdict == Verdict::better) return &row;
  }
  return nullptr;
}

std::string with_unit(const Comparison& comparison, const std::string& number) {
  return number + (is_share(comparison.yardstick.metric) ? " percentage points" : "");
}

/// "validation accuracy changes by +1.2 percentage points [+0.8, +1.6] over 9 seeds"
std::string gain(const Comparison& comparison, const ComparisonRow& row) {
  const auto scale = metric_scale(comparison);
  const auto& difference = row.difference;
  return fmt::format("{} {} changes by {} [{}, {}] over {} seeds", comparison.yardstick.part(),
                     comparison.yardstick.metric, with_unit(comparison, scale.text(difference.mean, true)),
                     scale.text(difference.low, true), scale.text(difference.high, true), difference.count);
}

std::string threshold(const Comparison& comparison) {
  const double factor = is_share(comparison.yardstick.metric) ? 100 : 1;
  return with_unit(comparison, fmt::format("{:g}", factor * comparison.yardstick.threshold));
}

/// "elu, gelu and tanh"
std::string listed(const std::vector<std::string>& words) {
  if (words.size() < 2) return join(words);
  return join({words.begin(), words.end() - 1}) + " and " + words.back();
}

std::string first_sentence(const Comparison& comparison, const ComparisonRow* winner,
                           const std::vector<std::string>& open) {
  const auto& baseline = comparison.baseline;
  if (winner != nullptr && winner->difference.count < 2)
    return fmt::format("Use {} in place of {}, of which too many runs diverge.", winner->activation,
                       baseline);
  if (winner != nullptr) {
    return fmt::format("Use {} in place of {}: {}, where {} matter.", winner->activation, baseline,
                       gain(comparison, *winner), threshold(comparison));
  }
  if (!open.empty()) return fmt::format("Stay with {} for now: nothing is proven better.", baseline);
  const auto others = comparison.rows.size() - 1;
  return fmt::format("Stay with {}: {} better than it by {} or more.", baseline,
                     others == 1   ? "the other one is not"
                     : others == 2 ? "neither of the two others is"
                                   : fmt::format("none of the {} others is", others),
                     threshold(comparison));
}

std::string second_sentence(const Comparison& comparison, const ComparisonRow* winner,
                            const std::vector<std::string>& open) {
  std::vector<std::string> parts;
  auto rivals = names(comparison, Verdict::better);
  if (winner != nullptr) rivals.erase(rivals.begin());
  if (!rivals.empty()) {
    parts.push_back(fmt::format("better than {} too: {} (which of these is best was not asked)",
                                comparison.baseline, listed(rivals)));
  }
  if (!open.empty())
    parts.push_back(fmt::format("it is not known yet whether {} {}", listed(open),
                                open.size() == 1 ? "makes a difference" : "make a difference"));
  if (!names(comparison, Verdict::better).empty() || !names(comparison, Verdict::worse).empty()) {
    parts.emplace_back(
        "that any “better” or “worse” in the table is chance has a probability of 5 % at most");
  } else if (!names(comparison, Verdict::no_practical_difference).empty()) {
    parts.emplace_back(
        "that any “same” in the table hides such a difference has a probability of 5 % at most");
  }
  auto text = join(parts, "; ") + ".";
  text[0] = static_cast<char>(std::toupper(text[0]));
  return text;
}

/// Steps of one example against the threshold.
std::string coarse_steps(const Comparison& comparison) {
  const long count = comparison.dataset_counts.value(comparison.yardstick.part(), 0L);
  const double step = 1 / static_cast<double>(std::max(1L, count));
  if (step < comparison.yardstick.threshold) return "";
  const auto comparisons = static_cast<long>(comparison.rows.size()) - 1;
  const auto needed = pairs_needed({0, 0}, {comparison.yardstick.threshold, step}, comparisons);
  return fmt::format(
      "one of {} {} examples is {} of {}, and the threshold is {}: even activations that never "
      "differ need {} seeds for a verdict",
      thousands(count), comparison.yardstick.part(), with_unit(comparison, fmt::format("{:.2g}", 100 * step)),
      comparison.yardstick.metric, threshold(comparison),
      needed ? std::to_string(*needed) : "more than a thousand");
}

/// How far the figures of these examples are from those of all that there could be.
std::string few_to_generalise(const Comparison& comparison, long examples) {
  const double level = baseline_of(comparison).metric.mean;
  const double error = std::sqrt(level * (1 - level) / static_cast<double>(std::max(1L, examples)));
  if (!(error > comparison.yardstick.threshold)) return "";
  return fmt::format(
      "the {} of any model is known to ± {} only from {} examples (one standard error), more than "
      "the threshold of {}: a verdict holds for these data, and for others like them only as far "
      "as both activations err on the same examples",
      comparison.yardstick.metric, with_unit(comparison, fmt::format("{:.2g}", 100 * error)),
      thousands(examples), threshold(comparison));
}

std::vector<std::string> caveats(const Comparison& comparison, long examples) {
  std::vector<std::string> all;
  if (is_share(comparison.yardstick.metric))
    all = {coarse_steps(comparison), few_to_generalise(comparison, examples)};
  for (const auto* part : {"validation", "test"}) {
    const long count = comparison.dataset_counts.value(part, 0L);
    if (count < few_examples)
      all.push_back(fmt::format("there are only {} {} examples", thousands(count), part));
  }
  all.erase(std::remove(all.begin(), all.end(), ""), all.end());
  return all;
}

}  // namespace

Advice advise(const Comparison& comparison, long examples) {
  const auto* winner = best_of_better(comparison);
  const auto open = names(comparison, Verdict::not_enough_runs);
  Advice advice;
  advice.decided = open.empty();
  advice.caveats = caveats(comparison, examples);
  if (winner == nullptr && baseline_of(comparison).ok == 0) {
    advice.text = fmt::format(
        "No advice: no run of {} trained to the end. A smaller learning rate, --clip 1 or another --init may "
        "help.",
        comparison.baseline);
    return advice;
  }
  advice.change = winner != nullptr;
  advice.activation = advice.change ? winner->activation : comparison.baseline;
  advice.text = first_sentence(comparison, winner, open) + " " + second_sentence(comparison, winner, open);
  return advice;
}

}  // namespace actlab
