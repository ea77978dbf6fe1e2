#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/activations/catalogue.h"
#include "lib/core/spec.h"
#include "lib/layers/embedding.h"
#include "lib/layers/network.h"

namespace actlab {

/// single: one column. bag: several columns without order, e.g. the genres of a film. history: columns of
/// earlier values of another field, most recent first. Bags and histories are filled up with 0.
enum class FieldKind { single, bag, history };

/// The kind of that name; throws a usage error for any other.
FieldKind field_kind(const std::string& name);

/// A categorical field: `count` columns of the tokens from column `first` on.
struct FieldShape {
  std::string name;
  FieldKind kind = FieldKind::single;
  long first = 0, count = 1;
  long candidate = -1;  // history: index of the single field whose earlier values it holds
};

/// What a recommendation model must know about its examples.
struct ClickShape {
  long tokens = 2;  // rows of the one table that all fields share; token 0 is padding
  std::vector<FieldShape> fields;
  long numbers = 0;  // numerical fields

  long columns() const;  // of the tokens
};

/// A network over what is known of an impression.
class RecommendationNetwork : public Network {
 public:
  explicit RecommendationNetwork(const ClickShape& shape);

  /// inputs: tokens int32 [N, columns], each in 0..tokens-1; numbers float32 [N, numbers] → logits [N], the
  /// log-odds of a click. Padding changes no logit, and neither do other examples in evaluation. Throws a
  /// data error where the columns or the tokens do not fit the shape.
  at::Tensor forward(const std::vector<at::Tensor>& inputs) final;

 private:
  /// The groups of `tokens` are the shape's fields. [N] or [N, 1].
  virtual at::Tensor logits(const SharedTokens& tokens, const at::Tensor& numbers) = 0;

  std::vector<ColumnGroup> fields_;
  long columns_, numbers_;
};

/// One line of the list of recommendation models.
struct RecommendationModel {
  std::string name;
  std::string description;  // one line, with the paper
  std::string arguments;    // as printed by `models`
  std::shared_ptr<Network> (*build)(const Spec& model, const ActivationChoice& activation,
                                    const ClickShape& shape);
};

/// Every model; read it from top to bottom.
const std::vector<RecommendationModel>& recommendation_models();

/// Builds a model by spec, e.g. `deepfm:embedding=16,width=400-400-400`. Throws a usage error for an unknown
/// model, argument or value, and for a shape that the model cannot use (din needs a history).
///
/// Numerical fields enter a tower as they are, and first-order terms and products as value times vector (Guo
/// et al. 2017, DeepFM). A bag, and without din a history, is the mean of its vectors, 0 where it is empty.
std::shared_ptr<Network> build_recommendation_model(const Spec& model, const ActivationChoice& activation,
                                                    const ClickShape& shape);

}  // namespace actlab
