#include "lib/report/rates.h"

#include <algorithm>
#include <cmath>

#include "lib/report/run_figures.h"

namespace actlab {
namespace {

std::string key_of(const RunRecord& run) {
  auto hyperparameters = *run.hyperparameters;
  hyperparameters.erase("lr");
  return nlohmann::json{run.task,        run.dataset->at("name"), run.dataset->at("fingerprint"),
                        model_text(run), hyperparameters,         run.activation->at("text")}
      .dump();
}

std::vector<const void*> places_of(const RunRecord& run) {
  return {&SharedName(run.task).text(), &*run.dataset, &*run.model, &*run.hyperparameters, &*run.activation};
}

double validation_metric(const RunRecord& run, const std::string& metric) {
  const auto found = run.validation.find(metric);
  return run.status == RunStatus::ok && found != run.validation.end() ? found->second : std::nan("");
}

}  // namespace

RateSearch::RateSearch(const std::vector<const RunRecord*>& records) {
  for (const auto* run : records) {
    const size_t number = numbers_.number(places_of(*run), [&] { return key_of(*run); });
    if (run->status == RunStatus::failed) continue;  // says nothing about its rate
    rates_[number][run->hyperparameters->value("lr", 0.0)].emplace(run->seed, run);
  }
}

std::vector<RateFigures> RateSearch::figures(const Runs& runs, const std::string& metric) const {
  const auto found = rates_.find(numbers_.known(places_of(*runs.by_seed.begin()->second)));
  if (found == rates_.end() || found->second.size() < 2) return {};
  const auto& rates = found->second;
  const auto everywhere = [&](long seed) {
    return std::all_of(rates.begin(), rates.end(), [&](const auto& rate) { return rate.second.count(seed); });
  };
  std::vector<RateFigures> figures;
  for (const auto& [lr, by_seed] : rates) {
    std::vector<double> values;
    long diverged = 0;
    for (const auto& [seed, run] : by_seed) {
      // A rate tried with one seed would look better or worse than its neighbour for the seed alone.
      if (!everywhere(seed)) continue;
      values.push_back(validation_metric(*run, metric));
      diverged += run->status == RunStatus::diverged;
    }
    figures.push_back({lr, spread_of(values), diverged});
  }
  return figures;
}

}  // namespace actlab
