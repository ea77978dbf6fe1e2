#include "apps/reproduce/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/core/error.h"
#include "lib/core/named.h"
#include "lib/report/layout.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

/// What of a row is held against bounds, in units of the metric or as a fraction.
struct Quantity {
  std::string name;
  double (*value)(const ComparisonRow& row);
};

const std::vector<Quantity>& quantities() {
  static const std::vector<Quantity> list = {
      {"difference", [](const ComparisonRow& row) { return row.difference.mean; }},
      {"mean", [](const ComparisonRow& row) { return row.metric.mean; }},
      {"gradient_ratio", [](const ComparisonRow& row) { return row.initial_gradient.ratio; }},
      {"final_gradient_ratio", [](const ComparisonRow& row) { return row.final_gradient.ratio; }},
      {"dead", [](const ComparisonRow& row) { return row.dead; }},
      {"saturated", [](const ComparisonRow& row) { return row.saturated; }},
      {"diverged", [](const ComparisonRow& row) { return static_cast<double>(row.diverged); }},
      {"speedup", [](const ComparisonRow& row) { return row.pace.speedup.mean; }},
  };
  return list;
}

const std::vector<std::string>& words() {
  static const std::vector<std::string> list = {verdict_word(Verdict::better), verdict_word(Verdict::worse),
                                                verdict_word(Verdict::no_practical_difference),
                                                verdict_word(Verdict::not_enough_runs)};
  return list;
}

std::string expected_text(const Expectation& expectation) {
  std::vector<std::string> parts;
  if (!expectation.verdicts.empty()) parts.push_back(join(expectation.verdicts, " or "));
  if (expectation.low)
    parts.push_back(fmt::format("{} at least {:g}", expectation.quantity, *expectation.low));
  if (expectation.high)
    parts.push_back(fmt::format("{} at most {:g}", expectation.quantity, *expectation.high));
  return fmt::format("{} against {}: {}", expectation.activation, expectation.against, join(parts));
}

bool holds(const Expectation& expectation, const ComparisonRow& row, double value) {
  const auto word = verdict_word(row.finding.judgement.verdict);
  const auto& expected = expectation.verdicts;
  return (expected.empty() || std::find(expected.begin(), expected.end(), word) != expected.end()) &&
         (!expectation.low || value >= *expectation.low) && (!expectation.high || value <= *expectation.high);
}

Outcome check(const Expectation& expectation, const NamedComparison& named) {
  Outcome outcome{Outcome::State::unknown, named.name, expected_text(expectation), "", expectation.place};
  const auto& comparison = named.comparison;
  const bool judged = !expectation.verdicts.empty() || expectation.quantity == "difference";
  if (judged && !comparison.requested_baseline.empty()) {
    outcome.seen = "no runs of " + expectation.against;
    return outcome;
  }
  for (const auto& row : comparison.rows) {
    if (row.activation != expectation.activation) continue;
    const double value = find_named("quantity", expectation.quantity, quantities()).value(row);
    if ((expectation.low || expectation.high) && std::isnan(value)) {
      outcome.seen = expectation.quantity + " was not measured";
      return outcome;
    }
    outcome.state = holds(expectation, row, value) ? Outcome::State::holds : Outcome::State::fails;
    outcome.seen = fmt::format("{} {:.4g}, {}", expectation.quantity, value,
                               verdict_word(row.finding.judgement.verdict));
    return outcome;
  }
  outcome.seen = "no runs of " + expectation.activation;
  return outcome;
}

}  // namespace

void check_quantity(const std::string& name) { find_named("quantity", name, quantities()); }

void check_verdict_words(const std::vector<std::string>& given) {
  for (const auto& word : given) {
    if (std::find(words().begin(), words().end(), word) == words().end())
      throw unknown_name("verdict", word, words());
  }
}

std::vector<Outcome> check_expectations(const Study& study, Size size, const std::vector<Batch>& batches) {
  std::vector<Outcome> outcomes;
  for (const auto& expectation : study.expectations) {
    if (expectation.size && *expectation.size != size) continue;
    for (const auto& batch : batches) {
      if (!expectation.is_about(batch.name)) continue;
      if (batch.records.empty()) {
        outcomes.push_back({Outcome::State::unknown, batch.name, expected_text(expectation), batch.missing,
                            expectation.place});
        continue;
      }
      for (const auto& named : named_comparisons({batch}, {expectation.against, expectation.metric})) {
        if (expectation.model.empty() || named.comparison.model == expectation.model)
          outcomes.push_back(check(expectation, named));
      }
    }
  }
  return outcomes;
}

}  // namespace actlab
