#include "tests/lib/statistics/simulation.h"

#include <cmath>

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

std::vector<PairedRuns> study(const World& world, Noise& noise) {
  std::vector<PairedRuns> result(world.shifts.size());
  for (long seed = 0; seed < world.seeds; ++seed) {
    const double baseline = (noise.*world.draw)();
    const bool baseline_diverged = noise.uniform() < world.divergence;
    for (size_t method = 0; method < result.size(); ++method) {
      const double difference = (noise.*world.draw)() + world.shifts[method] - baseline;
      const bool diverged = noise.uniform() < world.divergence;
      if (!diverged && !baseline_diverged) result[method].differences.push_back(difference);
      result[method].lost += diverged && !baseline_diverged;
      result[method].won += baseline_diverged && !diverged;
      result[method].neither += baseline_diverged && diverged;
    }
  }
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

}  // namespace actlab::test
