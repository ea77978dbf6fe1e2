#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "lib/statistics/verdict.h"

namespace actlab::test {

/// Random numbers that are the same with every standard library.
class Noise {
 public:
  explicit Noise(uint64_t seed) : random_(seed) {}
  double uniform();      // in (0, 1)
  double normal();       // mean 0, spread 1
  double skewed();       // exponential, mean 0, spread 1
  double heavy_tails();  // Student's t with 3 degrees of freedom, spread √3
  double accuracy();     // of 100 test examples of which each is right with probability 0.9

 private:
  std::mt19937_64 random_;
};

using Draw = double (Noise::*)();

/// Runs of a baseline and of `shifts.size()` methods over the same seeds; a run of method i is a draw plus
/// shifts[i]. Any run may diverge.
struct World {
  Draw draw = &Noise::normal;
  std::vector<double> shifts;
  long seeds = 0;
  double divergence = 0;  // probability
  long studies = 6000;    // to simulate
};

/// One more seed for each of `world.shifts.size()` comparisons.
void add_seed(const World& world, Noise& noise, std::vector<PairedRuns>& comparisons);
std::vector<PairedRuns> study(const World& world, Noise& noise);

using Judgements = std::vector<Judgement>;
using Event = std::function<bool(const Judgements&)>;

/// For each event the share of the simulated studies in which it holds.
std::vector<double> shares(const World& world, const VerdictRule& rule, const std::vector<Event>& events);

/// "2.3 %"
std::string percent(double share);

/// Three standard errors of a share of that many studies.
double luck(double share, long studies);

/// Prints a line of a table and fails when that page of docs/ lacks it.
void publish(const std::string& page, const std::vector<std::string>& cells);

}  // namespace actlab::test
