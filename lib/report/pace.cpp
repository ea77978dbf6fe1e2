#include "lib/report/pace.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "lib/report/run_figures.h"

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

/// The first epoch after which the metric is at least `goal`, and the training time until then.
std::optional<Arrival> arrival(const RunRecord& run, const std::string& metric, double goal) {
  Arrival so_far;
  const auto epochs = run.history.column("epoch"), seconds = run.history.column("seconds"),
             values = run.history.column("validation_" + metric);
  for (size_t i = 0; i < values.size(); ++i) {
    so_far.epochs = epochs[i];
    so_far.seconds += seconds[i];
    if (values[i] >= goal) return so_far;
  }
  return std::nullopt;
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
