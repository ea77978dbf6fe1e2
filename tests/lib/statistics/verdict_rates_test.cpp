// Measures how often verdicts are right and wrong, prints that as the tables of docs/verdicts.md, and fails
// when a rate is above its nominal one or a line is not in that page.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lib/statistics/bootstrap.h"
#include "tests/lib/statistics/simulation.h"

namespace actlab {
namespace {

using test::Draw;
using test::Event;
using test::Noise;
using test::percent;
using test::shares;
using test::World;

constexpr size_t methods = 7;
const double spread = std::sqrt(2.0);  // of a difference of two runs of spread 1
const std::vector<long> seed_counts = {3, 5, 10};
const VerdictRule sharp{1e-3, 1e-6};  // a threshold that holds nothing back

std::vector<double> shifted_by(double shift, size_t count = methods) {
  return std::vector<double>(count, shift);
}

Event any(Verdict verdict) {
  return [verdict](const test::Judgements& table) {
    return std::any_of(table.begin(), table.end(), [&](const auto& row) { return row.verdict == verdict; });
  };
}

Event first_is(Verdict verdict) {
  return [verdict](const test::Judgements& table) { return table[0].verdict == verdict; };
}

const Event any_difference = [](const test::Judgements& table) {
  return any(Verdict::better)(table) || any(Verdict::worse)(table);
};

double luck(double share, long studies = World{}.studies) { return test::luck(share, studies); }

void publish(const std::vector<std::string>& cells) { test::publish("verdicts.md", cells); }

/// One row for each event, one column for each number of seeds. No share is above its nominal one but for
/// luck.
void publish_shares(const std::vector<std::string>& names, const std::vector<double>& nominal,
                    const std::function<World(long)>& world, const std::function<VerdictRule(long)>& rule,
                    const std::vector<Event>& events) {
  std::vector<std::vector<double>> columns;
  for (const long seeds : seed_counts) columns.push_back(shares(world(seeds), rule(seeds), events));
  for (size_t event = 0; event < events.size(); ++event) {
    std::vector<std::string> cells = {names[event]};
    for (const auto& column : columns) {
      EXPECT_LE(column[event], nominal[event] + luck(nominal[event], world(3).studies)) << names[event];
      cells.push_back(percent(column[event]));
    }
    publish(cells);
  }
}

/// Everything is noise: how often is any of seven rows judged better, or better or worse?
TEST(VerdictRates, FalseDifferencesAreBelowNominal) {
  struct Case {
    std::string name;
    Draw draw;
    double resolution;
    long studies = World{}.studies;
  };
  for (const Case& c :
       {Case{"normal", &Noise::normal, 1e-6, 20000}, Case{"skewed (exponential)", &Noise::skewed, 1e-6},
        Case{"heavy tails (t, 3 degrees)", &Noise::heavy_tails, 1e-6},
        Case{"accuracy on 100 examples", &Noise::accuracy, 0.01}}) {
    const auto world = [&](long seeds) { return World{c.draw, shifted_by(0), seeds, 0, c.studies}; };
    const auto rule = [&](long) { return VerdictRule{1e-3, c.resolution}; };
    publish_shares({c.name + ": better", c.name + ": better or worse"}, {0.025, 0.05}, world, rule,
                   {any(Verdict::better), any_difference});
  }
}

/// All, the baseline included, diverge at the same rate and are noise otherwise.
TEST(VerdictRates, FalseDifferencesFromDivergenceAreBelowNominal) {
  for (const size_t rows : {size_t{1}, methods}) {
    for (const double rate : {0.1, 0.3, 0.5, 0.7, 0.9}) {
      publish_shares(
          {fmt::format("{:.0f} % diverge, {} compared", 100 * rate, rows)}, {0.025},
          [&](long seeds) {
            return World{&Noise::normal, shifted_by(0, rows), seeds, rate};
          },
          [](long) { return sharp; }, {any(Verdict::better)});
    }
  }
}

/// All seven truly differ by just the threshold: how often is any judged to make no practical difference?
TEST(VerdictRates, FalseEquivalenceIsBelowNominal) {
  for (const double threshold : {1.0, 3.0, 10.0}) {
    publish_shares(
        {fmt::format("threshold {} spreads", threshold)}, {0.05},
        [&](long seeds) {
          return World{&Noise::normal, shifted_by(threshold * spread), seeds};
        },
        [&](long) {
          return VerdictRule{threshold * spread, 1e-6};
        },
        {any(Verdict::no_practical_difference)});
  }
}

/// Twins among seven methods that are all noise: how often do they make no practical difference?
TEST(VerdictRates, TwinsMakeNoPracticalDifference) {
  const auto rule = [](double errors, long seeds) {
    return VerdictRule{errors * spread / std::sqrt(static_cast<double>(seeds)), 1e-6};
  };
  const auto world = [](long seeds) { return World{&Noise::normal, shifted_by(0), seeds}; };
  const Event alike = first_is(Verdict::no_practical_difference);
  for (const double errors : {4.0, 6.0, 8.0, 12.0}) {
    publish_shares({fmt::format("threshold {} standard errors", errors)}, {1}, world,
                   [&](long seeds) { return rule(errors, seeds); }, {alike});
  }
  EXPECT_GE(shares(world(3), rule(12, 3), {alike})[0], 0.95);
  EXPECT_GE(shares(world(5), rule(6, 5), {alike})[0], 0.95);
  EXPECT_GE(shares(world(10), rule(6, 10), {alike})[0], 0.95);
}

/// One method of seven is truly better by twice the threshold: measured, and foretold by
/// verdict_probability().
TEST(VerdictRates, PowerIsAsForetold) {
  for (const double threshold : {0.5, 1.0, 2.0, 4.0}) {
    auto shifts = shifted_by(0);
    shifts[0] = 2 * threshold * spread;
    const VerdictRule rule{threshold * spread, 1e-6};
    std::vector<std::string> cells = {fmt::format("threshold {} spreads", threshold)};
    for (const long seeds : seed_counts) {
      const double measured = shares({&Noise::normal, shifts, seeds}, rule, {first_is(Verdict::better)})[0];
      const double foretold = verdict_probability(shifts[0], spread, seeds, rule, methods);
      EXPECT_NEAR(measured, foretold, luck(foretold));
      cells.push_back(fmt::format("{} ({})", percent(measured), percent(foretold)));
    }
    publish(cells);
  }
}

/// Also where every verdict has its chance and the resolution counts.
TEST(VerdictRates, OneComparisonIsForetoldExactly) {
  for (const double shift : {0.0, 0.6, 1.0, 2.0}) {
    const VerdictRule rule{1, 3};
    const double foretold = verdict_probability(shift, spread, 8, rule, 1);
    const double silent = shares({&Noise::normal, {shift}, 8}, rule, {first_is(Verdict::not_enough_runs)})[0];
    EXPECT_NEAR(1 - silent, foretold, luck(foretold)) << shift;
  }
}

/// The seeds at which a table of one and of seven comparisons gives a verdict in 80 of 100 studies.
TEST(VerdictRates, SeedsNeeded) {
  const auto needed = [](double truth, double threshold, long comparisons) {
    const double half = 1 / std::sqrt(2.0);  // two differences of spread 1
    const auto pairs = pairs_needed({truth - half, truth + half}, {threshold, 1e-6}, comparisons);
    return pairs ? std::to_string(*pairs) : "more than 1000";
  };
  for (const double threshold : {0.25, 0.5, 1.0, 2.0, 4.0}) {
    publish({fmt::format("threshold {} spreads", threshold), needed(0, threshold, 1),
             needed(0, threshold, methods), needed(2 * threshold, threshold, 1),
             needed(2 * threshold, threshold, methods)});
  }
}

/// How often a 95 % interval of the mean holds the true mean.
TEST(VerdictRates, CoverageOfIntervals) {
  const auto coverage = [](Draw draw, bool bootstrap, long seeds) {
    Noise noise(5);
    long covered = 0;
    constexpr long trials = 2000;
    for (uint64_t trial = 0; trial < trials; ++trial) {
      std::vector<double> values;
      for (long i = 0; i < seeds; ++i) values.push_back((noise.*draw)());
      const auto interval = bootstrap ? bootstrap_interval(values, {0.95, 500, trial}) : t_interval(values);
      covered += interval.low <= 0 && interval.high >= 0;
    }
    return static_cast<double>(covered) / trials;
  };
  struct Case {
    std::string name;
    Draw draw;
  };
  for (const Case& c : {Case{"normal", &Noise::normal}, Case{"skewed (exponential)", &Noise::skewed}}) {
    for (const bool bootstrap : {false, true}) {
      std::vector<std::string> cells = {c.name + (bootstrap ? ": BCa bootstrap" : ": Student's t")};
      for (const long seeds : seed_counts) cells.push_back(percent(coverage(c.draw, bootstrap, seeds)));
      publish(cells);
    }
  }
}

}  // namespace
}  // namespace actlab
