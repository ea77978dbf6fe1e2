#include "lib/experiment/tuning.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>

#include "lib/core/error.h"

namespace actlab {
namespace {

double two_digits(double value) { return std::stod(fmt::format("{:.1e}", value)); }

RunSpec trial_of(const RunSpec& spec, double rate, long seed) {
  auto trial = spec;
  trial.hyper.lr = rate;
  trial.seed = seed;
  trial.probes = false;
  trial.tuning = {{"trial", true}};
  return trial;
}

/// What a rate is worth, larger being better: −∞ where a trial diverged. Nothing while a trial is to be done.
std::optional<double> worth(const RunSpec& spec, double rate, const Tuning& tuning, const FindRecord& find,
                            const std::string& metric, bool larger_is_better) {
  constexpr auto worthless = -std::numeric_limits<double>::infinity();
  double sum = 0;
  for (const long seed : tuning.seeds) {
    const auto record = find(trial_of(spec, rate, seed).run_id());
    if (!record || record->status == RunStatus::failed) return std::nullopt;
    const auto value = record->validation.find(metric);
    const bool usable =
        record->status == RunStatus::ok && value != record->validation.end() && std::isfinite(value->second);
    sum += usable ? (larger_is_better ? value->second : -value->second) : worthless;
  }
  return sum;
}

std::optional<double> choose_rate(const RunSpec& spec, const Tuning& tuning, const FindRecord& find,
                                  const std::string& metric, bool larger_is_better) {
  double best = tuning.rates.front(), most = -std::numeric_limits<double>::infinity();
  for (const double rate : tuning.rates) {
    const auto value = worth(spec, rate, tuning, find, metric, larger_is_better);
    if (!value) return std::nullopt;
    if (*value > most) best = rate, most = *value;
  }
  return best;
}

}  // namespace

std::string kind_of(const RunSpec& spec) { return spec.model.text() + "  " + spec.activation; }

Tuning parse_tuning(const std::string& text, const std::string& optimizer, const std::vector<long>& seeds) {
  const auto spec = parse_spec(text);
  if (spec.name != "tune") throw unknown_name("way to choose a learning rate", spec.name, {"tune"});
  check_keys(spec, {"low", "high", "rates", "seeds"});
  const double scale = optimizer == "sgd" ? 10 : 1;
  const double low = number_argument(spec, "low", scale * 1e-4, 1e-12, 1e6);
  const double high = number_argument(spec, "high", scale * 1e-1, 1e-12, 1e6);
  const long rates = integer_argument(spec, "rates", 5, 2, 100);
  const long tried = integer_argument(spec, "seeds", 1, 1, static_cast<long>(seeds.size()));
  Tuning tuning{{}, {seeds.begin(), seeds.begin() + tried}};
  for (long i = 0; i < rates; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(rates - 1);
    const double rate = two_digits(low * std::pow(high / low, part));
    if (!tuning.rates.empty() && rate <= tuning.rates.back()) {
      throw usage_error("the rates to try are not distinct", "'" + text + "'",
                        "low below high, and rates that differ in their first two digits");
    }
    tuning.rates.push_back(rate);
  }
  return tuning;
}

std::vector<RunSpec> make_trials(const std::vector<RunSpec>& grid, const Tuning& tuning) {
  std::vector<RunSpec> trials;
  for (const long seed : tuning.seeds) {
    for (const double rate : tuning.rates) {
      for (const auto& spec : grid) {
        if (spec.seed == seed) trials.push_back(trial_of(spec, rate, seed));
      }
    }
  }
  return trials;
}

std::vector<RunSpec> at_chosen_rates(const std::vector<RunSpec>& grid, const Tuning& tuning,
                                     const FindRecord& find, const std::string& metric,
                                     bool larger_is_better) {
  std::map<std::string, std::optional<double>> rates;
  std::vector<RunSpec> chosen;
  for (auto spec : grid) {
    const auto [place, is_new] = rates.emplace(kind_of(spec), std::nullopt);
    if (is_new) place->second = choose_rate(spec, tuning, find, metric, larger_is_better);
    if (!place->second) continue;
    spec.hyper.lr = *place->second;
    spec.tuning = {{"rates", tuning.rates}, {"seeds", tuning.seeds}};
    chosen.push_back(std::move(spec));
  }
  return chosen;
}

}  // namespace actlab
