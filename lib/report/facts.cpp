#include "lib/report/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "lib/core/error.h"
#include "lib/core/text.h"
#include "lib/experiment/environments.h"
#include "lib/report/text.h"
#include "lib/report/words.h"

namespace actlab {
namespace {

std::string counts_text(const nlohmann::json& counts) {
  std::vector<std::string> parts;
  for (const auto* split : {"train", "validation", "test"}) {
    if (counts.contains(split))
      parts.push_back(phrase(std::string("{} ") + split, thousands(counts[split].get<long>())));
  }
  return parts.empty() ? "" : phrase("{} examples", join(parts, said(", ")));
}

/// "epochs 20, batch size 128, …, without clip, warmup"
std::string hyperparameter_text(const nlohmann::json& hyper) {
  std::vector<std::string> keys = {"epochs",   "batch_size", "lr",   "optimizer",
                                   "momentum", "schedule",   "init", "dtype"};
  for (const auto& [key, value] : hyper.items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  std::vector<std::string> parts, unused;
  for (const auto& key : keys) {
    if (!hyper.contains(key)) continue;
    if (key == "momentum" && hyper.value("optimizer", "sgd") != "sgd") continue;
    auto name = key;
    std::replace(name.begin(), name.end(), '_', ' ');
    if (hyper[key] == 0) {
      unused.push_back(name);
    } else {
      parts.push_back(name + " " + plain(hyper[key]));
    }
  }
  if (!unused.empty()) parts.push_back(phrase("without {}", join(unused)));
  return join(parts);
}

/// "335,114", or the smallest and largest number where activations have parameters or inputs of their own.
std::string parameters_text(const Comparison& comparison) {
  std::set<long> counts;
  for (const auto& row : comparison.rows) {
    if (row.parameters > 0) counts.insert(row.parameters);
  }
  if (counts.empty()) return "";
  const auto smallest = thousands(*counts.begin());
  return counts.size() == 1 ? smallest : phrase("{} to {}", smallest, thousands(*counts.rbegin()));
}

std::string seeds_text(const std::vector<long>& seeds) {
  std::vector<std::string> parts;
  for (const long seed : seeds) parts.push_back(std::to_string(seed));
  return join(parts);
}

/// The search that gave each row its learning rate.
std::string tuning_text(const nlohmann::json& tuning) {
  if (tuning.empty()) return "";
  const auto list = [](const nlohmann::json& numbers) {
    std::vector<std::string> parts;
    for (const auto& number : numbers) parts.push_back(fmt::format("{:g}", number.get<double>()));
    return join(parts);
  };
  std::vector<std::string> rungs;
  for (const auto& rung : tuning.value("rungs", nlohmann::json::array()))
    rungs.push_back(phrase("{} for {} epochs", rung.at("rates").dump(), rung.at("epochs").dump()));
  if (rungs.empty())
    return phrase("lr tuned over {}, each tried with seed {}, best on validation data",
                  list(tuning.at("rates")), list(tuning.at("seeds")));
  return phrase("lr by successive halving over {} ({}), each tried with seed {}, best on validation data",
                list(tuning.at("rates")), join(rungs), list(tuning.at("seeds")));
}

/// "0.5 percentage points of accuracy; …"
std::string threshold_text(const Comparison& comparison) {
  const auto& yardstick = comparison.yardstick;
  const bool share = is_share(yardstick.metric);
  return phrase(share ? "{} percentage points of {}; a smaller difference does not matter in practice"
                      : "{} of {}; a smaller difference does not matter in practice",
                fmt::format("{:g}", (share ? 100 : 1) * yardstick.threshold), yardstick.metric);
}

}  // namespace

std::string MetricScale::text(double value, bool sign) const { return fixed(factor * value, decimals, sign); }

MetricScale metric_scale(const Comparison& comparison) {
  const bool percent = is_share(comparison.yardstick.metric);
  const double factor = percent ? 100 : 1;
  std::vector<double> half_widths;
  for (const auto& row : comparison.rows) {
    const double half = factor * row.metric.half_width();
    if (half > 0 && std::isfinite(half)) half_widths.push_back(half);
  }
  if (half_widths.empty()) return {factor, percent ? 2 : 4};
  const int decimals = 1 - static_cast<int>(std::floor(std::log10(median(half_widths))));
  return {factor, std::clamp(decimals, 1, percent ? 3 : 6)};
}

std::vector<std::pair<std::string, std::string>> facts(const Comparison& comparison,
                                                       const MetricScale& scale) {
  std::vector<std::pair<std::string, std::string>> result;
  const auto state = [&](const std::string& name, const std::string& text) {
    if (!text.empty()) result.emplace_back(name, text);
  };
  state("data", counts_text(comparison.dataset_counts));
  state("note", comparison.note);
  state("parameters", parameters_text(comparison));
  state("training", hyperparameter_text(comparison.hyperparameters));
  state("tuning", tuning_text(comparison.tuning));
  state("seeds", seeds_text(comparison.seeds));
  if (!comparison.requested_baseline.empty()) {
    state("baseline",
          phrase("{} ({} is not among these runs)", comparison.baseline, comparison.requested_baseline));
  }
  state("threshold", threshold_text(comparison));
  const auto mixture = differences_of({comparison.environments.begin(), comparison.environments.end()});
  if (!mixture.empty())
    state("environments",
          phrase("the runs differ in {}; their times do not compare, and metrics may differ by rounding",
                 mixture));
  for (const auto& floor : comparison.noise_floors) {
    const auto& difference = floor.difference;
    state("noise floor",
          phrase("{} and {} are one function: {} [{}, {}] between them is chance; verdict: {}", floor.first,
                 floor.second, scale.text(difference.mean, true), scale.text(difference.low, true),
                 scale.text(difference.high, true), said(to_string(floor.finding.judgement.verdict))));
  }
  return result;
}

}  // namespace actlab
