#include "apps/speech_recognition/latency.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>

#include "apps/speech_recognition/figures.h"
#include "apps/speech_recognition/recogniser.h"
#include "apps/speech_recognition/speech_task.h"
#include "lib/activations/activation.h"
#include "lib/core/error.h"
#include "lib/core/random.h"
#include "lib/core/runtime.h"
#include "lib/layers/initialise.h"
#include "lib/report/text.h"
#include "lib/statistics/bootstrap.h"
#include "lib/statistics/moments.h"

namespace actlab {
namespace {

constexpr long warm_up = 20;  // rounds

struct Contestant {
  std::string name, model;
  std::shared_ptr<Network> network;
  ClipFormat format;
  at::Tensor clip;                      // float [1, samples]
  std::vector<double> features, whole;  // ms, a number a round
};

at::Tensor clip_of(const nlohmann::json& request) {
  return load_recordings(request).test.audio.slice(0, 0, 1).to(torch::kFloat).div_(32768);
}

/// Fresh networks: how long one takes does not depend on what it has learned.
std::vector<Contestant> fresh(const Task& task, const LatencyOptions& options) {
  const auto facts = task.load(options.request).facts;
  const auto clip = clip_of(options.request);
  const auto model = parse_spec(options.model);
  std::vector<Contestant> all;
  for (const auto& activation : resolve_activations(options.activations)) {
    auto network = task.build(model, activation, facts);
    initialise(*network, "matched", activation, 0);
    network->eval();
    all.push_back({activation.text(), model.text(), network, clip_format(facts.at("input")), clip, {}, {}});
  }
  return all;
}

std::vector<Contestant> loaded(const Task& task, const LatencyOptions& options) {
  std::vector<Contestant> all;
  for (const auto& file : options.load) {
    const auto model = load_model(task, file, torch::kCPU);
    const auto format = clip_format(model.description.at("facts").at("input"));
    auto generator = make_generator(0, Stream::noise, "latency");
    const auto clip = torch::randn({1, format.samples}, generator).mul_(0.1);
    all.push_back({file, model.description.at("model"), model.network, format, clip, {}, {}});
  }
  return all;
}

void call(Contestant& contestant) {
  using Clock = std::chrono::steady_clock;
  const auto milliseconds = [](Clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
  };
  const auto start = Clock::now();
  const auto heard = features(contestant.clip, contestant.format.features);
  const auto between = Clock::now();
  contestant.network->forward({heard});
  contestant.features.push_back(milliseconds(between - start));
  contestant.whole.push_back(milliseconds(Clock::now() - start));
}

void run_rounds(std::vector<Contestant>& all, long rounds, at::Generator& generator) {
  const long count = static_cast<long>(all.size());
  for (long round = 0; round < rounds; ++round) {
    const auto order = torch::randperm(count, generator, torch::kLong);
    for (long i = 0; i < count; ++i) call(all[static_cast<size_t>(order[i].item<int64_t>())]);
  }
}

void run_rounds(std::vector<Contestant>& all, long calls) {
  auto generator = make_generator(0, Stream::data_order, "latency");
  run_rounds(all, warm_up, generator);
  for (auto& contestant : all) {
    contestant.features.clear();
    contestant.whole.clear();
  }
  run_rounds(all, calls, generator);
}

/// The smallest value that 99 % of all do not exceed.
double percentile_99(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(std::ceil(0.99 * static_cast<double>(values.size()))) - 1];
}

Interval ratio(const Contestant& contestant, const Contestant& baseline) {
  std::vector<double> ratios;
  for (size_t i = 0; i < contestant.whole.size(); ++i)
    ratios.push_back(contestant.whole[i] / baseline.whole[i]);
  return bootstrap_interval(ratios, interquartile_mean);
}

const Contestant& find_baseline(const std::vector<Contestant>& all, const std::string& wanted) {
  std::vector<std::string> names;
  for (const auto& contestant : all) {
    names.push_back(contestant.name);
    if (contestant.name == (wanted.empty() ? "relu" : wanted)) return contestant;
  }
  if (wanted.empty()) return all.front();
  throw unknown_name("baseline", wanted, names);
}

nlohmann::ordered_json records_of(const std::vector<Contestant>& all, const Contestant& baseline) {
  auto records = nlohmann::ordered_json::array();
  for (const auto& contestant : all) {
    const double whole = median(contestant.whole), heard = median(contestant.features);
    const auto against = ratio(contestant, baseline);
    records.push_back({{"name", contestant.name},
                       {"model", contestant.model},
                       {"clip_seconds", contestant.format.seconds()},
                       {"calls", contestant.whole.size()},
                       {"median_ms", whole},
                       {"percentile_99_ms", percentile_99(contestant.whole)},
                       {"feature_ms", heard},
                       {"real_time_factor", whole / 1000 / contestant.format.seconds()},
                       {"baseline", baseline.name},
                       {"ratio", against.mean},
                       {"ratio_low", against.low},
                       {"ratio_high", against.high}});
  }
  return records;
}

Layout layout_of(const nlohmann::ordered_json& records) {
  const std::string baseline = records.at(0).at("baseline");
  Layout layout;
  layout.columns = {{"name", "", false, {}},
                    {"model", "", false, {}},
                    {"median ms", "response time for one clip: features and network, one thread", true, {}},
                    {"99 % ms", "99 of 100 calls took no longer", true, {}},
                    {"features ms", "median of the part that the model has no hand in", true, {}},
                    {"of real time", "median over the length of the clip", true, {}},
                    {"ratio",
                     "to " + baseline +
                         ", of calls of one round: mean of the middle half, with its 95 % bootstrap interval",
                     true,
                     {}}};
  for (const auto& record : records) {
    const auto number = [&](const char* key) { return record.at(key).get<double>(); };
    layout.columns[0].cells.push_back(record.at("name"));
    layout.columns[1].cells.push_back(record.at("model"));
    layout.columns[2].cells.push_back(fixed(number("median_ms"), 3));
    layout.columns[3].cells.push_back(fixed(number("percentile_99_ms"), 3));
    layout.columns[4].cells.push_back(fixed(number("feature_ms"), 3));
    layout.columns[5].cells.push_back(fixed(number("real_time_factor"), 5));
    layout.columns[6].cells.push_back(record.at("name") == baseline
                                          ? absent
                                          : fmt::format("{:.3f} [{:.3f}, {:.3f}]", number("ratio"),
                                                        number("ratio_low"), number("ratio_high")));
    layout.best.push_back(false);
  }
  return layout;
}

}  // namespace

int measure_latency(const Task& task, const LatencyOptions& options) {
  const torch::NoGradGuard no_grad;
  set_threads(1);
  auto all = options.load.empty() ? fresh(task, options) : loaded(task, options);
  const auto& baseline = find_baseline(all, options.baseline);
  run_rounds(all, options.calls);
  const auto records = records_of(all, baseline);
  print_figures(layout_of(records), records, options.format);
  return 0;
}

}  // namespace actlab
