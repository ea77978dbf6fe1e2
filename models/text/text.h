#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/activations/catalogue.h"
#include "lib/core/spec.h"
#include "lib/layers/embedding.h"
#include "lib/layers/network.h"

namespace actlab {

/// What a text model must know about its texts.
struct TextShape {
  long tokens = 2;  // rows of the embedding: vocabulary with padding (0) and unknown (1)
  long classes = 2;
  long vector_width =
      0;  // of word vectors that are given; 0 = none, the model's own argument `embedding` counts
};

/// A network over texts.
class TextNetwork : public Network {
 public:
  TextNetwork(const TextShape& shape, long width);

  /// inputs: tokens int32 [N, L] (0 = padding, at the end), lengths int64 [N] → logits [N, classes]. Columns
  /// behind the longest text of the batch cost nothing, and neither they nor other texts change a text's
  /// logits, in evaluation. An empty text counts as one word of padding.
  at::Tensor forward(const std::vector<at::Tensor>& inputs) final;

  Embedding& embedding() { return *embedding_; }

 private:
  /// lengths: 1 to the columns of tokens, which the longest text fills.
  virtual at::Tensor logits(const at::Tensor& tokens, const at::Tensor& lengths) = 0;

  std::shared_ptr<Embedding> embedding_;  // registered as "embedding"
};

/// One line of the list of text models.
struct TextModel {
  std::string name;
  std::string description;  // one line, with the paper
  std::string arguments;    // as printed by `models`
  std::shared_ptr<TextNetwork> (*build)(const Spec& model, const ActivationChoice& activation,
                                        const TextShape& shape);
};

/// Every model; read it from top to bottom.
const std::vector<TextModel>& text_models();

/// Builds a model by spec, e.g. `dan:depth=6,embedding=128`. Throws a usage error for an unknown model,
/// argument or value.
std::shared_ptr<TextNetwork> build_text_model(const Spec& model, const ActivationChoice& activation,
                                              const TextShape& shape);

}  // namespace actlab
