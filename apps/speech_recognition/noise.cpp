#include "apps/speech_recognition/noise.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <optional>

#include "apps/speech_recognition/figures.h"
#include "apps/speech_recognition/recogniser.h"
#include "apps/speech_recognition/speech_task.h"
#include "datasets/speech/augment.h"
#include "lib/core/error.h"
#include "lib/core/random.h"
#include "lib/core/runtime.h"
#include "lib/core/text.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

struct Level {
  std::string name;
  std::optional<double> ratio;  // dB; none: clean
};

std::vector<Level> parse_levels(const std::vector<std::string>& names) {
  std::vector<Level> levels;
  for (const auto& name : names) {
    if (name == "clean") {
      levels.push_back({name, {}});
    } else {
      levels.push_back({name, parse_number("signal-to-noise ratio (or clean)", name, -100, 100)});
    }
  }
  return levels;
}

/// The share of clips that are recognised at one level.
double accuracy(const Recogniser& recogniser, const SpeechSplit& clips, const Level& level) {
  constexpr long batch = 256;
  auto generator = make_generator(0, Stream::noise, "level " + level.name);
  long right = 0;
  for (long begin = 0; begin < clips.labels.size(0); begin += batch) {
    auto audio = clips.audio.slice(0, begin, begin + batch).to(torch::kFloat).div_(32768);
    if (level.ratio) audio = add_noise(audio, *level.ratio, *level.ratio, generator);
    const auto said = recogniser.judge(recogniser.hear(audio)).argmax(1);
    right += said.eq(clips.labels.slice(0, begin, begin + batch)).sum().item<int64_t>();
  }
  return static_cast<double>(right) / static_cast<double>(clips.labels.size(0));
}

/// A record a level.
nlohmann::ordered_json measure(const Task& task, const std::string& file, const std::vector<Level>& levels,
                               const NoiseOptions& options) {
  const Recogniser recogniser(task, file, device_or_say(options.device));
  const auto set = load_recordings(evaluation_request(recogniser.description(), options.request));
  if (set.test.labels.size(0) == 0)
    throw data_error("there are no test clips", set.name, "at least one", "another data set");
  auto records = nlohmann::ordered_json::array();
  for (const auto& level : levels) {
    records.push_back({{"checkpoint", file},
                       {"model", recogniser.description().at("model")},
                       {"activation", recogniser.description().at("activation")},
                       {"dataset", set.name},
                       {"clips", set.test.labels.size(0)},
                       {"snr", level.name},
                       {"accuracy", accuracy(recogniser, set.test, level)}});
  }
  return records;
}

Layout layout_of(const nlohmann::ordered_json& records, const std::vector<Level>& levels) {
  Layout layout;
  layout.columns = {{"checkpoint", "", false, {}},
                    {"model", "", false, {}},
                    {"activation", "", false, {}},
                    {"data", "test clips of this set, and how many", false, {}}};
  for (const auto& level : levels)
    layout.columns.push_back(
        {level.ratio ? level.name + " dB" : level.name,
         level.ratio ? "" : "accuracy in %; the other columns: in white noise so far below the clip",
         true,
         {}});
  for (size_t i = 0; i < records.size(); i += levels.size()) {
    const auto& first = records[i];
    layout.columns[0].cells.push_back(first.at("checkpoint"));
    layout.columns[1].cells.push_back(first.at("model"));
    layout.columns[2].cells.push_back(first.at("activation"));
    layout.columns[3].cells.push_back(
        fmt::format("{}, {}", first.at("dataset").get<std::string>(), thousands(first.at("clips"))));
    for (size_t j = 0; j < levels.size(); ++j)
      layout.columns[4 + j].cells.push_back(fixed(100 * records[i + j].at("accuracy").get<double>(), 2));
    layout.best.push_back(false);
  }
  return layout;
}

}  // namespace

int measure_noise(const Task& task, const NoiseOptions& options) {
  const torch::NoGradGuard no_grad;
  set_threads(options.threads);
  const auto levels = parse_levels(options.levels);
  auto records = nlohmann::ordered_json::array();
  for (const auto& file : options.load) {
    for (auto& record : measure(task, file, levels, options)) records.push_back(std::move(record));
  }
  print_figures(layout_of(records, levels), records, options.format);
  return 0;
}

}  // namespace actlab
