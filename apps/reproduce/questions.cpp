#include "apps/reproduce/questions.h"

#include <fmt/format.h>

#include <cctype>
#include <map>

#include "lib/core/error.h"
#include "lib/report/facts.h"
#include "lib/report/text.h"
#include "lib/report/words.h"

namespace actlab {
namespace {

std::string with_interval(const Interval& difference, const Comparison& comparison) {
  const auto scale = metric_scale(comparison);
  const auto text = fmt::format("{} [{}, {}]", scale.text(difference.mean, true),
                                scale.text(difference.low, true), scale.text(difference.high, true));
  return scale.factor == 100 ? phrase("{} points", text) : text;
}

/// The comparisons that can answer a question: those with runs of both activations.
std::vector<NamedComparison> askable(const Question& question, const std::vector<Batch>& batches) {
  std::vector<NamedComparison> result;
  for (const auto& batch : batches) {
    if (!question.is_about(batch.name)) continue;
    for (const auto& named : named_comparisons({batch}, {question.against, question.metric})) {
      const bool wanted = question.model.empty() || named.comparison.model == question.model;
      if (wanted && named.comparison.requested_baseline.empty() &&
          row_with(named.comparison, question.activation) != nullptr)
        result.push_back(named);
    }
  }
  return result;
}

std::string capital(std::string text) {
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

std::string counted(const std::map<std::string, long>& verdicts, long all) {
  std::vector<std::string> parts;
  for (const auto verdict :
       {Verdict::better, Verdict::worse, Verdict::no_practical_difference, Verdict::not_enough_runs}) {
    const auto count = verdicts.find(verdict_word(verdict));
    if (count != verdicts.end()) parts.push_back(phrase("{} in {}", said(to_string(verdict)), count->second));
  }
  return all == 0 ? said("no runs of both") : capital(phrase("{} of {}", join(parts, said(", ")), all));
}

}  // namespace

Layout answers(const std::vector<Question>& questions, const std::vector<Batch>& batches) {
  Layout layout;
  layout.title = "What we find";
  layout.columns = {{"pair", "", false, {}},
                    {"comparison", "", false, {}},
                    {"difference", "", false, {}},
                    {"verdict", "", false, {}}};
  for (const auto& question : questions) {
    std::map<std::string, long> verdicts;
    const auto comparisons = askable(question, batches);
    for (const auto& [name, comparison] : comparisons) {
      const auto& row = *row_with(comparison, question.activation);
      ++verdicts[verdict_word(row.finding.judgement.verdict)];
      layout.columns[0].cells.push_back(phrase("{} against {}", question.activation, question.against));
      layout.columns[1].cells.push_back(name);
      layout.columns[2].cells.push_back(with_interval(row.difference, comparison));
      layout.columns[3].cells.push_back(verdict_text(row.finding));
      layout.best.push_back(false);
    }
    const auto answer = counted(verdicts, static_cast<long>(comparisons.size()));
    layout.facts.emplace_back("", phrase("{} {}.", question.text, answer));
  }
  return layout;
}

}  // namespace actlab
