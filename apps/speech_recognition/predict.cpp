#include "apps/speech_recognition/predict.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <set>

#include "apps/common/classification.h"
#include "apps/speech_recognition/explain.h"
#include "apps/speech_recognition/picture.h"
#include "apps/speech_recognition/recogniser.h"
#include "datasets/speech/speech.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/runtime.h"
#include "lib/report/text.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

namespace fs = std::filesystem;

/// What a model says of a recording.
struct HeardFile {
  std::string file;
  double seconds;  // of the whole recording
  std::string remark;
  std::vector<Guess> guesses;         // best first
  double feature_time, network_time;  // ms
  std::string picture = "";           // file
};

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// What a person should know of a recording; empty where there is nothing.
std::string remark_on(const Audio& audio, const ClipFormat& format) {
  constexpr double full_scale = 0.999, much = 0.01;
  std::vector<std::string> remarks;
  const auto level = audio.samples.abs();
  if (audio.samples.size(0) > format.samples)
    remarks.push_back(fmt::format("its loudest {:g} s; `stream` hears all", format.seconds()));
  if (level.max().item<float>() == 0) remarks.emplace_back("nothing but zeros");
  const double clipped = level.ge(full_scale).to(torch::kFloat).mean().item<double>();
  if (clipped > much) remarks.push_back(fmt::format("clipped: {:.0f} % of the samples", 100 * clipped));
  if (audio.cut) remarks.emplace_back("it ends before its header says");
  return join(remarks, "; ");
}

class Predictor {
 public:
  Predictor(const Task& task, const PredictSpeechOptions& options)
      : options_(options), recogniser_(task, options.load, device_or_say(options.device)) {
    recogniser_.judge(
        recogniser_.hear(torch::zeros({1, recogniser_.format().samples})));  // the first is slow
  }

  HeardFile answer(const std::string& file) {
    const auto& format = recogniser_.format();
    const auto audio = read_audio(file, format.features.sample_rate);
    const auto clip = fit_clip(audio.samples, format.samples).unsqueeze(0);
    const auto start = std::chrono::steady_clock::now();
    const auto heard = recogniser_.hear(clip);
    const double feature_time = milliseconds_since(start);
    const auto logits = recogniser_.judge(heard)[0];
    const double network_time = milliseconds_since(start) - feature_time;
    const auto seconds =
        static_cast<double>(audio.samples.size(0)) / static_cast<double>(format.features.sample_rate);
    HeardFile answer{file,
                     seconds,
                     remark_on(audio, format),
                     most_probable(logits, recogniser_.words(), options_.top),
                     feature_time,
                     network_time};
    if (options_.explain) answer.picture = draw(file, clip, heard, answer.guesses.front());
    return answer;
  }

 private:
  std::string draw(const std::string& file, const at::Tensor& clip, const at::Tensor& heard,
                   const Guess& guess) {
    auto name = fs::path(file).filename().string();
    for (int i = 2; !drawn_.insert(name).second; ++i)
      name = fmt::format("{}-{}", fs::path(file).filename().string(), i);
    const auto picture = (fs::path(options_.pictures) / (name + ".png")).string();
    save_picture(picture, clip, recogniser_.format(), explain(recogniser_, heard),
                 fmt::format("{}   {:.1f} %   {}", guess.name, 100 * guess.probability,
                             fs::path(file).filename().string()));
    return picture;
  }

  const PredictSpeechOptions& options_;
  Recogniser recogniser_;
  std::set<std::string> drawn_;
};

std::string table_lines(const HeardFile& heard) {
  std::vector<std::string> names;
  for (const auto& guess : heard.guesses) names.push_back(guess.name);
  const auto about = fmt::format("  {}  {:.1f} ms: features {:.1f}, network {:.1f}{}", heard.file,
                                 heard.feature_time + heard.network_time, heard.feature_time,
                                 heard.network_time, heard.remark.empty() ? "" : "  (" + heard.remark + ")");
  std::string lines;
  for (const auto& guess : heard.guesses) {
    lines += fmt::format("{}  {:5.1f} %{}\n", pad_right(guess.name, widest(names)), 100 * guess.probability,
                         &guess == &heard.guesses.front() ? about : "");
  }
  return lines;
}

std::string csv_lines(const HeardFile& heard) {
  std::string lines;
  for (const auto& guess : heard.guesses)
    lines += fmt::format("{},{},{:.6f},{:.3f},{:.3f},{}\n", csv_field(heard.file), csv_field(guess.name),
                         guess.probability, heard.feature_time, heard.network_time, csv_field(heard.remark));
  return lines;
}

nlohmann::json to_json(const HeardFile& heard) {
  nlohmann::json object = {{"file", heard.file},
                           {"seconds", heard.seconds},
                           {"classes", to_json(heard.guesses)},
                           {"feature_milliseconds", heard.feature_time},
                           {"network_milliseconds", heard.network_time},
                           {"remark", heard.remark}};
  if (!heard.picture.empty()) object["picture"] = heard.picture;
  return object;
}

}  // namespace

int predict_words(const Task& task, const PredictSpeechOptions& options) {
  set_threads(options.threads);
  if (options.explain) make_writable_folder(options.pictures);
  const torch::NoGradGuard no_grad;
  Predictor predictor(task, options);
  auto all = nlohmann::json::array();
  if (options.format == "csv")
    std::cout << "file,class,probability,feature_milliseconds,network_milliseconds,remark\n";
  for (const auto& file : options.files) {
    const auto heard = predictor.answer(file);
    if (options.format == "json") {
      all.push_back(to_json(heard));
    } else {
      std::cout << (options.format == "csv" ? csv_lines(heard) : table_lines(heard)) << std::flush;
    }
    if (!heard.picture.empty()) std::cerr << "picture: " << heard.picture << '\n';
  }
  if (options.format == "json")
    std::cout << all.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  return 0;
}

}  // namespace actlab
