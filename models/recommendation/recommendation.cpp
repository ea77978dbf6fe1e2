#include "models/recommendation/recommendation.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include "lib/core/error.h"
#include "lib/core/named.h"
#include "models/recommendation/models.h"

namespace actlab {
namespace {

const std::vector<std::string>& kind_names() {
  static const std::vector<std::string> names{"single", "bag", "history"};
  return names;
}

/// Whether the field at `index` has columns, and a history a field that it is the history of.
bool fits(const ClickShape& shape, size_t index) {
  const auto& field = shape.fields[index];
  if (field.first < 0 || field.count < 1) return false;
  if (field.kind == FieldKind::single) return field.count == 1;
  if (field.kind == FieldKind::bag) return true;
  const bool known = field.candidate >= 0 && field.candidate < static_cast<long>(shape.fields.size());
  return known && shape.fields[static_cast<size_t>(field.candidate)].kind == FieldKind::single;
}

void check(const ClickShape& shape) {
  if (shape.tokens < 2 || shape.numbers < 0 || (shape.fields.empty() && shape.numbers == 0)) {
    throw usage_error("a description of clicks does not fit together",
                      fmt::format("{} tokens, {} categorical and {} numerical fields", shape.tokens,
                                  shape.fields.size(), shape.numbers),
                      "2 or more tokens (padding, unknown), 1 field or more");
  }
  for (size_t i = 0; i < shape.fields.size(); ++i) {
    if (fits(shape, i)) continue;
    const auto& field = shape.fields[i];
    throw usage_error(
        fmt::format("the field '{}' does not fit together", field.name),
        fmt::format("{}, {} columns from {} on, candidate {}", kind_names()[static_cast<size_t>(field.kind)],
                    field.count, field.first, field.candidate),
        "single: 1 column; bag and history: 1 or more; history: a single field as candidate");
  }
}

}  // namespace

FieldKind field_kind(const std::string& name) {
  const auto& names = kind_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw unknown_name("kind of field", name, names);
  return static_cast<FieldKind>(found - names.begin());
}

long ClickShape::columns() const {
  long columns = 0;
  for (const auto& field : fields) columns = std::max(columns, field.first + field.count);
  return columns;
}

RecommendationNetwork::RecommendationNetwork(const ClickShape& shape)
    : columns_(shape.columns()), numbers_(shape.numbers) {
  for (const auto& field : shape.fields) fields_.push_back({field.first, field.count});
}

at::Tensor RecommendationNetwork::forward(const std::vector<at::Tensor>& inputs) {
  const auto &tokens = inputs.at(0), &numbers = inputs.at(1);
  if (tokens.size(1) != columns_ || numbers.size(1) != numbers_) {
    throw data_error("examples do not fit the model",
                     fmt::format("{} columns of tokens, {} numbers", tokens.size(1), numbers.size(1)),
                     fmt::format("{} and {}", columns_, numbers_),
                     "encode the data with the schema that the model was built for");
  }
  return logits(c10::make_intrusive<TokenBatch>(tokens, fields_), numbers).squeeze(1);
}

const std::vector<RecommendationModel>& recommendation_models() {
  static const std::string vectors = "embedding=16 (numbers of a token's vector)",
                           style =
                               "norm=none|batch|layer dropout=0 equal_parameters=false (true: hidden widths "
                               "times 2/(1 + inputs of the activation per output))",
                           plain = "; without a hidden activation: the same result for every one";
  const auto tower = [](const std::string& widths) {
    return " width=" + widths + " (of the tower's layers) depth (repeats a single width) " + style;
  };
  static const std::vector<RecommendationModel> models{
      {"lr", "logistic regression: a weight a value" + plain, "", build_lr},
      {"fm", "factorisation machine: products of every two fields (Rendle 2010)" + plain, vectors, build_fm},
      {"mlp", "a tower over the vectors of all fields", vectors + tower("256-256"), build_click_mlp},
      {"wide_deep", "a linear model and a tower (Cheng et al. 2016)", vectors + tower("400-400-400"),
       build_wide_deep},
      {"deepfm", "factorisation machine and tower over the same vectors (Guo et al. 2017)",
       vectors + tower("400-400-400"), build_deepfm},
      {"dcn", "cross network and tower, version 2 (Wang et al. 2021)",
       vectors + " layers=3 (cross layers) rank=0 (of their weights; 0: full) structure=stacked|parallel" +
           tower("400-400-400"),
       build_dcn},
      {"din", "attention of the candidate over a history, then a tower (Zhou et al. 2018); needs a history",
       vectors + " attention=80-40 (widths of its unit)" + tower("200-80"), build_din},
  };
  return models;
}

std::shared_ptr<Network> build_recommendation_model(const Spec& model, const ActivationChoice& activation,
                                                    const ClickShape& shape) {
  const auto& found = find_named("model", model.name, recommendation_models());
  check(shape);
  return found.build(model, activation, shape);
}

}  // namespace actlab
