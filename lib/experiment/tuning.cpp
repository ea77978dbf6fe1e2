#include "lib/experiment/tuning.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "lib/core/constants.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

double two_digits(double value) { return std::stod(fmt::format("{:.1e}", value)); }

std::vector<double> log_spaced(const Spec& spec, const std::string& optimizer, long count) {
  const double scale = optimizer == "sgd" ? 10 : 1;
  const double low = number_argument(spec, "low", scale * 1e-4, 1e-12, 1e6);
  const double high = number_argument(spec, "high", scale * 1e-1, 1e-12, 1e6);
  std::vector<double> rates;
  for (long i = 0; i < count; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(count - 1);
    const double rate = two_digits(low * std::pow(high / low, part));
    if (!rates.empty() && rate <= rates.back()) {
      throw usage_error("the rates to try are not distinct", "'" + spec.text() + "'",
                        "low below high, and rates that differ in their first two digits");
    }
    rates.push_back(rate);
  }
  return rates;
}

/// Rungs of `rates`, half of them, and so on down to two, that share the epochs of `budget` whole runs.
std::vector<Rung> halve(long rates, long budget, const Hyperparameters& hyper) {
  std::vector<Rung> rungs;
  for (long left = rates; left > 1; left = (left + 1) / 2) rungs.push_back({left, 0});
  const auto count = static_cast<long>(rungs.size());
  for (auto& rung : rungs) rung.epochs = std::min(hyper.epochs, budget * hyper.epochs / (count * rung.rates));
  if (rungs.front().epochs < 1) {
    throw usage_error("successive halving would begin with less than one epoch a rate",
                      fmt::format("{} rates and the epochs of {} runs of {}", rates, budget, hyper.epochs),
                      fmt::format("--epochs {} or more, fewer rates, or a larger budget",
                                  (count * rates + budget - 1) / budget));
  }
  if (hyper.warmup >= static_cast<double>(rungs.front().epochs)) {
    throw usage_error(
        "rates would be dropped before the warm-up is over",
        fmt::format("--warmup {:g}, and {} epochs on the first rung", hyper.warmup, rungs.front().epochs),
        "more --epochs, fewer rates, or a larger budget");
  }
  const auto same_trials = [](const Rung& a, const Rung& b) { return a.epochs == b.epochs; };
  rungs.erase(std::unique(rungs.begin(), rungs.end(), same_trials), rungs.end());
  return rungs;
}

RunSpec trial_of(const RunSpec& spec, double rate, long seed, long epochs) {
  auto trial = spec;
  trial.hyper.lr = rate;
  trial.hyper.epochs = epochs;
  trial.seed = seed;
  trial.probes = false;
  trial.tuning = {{"trial", true}};
  return trial;
}

/// What a rate is worth on a rung, larger being better: −∞ where a trial diverged. Nothing while a trial is
/// to be done.
std::optional<double> worth(const RunSpec& spec, double rate, long epochs, const std::vector<long>& seeds,
                            const TrialResults& results) {
  constexpr auto worthless = -std::numeric_limits<double>::infinity();
  double sum = 0;
  for (const long seed : seeds) {
    const auto record = results.find(trial_of(spec, rate, seed, epochs).run_id());
    if (!record || record->status == RunStatus::failed) return std::nullopt;
    const auto value = record->validation.find(results.metric);
    const bool usable =
        record->status == RunStatus::ok && value != record->validation.end() && std::isfinite(value->second);
    sum += usable ? (results.larger_is_better ? value->second : -value->second) : worthless;
  }
  return sum;
}

using Rates = std::optional<std::vector<double>>;  // nothing while trials that choose them are to be done

/// The rates that get to a rung, ascending; behind the last one only the chosen one is left.
Rates rates_on(const RunSpec& spec, const Tuning& tuning, size_t rung, const TrialResults& results) {
  auto rates = tuning.rates;
  for (size_t below = 0; below < rung; ++below) {
    std::vector<std::pair<double, double>> ranking;  // the best first, of equal ones the smaller
    for (const double rate : rates) {
      const auto value = worth(spec, rate, tuning.rungs[below].epochs, tuning.seeds, results);
      if (!value) return std::nullopt;
      ranking.emplace_back(-*value, rate);
    }
    std::sort(ranking.begin(), ranking.end());
    const bool is_last = below + 1 == tuning.rungs.size();
    ranking.resize(is_last ? 1 : static_cast<size_t>(tuning.rungs[below + 1].rates));
    rates.clear();
    for (const auto& entry : ranking) rates.push_back(entry.second);
    std::sort(rates.begin(), rates.end());
  }
  return rates;
}

