// Measures how often verdicts are right and wrong that are looked for again and again, prints that as the
// tables of docs/choose.md, and fails when a rate is above its nominal one or a line is not in that page.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/lib/statistics/simulation.h"

namespace actlab {
namespace looks_rates {  // several files are compiled as one
namespace {

using test::Noise;
using test::percent;
using test::World;

constexpr size_t methods = 7;
constexpr long all_looks = 7;                     // up to 42 seeds
const std::vector<long> shown_looks = {3, 5, 7};  // 9, 19 and 42 seeds
const double spread = std::sqrt(2.0);             // of a difference of two runs of spread 1
const VerdictRule sharp{1e-3, 1e-6};              // a threshold that holds nothing back

using Verdicts = std::vector<Verdict>;
using Condition = std::function<bool(const Verdicts&)>;
using Judge = std::function<std::vector<Judgement>(const std::vector<std::vector<PairedRuns>>&)>;

Condition any(Verdict wanted) {
  return [wanted](const Verdicts& table) { return std::count(table.begin(), table.end(), wanted) > 0; };
}

const Condition any_difference = [](const Verdicts& table) {
  return any(Verdict::better)(table) || any(Verdict::worse)(table);
};

/// One study as `choose` would do it with all the time in the world: a comparison gets runs until it has a
/// verdict, which stands. The verdicts after each look.
std::vector<Verdicts> choose_once(const World& world, Noise& noise, const Judge& judge_all) {
  std::vector<PairedRuns> runs(world.shifts.size());
  std::vector<std::vector<PairedRuns>> looks(runs.size());
  Verdicts verdicts(runs.size(), Verdict::not_enough_runs);
  std::vector<Verdicts> after;
  for (long look = 1, seeds = 0; look <= all_looks; ++look) {
    for (; seeds < seeds_at_look(look); ++seeds) test::add_seed(world, noise, runs);
    for (size_t i = 0; i < runs.size(); ++i) {
      if (verdicts[i] == Verdict::not_enough_runs) looks[i].push_back(runs[i]);
    }
    const auto judgements = judge_all(looks);
    for (size_t i = 0; i < runs.size(); ++i) {
      if (verdicts[i] == Verdict::not_enough_runs) verdicts[i] = judgements[i].verdict;
    }
    after.push_back(verdicts);
  }
  return after;
}

/// Shares of studies in which each condition holds, after each of shown_looks.
std::vector<std::vector<double>> shares(const World& world, const Judge& judge_all,
                                        const std::vector<Condition>& conditions) {
  Noise noise(20261126);
  std::vector<std::vector<double>> result(conditions.size(), std::vector<double>(shown_looks.size()));
  for (long study = 0; study < world.studies; ++study) {
    const auto after = choose_once(world, noise, judge_all);
    for (size_t condition = 0; condition < conditions.size(); ++condition) {
      for (size_t i = 0; i < shown_looks.size(); ++i) {
        result[condition][i] += conditions[condition](after[static_cast<size_t>(shown_looks[i] - 1)]);
      }
    }
  }
  for (auto& row : result) {
    for (double& share : row) share /= static_cast<double>(world.studies);
  }
  return result;
}

Judge by(const VerdictRule& rule) {
  return [rule](const auto& looks) { return judge_looks(looks, rule); };
}

/// What must not be done: the rule for finished comparisons at every look.
Judge without_planning(const VerdictRule& rule) {
  return [rule](const std::vector<std::vector<PairedRuns>>& looks) {
    std::vector<PairedRuns> last;
    for (const auto& comparison : looks) last.push_back(comparison.back());
    return judge(last, rule);
  };
}

void publish(const std::string& name, const std::vector<double>& row, double nominal, long studies) {
  std::vector<std::string> cells = {name};
  for (const double share : row) {
    EXPECT_LE(share, nominal + test::luck(nominal, studies)) << name;
    cells.push_back(percent(share));
  }
  test::publish("choose.md", cells);
}

TEST(LooksRates, FalseDifferencesAreBelowNominal) {
  struct Case {
    std::string name;
    test::Draw draw;
    double resolution;
    long studies = 2000;
  };
  for (const Case& c :
       {Case{"normal", &Noise::normal, 1e-6, 4000}, Case{"skewed (exponential)", &Noise::skewed, 1e-6},
        Case{"heavy tails (t, 3 degrees)", &Noise::heavy_tails, 1e-6},
        Case{"accuracy on 100 examples", &Noise::accuracy, 0.01}}) {
    const World world{c.draw, std::vector<double>(methods, 0), 0, 0, c.studies};
    const auto rates = shares(world, by({1e-3, c.resolution}), {any(Verdict::better), any_difference});
    publish(c.name + ": better", rates[0], 0.025, world.studies);
    publish(c.name + ": better or worse", rates[1], 0.05, world.studies);
  }
}

TEST(LooksRates, WithoutPlanningThereAreMore) {
  const World world{&Noise::normal, std::vector<double>(methods, 0), 0, 0, 4000};
  const auto rates = shares(world, without_planning(sharp), {any_difference});
  publish("the same judged anew at every look: better or worse", rates[0], 1, world.studies);
  EXPECT_GT(rates[0].back(), 0.1);
}

TEST(LooksRates, FalseDifferencesFromDivergenceAreBelowNominal) {
  for (const double rate : {0.1, 0.5}) {
    const World world{&Noise::normal, std::vector<double>(methods, 0), 0, rate, 2000};
    const auto rates = shares(world, by(sharp), {any(Verdict::better)});
    publish(fmt::format("{:.0f} % diverge: better", 100 * rate), rates[0], 0.025, world.studies);
  }
}

TEST(LooksRates, FalseEquivalenceIsBelowNominal) {
  for (const double threshold : {1.0, 3.0}) {
    const World world{&Noise::normal, std::vector<double>(methods, threshold * spread), 0, 0, 4000};
    const auto rates = shares(world, by({threshold * spread, 1e-6}), {any(Verdict::no_practical_difference)});
    publish(fmt::format("threshold {} spreads", threshold), rates[0], 0.05, world.studies);
  }
}

/// One of seven is truly better by twice the threshold, the others are equal to the baseline.
TEST(LooksRates, Power) {
  for (const double threshold : {0.5, 1.0, 2.0, 4.0}) {
    std::vector<double> shifts(methods, 0);
    shifts[0] = 2 * threshold * spread;
    const World world{&Noise::normal, shifts, 0, 0, 1000};
    const auto rates = shares(
        world, by({threshold * spread, 1e-6}),
        {[](const Verdicts& table) { return table[0] == Verdict::better; },
         [](const Verdicts& table) { return table[1] == Verdict::no_practical_difference; },
         [](const Verdicts& table) {
           return table[0] == Verdict::better && std::count(table.begin(), table.end(), Verdict::better) == 1;
         }});
    publish(fmt::format("threshold {} spreads: the better one is better", threshold), rates[0], 1, 1000);
    publish(fmt::format("threshold {} spreads: an equal one is the same", threshold), rates[1], 1, 1000);
    for (size_t i = 0; i < shown_looks.size(); ++i) EXPECT_GE(rates[2][i], rates[0][i] - 0.05);
    EXPECT_GE(rates[0].back(), 0.95);
  }
}

}  // namespace
}  // namespace looks_rates
}  // namespace actlab
