#pragma once

#include <optional>

#include "datasets/text/vocabulary.h"
#include "lib/experiment/task.h"

namespace actlab {

/// How a model reads texts: the words that it knows, and what it makes of a text.
struct TextReader {
  Vocabulary vocabulary;
  Unspaced unspaced;
  long longest;  // tokens of a text that count

  std::vector<std::string> words(const std::string& text) const { return tokenise(text, unspaced); }
  EncodedTexts encode(const std::vector<std::string>& texts) const;
};

/// As the facts of a data set or of a checkpoint say.
TextReader reader_of(const nlohmann::json& facts);

/// Single-label classification of texts of any number of classes; sentiment is the usual one.
class TextTask : public Task {
 public:
  std::string name() const override { return "text_sentiment"; }
  std::string primary_metric() const override { return "accuracy"; }
  /// Half a percentage point of accuracy, macro F1 and area under the curve: what published sentence
  /// classifiers compete for on test sets of about 2,000 texts. One of calibration error and 0.02 nats of log
  /// loss.
  double practical_threshold(const std::string& metric) const override;
  std::vector<ModelInfo> models() const override;
  /// Keys of its own, all of them optional: text_column, label_column, encoding and fold
  /// (datasets/text/texts.h); max_tokens (256: whole sentences, and the start of longer reviews), min_count
  /// (2: words that occur once are what the vector for unknown words is learned from), vocabulary (100,000
  /// words at most), chinese (characters, bigrams or both) and vectors, a file; `facts` of a trained model
  /// instead, to measure it, and `unseen` where it was trained on other data. The vocabulary is counted over
  /// the training texts, before a run sets some of them apart for validation by its seed: validation texts
  /// lend words, never labels, and test texts lend nothing.
  Dataset load(const nlohmann::json& request) const override;
  std::shared_ptr<Network> build(const Spec& model, const ActivationChoice& activation,
                                 const nlohmann::json& facts) const override;
  Objective objective(const nlohmann::json& facts, const Hyperparameters& hyper) const override;
};

}  // namespace actlab