/// The same for each kind, found once.
class RatesByKind {
 public:
  RatesByKind(const Tuning& tuning, size_t rung, const TrialResults& results)
      : tuning_(tuning), rung_(rung), results_(results) {}

  const Rates& of(const RunSpec& spec) {
    const auto [place, is_new] = rates_.emplace(kind_of(spec), std::nullopt);
    if (is_new) place->second = rates_on(spec, tuning_, rung_, results_);
    return place->second;
  }

 private:
  const Tuning& tuning_;
  size_t rung_;
  const TrialResults& results_;
  std::map<std::string, Rates> rates_;
};

/// What a run of so many epochs at a chosen rate says of the search. `rungs` only where not every rate was
/// tried for as many: other runs keep their id.
nlohmann::json describe(const Tuning& tuning, long epochs) {
  nlohmann::json value = {{"rates", tuning.rates}, {"seeds", tuning.seeds}};
  if (tuning.rungs.size() == 1 && tuning.rungs.front().epochs == epochs) return value;
  for (const auto& rung : tuning.rungs)
    value["rungs"].push_back({{"rates", rung.rates}, {"epochs", rung.epochs}});
  return value;
}

}  // namespace

std::string kind_of(const RunSpec& spec) { return spec.model.text() + "  " + spec.activation; }

long Tuning::epochs() const {
  long sum = 0;
  for (const auto& rung : rungs) sum += rung.rates * rung.epochs;
  return sum * static_cast<long>(seeds.size());
}

Tuning parse_tuning(const std::string& text, const Hyperparameters& hyper, const std::vector<long>& seeds) {
  const auto spec = parse_spec(text);
  const bool halving = spec.name == "halving";
  if (!halving && spec.name != "tune")
    throw unknown_name("way to choose a learning rate", spec.name, {"tune", "halving"});
  check_keys(spec, halving ? std::vector<std::string>{"low", "high", "rates", "budget", "seeds"}
                           : std::vector<std::string>{"low", "high", "rates", "seeds"});
  const long rates = integer_argument(spec, "rates", halving ? 8 : 5, 2, 100);
  const long tried = integer_argument(spec, "seeds", 1, 1, static_cast<long>(seeds.size()));
  return {log_spaced(spec, hyper.optimizer, rates),
          {seeds.begin(), seeds.begin() + tried},
          halving ? halve(rates, integer_argument(spec, "budget", 5, 1, 1000), hyper)
                  : std::vector<Rung>{{rates, hyper.epochs}}};
}

std::vector<RunSpec> make_trials(const std::vector<RunSpec>& grid, const Tuning& tuning, size_t rung,
                                 const TrialResults& results) {
  RatesByKind rates(tuning, rung, results);
  const auto [count, epochs] = tuning.rungs.at(rung);
  std::vector<RunSpec> trials;
  for (const long seed : tuning.seeds) {
    for (long place = 0; place < count; ++place) {
      for (const auto& spec : grid) {
        if (spec.seed != seed) continue;
        const auto& own = rates.of(spec);
        trials.push_back(trial_of(spec, own ? own->at(static_cast<size_t>(place)) : nan, seed, epochs));
      }
    }
  }
  return trials;
}

std::vector<RunSpec> at_chosen_rates(const std::vector<RunSpec>& grid, const Tuning& tuning,
                                     const TrialResults& results) {
  RatesByKind rates(tuning, tuning.rungs.size(), results);
  std::vector<RunSpec> chosen;
  for (auto spec : grid) {
    const auto& own = rates.of(spec);
    if (!own) continue;
    spec.hyper.lr = own->front();
    spec.tuning = describe(tuning, spec.hyper.epochs);
    chosen.push_back(std::move(spec));
  }
  return chosen;
}

}  // namespace actlab
