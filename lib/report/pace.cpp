#include "lib/report/pace.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "lib/report/run_figures.h"
#include "lib/statistics/moments.h"

namespace actlab {
namespace {

constexpr double share_of_best = 0.9;

struct Arrival {
  double epochs = 0, seconds = 0;
};

double best_value(const RunRecord& run, const std::string& metric) {
  double best = -std::numeric_limits<double>::infinity();
  for (const double value : run.history.column("validation_" + metric)) best = std::fmax(best, value);
  return best;
}

/// The first epoch after which the metric is at least `goal`, and the training time until then at the pace of
/// the median epoch: one during which the machine stood still or did something else says nothing about the
/// activation.
std::optional<Arrival> arrival(const RunRecord& run, const std::string& metric, double goal) {
  const auto values = run.history.column("validation_" + metric);
  const auto first = std::find_if(values.begin(), values.end(), [&](double value) { return value >= goal; });
  if (first == values.end()) return std::nullopt;
  const auto passed = first - values.begin();
  return Arrival{run.history.column("epoch")[static_cast<size_t>(passed)],
                 static_cast<double>(passed + 1) * median(run.history.column("seconds"))};
}

/// The interval of a mean of logarithms, as one of a ratio.
Interval exponential(Interval logarithms) {
  for (auto* bound : {&logarithms.mean, &logarithms.low, &logarithms.high}) *bound = std::exp(*bound);
  return logarithms;
}

Pace pace(const Runs& runs, const Runs& baseline, const std::string& metric, double goal) {
  std::vector<double> epochs, seconds, logarithms;
  for (const auto& [seed, run] : runs.by_seed) {
    const auto own = arrival(*run, metric, goal);
    if (!own) continue;
    epochs.push_back(own->epochs);
    seconds.push_back(own->seconds);
    const auto place = baseline.by_seed.find(seed);
    if (&runs == &baseline || place == baseline.by_seed.end()) continue;
    const auto other = arrival(*place->second, metric, goal);
    if (other) logarithms.push_back(std::log(other->seconds / own->seconds));
  }
  return {static_cast<long>(epochs.size()), t_interval(epochs), t_interval(seconds),
          exponential(t_interval(logarithms))};
}

}  // namespace

double pace_goal(const Setting& setting, const Yardstick& yardstick) {
  double best = std::nan("");
  if (!yardstick.larger_is_better) return best;
  for (const auto& runs : setting) {
    double sum = 0;
    for (const auto& [seed, run] : runs.by_seed) sum += best_value(*run, yardstick.metric);
    const double mean = sum / static_cast<double>(runs.by_seed.size());
    if (std::isfinite(mean)) best = std::fmax(best, mean);
  }
  return share_of_best * best;
}

std::vector<Pace> paces(const Setting& setting, const Runs& baseline, const std::string& metric,
                        double goal) {
  std::vector<Pace> result;
  for (const auto& runs : setting) result.push_back(pace(runs, baseline, metric, goal));
  return result;
}

}  // namespace actlab
