#include "apps/speech_recognition/speech_task.h"

#include <torch/torch.h>

#include <algorithm>

#include "apps/common/classification.h"
#include "apps/common/model_infos.h"
#include "apps/speech_recognition/augmentation.h"
#include "apps/speech_recognition/clip_format.h"
#include "apps/speech_recognition/feature_cache.h"
#include "datasets/speech/speech.h"
#include "lib/core/random.h"
#include "lib/core/text.h"
#include "models/speech/speech.h"

namespace actlab {
namespace {

/// The words, the length and the rate that a trained model knows.
void ask_as_trained(const nlohmann::json& facts, SpeechRequest& speech) {
  const auto format = clip_format(facts.at("input"));
  const auto knows = [&](const char* name) {
    return std::find(speech.words.begin(), speech.words.end(), name) != speech.words.end();
  };
  speech.words = facts.at("class_names").get<std::vector<std::string>>();
  speech.sample_rate = format.features.sample_rate;
  speech.seconds = format.seconds();
  if (!knows("_unknown_")) speech.unknown = 0;
  if (!knows("_silence_")) speech.silence = 0;
}

}  // namespace

SpeechSet load_recordings(const nlohmann::json& request) {
  SpeechRequest speech;
  speech.dataset = request.at("dataset");
  speech.data_directory = request.at("data_directory").get<std::string>();
  speech.train_limit = request.at("train_limit");
  speech.test_limit = request.at("test_limit");
  speech.seconds = request.value("seconds", speech.seconds);
  speech.sample_rate = request.value("sample_rate", speech.sample_rate);
  speech.leave_out = request.value("leave_out", "");
  speech.words = request.value("words", speech.words);
  speech.unknown = request.value("unknown", speech.unknown);
  speech.silence = request.value("silence", speech.silence);
  speech.unseen = request.value("unseen", false);
  if (request.contains("facts")) ask_as_trained(request["facts"], speech);
  return load_speech(speech);
}

namespace {

ClipFormat format_of(const SpeechSet& set, const nlohmann::json& request) {
  FeatureOptions options;
  options.sample_rate = set.sample_rate;
  options.window = request.value("window", 40.0);
  options.hop = request.value("hop", 20.0);
  options.mels = request.value("mels", options.mels);
  options.coefficients = request.value("mfcc", options.coefficients);
  options.compression = request.value("pcen", false) ? Compression::pcen : Compression::log;
  return {set.train.audio.size(1), options};
}

/// What a model that is trained on these clips will know, but for the size of the features' numbers.
nlohmann::json describe(const SpeechSet& set, const nlohmann::json& request) {
  return {{"input", to_json(format_of(set, request))},
          {"class_names", set.class_names},
          {"augment", to_text(parse_augmentation(request.value("augment", "none")))}};
}

/// Mean and deviation of each channel of features [N, channels, frames].
void add_statistics(const at::Tensor& train, nlohmann::json& facts) {
  constexpr double least = 1e-3;  // a channel that never changes is no reason to divide by 0
  for (const auto& channel : train.unbind(1)) {
    const auto values = channel.to(torch::kDouble);
    facts["mean"].push_back(values.mean().item<double>());
    facts["deviation"].push_back(std::max(least, values.std(/*unbiased=*/false).item<double>()));
  }
}

/// Over everything that decides what a network gets to see. Statistics of features stay out, as their last
/// digits depend on the machine.
std::string fingerprint(const std::string& clips, const nlohmann::json& facts) {
  uint64_t hash = fnv1a(clips);
  for (const auto* key : {"input", "class_names", "augment"}) hash = fnv1a(facts.at(key).dump(), hash);
  return hex(hash);
}

}  // namespace

std::vector<ModelInfo> SpeechTask::models() const { return model_infos(speech_models()); }

Dataset SpeechTask::load(const nlohmann::json& request) const {
  const bool trained = request.contains("facts");
  if (!trained) parse_augmentation(request.value("augment", "none"));  // a mistake is told before all is read
  const auto set = load_recordings(request);
  Dataset data{set.name, "", set.note, {}, {}, {}, trained ? request["facts"] : describe(set, request)};
  data.facts["class_names"] = set.class_names;
  const auto clips = set.fingerprint();
  const auto heard = cached_features({set.train.audio, set.validation.audio, set.test.audio},
                                     clip_format(data.facts.at("input")), clips);
  if (!trained) add_statistics(heard.at(0), data.facts);
  data.fingerprint = fingerprint(clips, data.facts);
  const bool with_audio = parse_augmentation(data.facts.at("augment")).noise;
  const auto examples = [&](const at::Tensor& seen, const SpeechSplit& split) {
    if (split.labels.numel() == 0) return Examples{};
    return with_audio ? Examples{{seen, split.audio}, split.labels} : Examples{{seen}, split.labels};
  };
  data.train = examples(heard.at(0), set.train);
  data.validation = examples(heard.at(1), set.validation);
  data.test = examples(heard.at(2), set.test);
  const std::string augment = data.facts.at("augment");
  if (!trained && augment != "none") add_note(data.note, "augmentation: " + augment);
  return data;
}

std::shared_ptr<Network> SpeechTask::build(const Spec& model, const ActivationChoice& activation,
                                           const nlohmann::json& facts) const {
  const auto format = clip_format(facts.at("input"));
  const auto [channels, frames] = feature_shape(format.samples, format.features);
  const SpeechShape shape{channels, frames, static_cast<long>(facts.at("class_names").size()),
                          facts.at("mean"), facts.at("deviation")};
  return std::make_shared<AugmentedNetwork>(build_speech_model(model, activation, shape),
                                            parse_augmentation(facts.at("augment")), format);
}

Objective SpeechTask::objective(const nlohmann::json& facts, const Hyperparameters& hyper) const {
  return classification_objective(static_cast<long>(facts.at("class_names").size()), hyper,
                                  /*with_auc=*/false);
}

double SpeechTask::practical_threshold(const std::string& metric) const {
  return find_threshold(metric,
                        {{"accuracy", 0.005}, {"macro_f1", 0.005}, {"ece", 0.01}, {"log_loss", 0.02}});
}

}  // namespace actlab
