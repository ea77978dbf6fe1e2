#include "apps/text_sentiment/text_task.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include "apps/common/classification.h"
#include "apps/common/model_infos.h"
#include "datasets/text/texts.h"
#include "lib/core/error.h"
#include "lib/core/random.h"
#include "lib/core/text.h"
#include "models/text/text.h"

namespace actlab {
namespace {

Unspaced unspaced_of(const std::string& name) {
  if (name == "characters") return Unspaced::characters;
  if (name == "bigrams") return Unspaced::bigrams;
  if (name == "both") return Unspaced::both;
  throw unknown_name("way to cut Chinese", name, {"characters", "bigrams", "both"});
}

TextSet load_set(const nlohmann::json& request) {
  TextRequest texts;
  texts.dataset = request.at("dataset");
  texts.data_directory = request.at("data_directory").get<std::string>();
  texts.train_limit = request.at("train_limit");
  texts.test_limit = request.at("test_limit");
  texts.format = {request.value("text_column", ""), request.value("label_column", ""),
                  request.value("encoding", "")};
  texts.fold = request.value("fold", texts.fold);
  if (request.contains("facts"))
    texts.class_names = request["facts"].at("class_names").get<std::vector<std::string>>();
  texts.unseen = request.value("unseen", false);
  return load_texts(texts);
}

/// What a model that is trained on these texts will know, but for the width of word vectors.
nlohmann::json describe(const TextSet& set, const nlohmann::json& request) {
  const std::string chinese = request.value("chinese", "both");
  const auto vocabulary =
      Vocabulary::of(set.train.texts, unspaced_of(chinese), request.value("min_count", 2L),
                     request.value("vocabulary", 100'000L));
  return {
      {"input",
       {{"tokens", vocabulary.size()}, {"longest", request.value("max_tokens", 256L)}, {"chinese", chinese}}},
      {"class_names", set.class_names},
      {"vocabulary", vocabulary.words()},
      {"vector_width", 0}};
}

/// Word vectors of a file as the start of the embedding.
void add_vectors(const std::string& file, const Vocabulary& vocabulary, Dataset& data) {
  const auto vectors = read_word_vectors(file, vocabulary);
  data.facts["vector_width"] = vectors.size(1);
  const auto found = vectors.slice(0, 2).select(1, 0).isnan().logical_not().sum().item<int64_t>();
  add_note(data.note, fmt::format("word vectors for {} of {} words", thousands(found),
                                  thousands(vocabulary.size() - 2)));
  data.initial["embedding.weight"] = vectors;
}

/// Over everything that decides what a network gets to see.
std::string fingerprint(const TextSet& set, const Dataset& data) {
  uint64_t hash = fnv1a(data.facts.dump(), fnv1a(set.fingerprint()));
  for (const auto& [parameter, values] : data.initial)
    hash = fnv1a_bytes(values.data_ptr(), static_cast<size_t>(values.numel()) * sizeof(float), hash);
  return hex(hash);
}

Examples examples(const TextSplit& split, const TextReader& reader) {
  if (split.texts.empty()) return {};
  const auto encoded = reader.encode(split.texts);
  return {{encoded.tokens, encoded.lengths}, split.labels, encoded.lengths};
}

/// Says how far the model's words and its limit of length do not fit the test texts.
void note_misfits(Dataset& data, long longest) {
  const auto words = data.test.sizes.sum().item<int64_t>();
  const auto unknown = data.test.inputs.at(0).eq(Vocabulary::unknown).sum().item<int64_t>();
  const auto cut = data.test.sizes.ge(longest).sum().item<int64_t>();
  if (unknown > 0)
    add_note(data.note, fmt::format("{:.1f} % of the test words are unknown",
                                    100 * static_cast<double>(unknown) / static_cast<double>(words)));
  if (cut > 0)
    add_note(data.note,
             fmt::format("{} test texts have {} words or more and end there", thousands(cut), longest));
}

}  // namespace

EncodedTexts TextReader::encode(const std::vector<std::string>& texts) const {
  return actlab::encode(texts, vocabulary, unspaced, longest);
}

TextReader reader_of(const nlohmann::json& facts) {
  const auto& input = facts.at("input");
  return {Vocabulary(facts.at("vocabulary").get<std::vector<std::string>>()),
          unspaced_of(input.at("chinese")), input.at("longest")};
}

std::vector<ModelInfo> TextTask::models() const { return model_infos(text_models()); }

Dataset TextTask::load(const nlohmann::json& request) const {
  const auto set = load_set(request);
  const bool trained = request.contains("facts");
  Dataset data{set.name, "", set.note, {}, {}, {}, trained ? request["facts"] : describe(set, request)};
  const auto reader = reader_of(data.facts);
  if (!trained && request.contains("vectors")) add_vectors(request["vectors"], reader.vocabulary, data);
  data.fingerprint = fingerprint(set, data);
  data.train = examples(set.train, reader);
  data.validation = examples(set.validation, reader);
  data.test = examples(set.test, reader);
  note_misfits(data, reader.longest);
  return data;
}

std::shared_ptr<Network> TextTask::build(const Spec& model, const ActivationChoice& activation,
                                         const nlohmann::json& facts) const {
  return build_text_model(model, activation,
                          {facts.at("input").at("tokens"), static_cast<long>(facts.at("class_names").size()),
                           facts.at("vector_width")});
}

Objective TextTask::objective(const nlohmann::json& facts, const Hyperparameters& hyper) const {
  return classification_objective(static_cast<long>(facts.at("class_names").size()), hyper,
                                  /*with_auc=*/true);
}

double TextTask::practical_threshold(const std::string& metric) const {
  return find_threshold(
      metric, {{"accuracy", 0.005}, {"macro_f1", 0.005}, {"auc", 0.005}, {"ece", 0.01}, {"log_loss", 0.02}});
}

}  // namespace actlab
