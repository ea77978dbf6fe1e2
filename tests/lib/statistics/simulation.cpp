#include "tests/lib/statistics/simulation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <sstream>

namespace actlab::test {

double Noise::uniform() { return (static_cast<double>(random_() >> 11) + 0.5) * 0x1p-53; }

/// Box & Muller (1958).
double Noise::normal() {
  const double radius = std::sqrt(-2 * std::log(uniform()));
  return radius * std::cos(2 * std::acos(-1.0) * uniform());
}

double Noise::skewed() { return -std::log(uniform()) - 1; }

double Noise::heavy_tails() {
  double squares = 0;
  for (int i = 0; i < 3; ++i) squares += std::pow(normal(), 2);
  return normal() / std::sqrt(squares / 3);
}

double Noise::accuracy() {
  double right = 0;
  for (int example = 0; example < 100; ++example) right += uniform() < 0.9;
  return right / 100;
}

void add_seed(const World& world, Noise& noise, std::vector<PairedRuns>& comparisons) {
  const double baseline = (noise.*world.draw)();
  const bool baseline_diverged = noise.uniform() < world.divergence;
  for (size_t method = 0; method < comparisons.size(); ++method) {
    const double difference = (noise.*world.draw)() + world.shifts[method] - baseline;
    const bool diverged = noise.uniform() < world.divergence;
    if (!diverged && !baseline_diverged) comparisons[method].differences.push_back(difference);
    comparisons[method].lost += diverged && !baseline_diverged;
    comparisons[method].won += baseline_diverged && !diverged;
    comparisons[method].neither += baseline_diverged && diverged;
  }
}

std::vector<PairedRuns> study(const World& world, Noise& noise) {
  std::vector<PairedRuns> result(world.shifts.size());
  for (long seed = 0; seed < world.seeds; ++seed) add_seed(world, noise, result);
  return result;
}

std::vector<double> shares(const World& world, const VerdictRule& rule, const std::vector<Event>& events) {
  Noise noise(20261123);
  std::vector<double> result(events.size());
  for (long i = 0; i < world.studies; ++i) {
    const auto table = judge(study(world, noise), rule);
    for (size_t event = 0; event < events.size(); ++event) result[event] += events[event](table);
  }
  for (double& share : result) share /= static_cast<double>(world.studies);
  return result;
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

double luck(double share, long studies) {
  return 3 * std::sqrt(share * (1 - share) / static_cast<double>(studies));
}

void publish(const std::string& page, const std::vector<std::string>& cells) {
  std::stringstream text;
  text << std::ifstream(std::string(ACTLAB_GOLDEN) + "/../../docs/" + page).rdbuf();
  const auto line = fmt::format("| {} |", fmt::join(cells, " | "));
  std::cout << line << std::endl;
  EXPECT_TRUE(text.str().find(line + "\n") != std::string::npos) << "docs/" << page << " lacks: " << line;
}

}  // namespace actlab::test
