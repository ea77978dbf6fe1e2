#include <torch/torch.h>

#include <algorithm>

#include "lib/core/error.h"
#include "lib/layers/packing.h"
#include "models/recommendation/models.h"
#include "models/recommendation/parts.h"

namespace actlab {
namespace {

/// What the activation unit of Zhou et al. 2018 (section 4.3) sees of an earlier item and the candidate: both
/// [M, width] → [M, 4 · width].
at::Tensor pair(const at::Tensor& earlier, const at::Tensor& candidate) {
  return torch::cat({earlier, candidate, earlier - candidate, earlier * candidate}, 1);
}

struct DinForm {
  std::vector<long> attention, widths;
};

/// Deep interest network (Zhou et al. 2018): of each history the sum of its vectors, each times what an
/// activation unit makes of it and the candidate, without a softmax, so that the strength of an interest is
/// kept; then a tower over all fields and the numbers. Padding is left out before the unit, so it enters
/// neither the sum nor the statistics of a batch.
class DeepInterest : public RecommendationNetwork {
 public:
  DeepInterest(const ClickShape& shape, std::shared_ptr<FieldVectors> vectors, const DinForm& form,
               const LayerStyle& style)
      : RecommendationNetwork(shape), shape_(shape) {
    vectors_ = register_module("embedding", std::move(vectors));
    auto unit_style = style;
    unit_style.norm = "none";  // nor dropout: both are the tower's
    unit_style.dropout = 0;
    for (const auto& field : shape.fields) {
      places_.push_back(static_cast<long>(groups_.size()));
      if (field.kind != FieldKind::history) {
        groups_.push_back({field.first, field.count});
        continue;
      }
      for (long i = 0; i < field.count; ++i) groups_.push_back({field.first + i, 1});
      units_->push_back(std::make_shared<Tower>(4 * vectors_->width(), form.attention, unit_style));
    }
    register_module("units", units_);
    const long inputs = tower_inputs(shape, vectors_->width());
    tower_ = register_module("tower", std::make_shared<Tower>(inputs, form.widths, style));
  }

 private:
  at::Tensor logits(const SharedTokens& tokens, const at::Tensor& numbers) override {
    const auto columns = tokens->tokens();
    const auto vectors = vectors_->means(c10::make_intrusive<TokenBatch>(columns, groups_));
    std::vector<at::Tensor> fields;
    size_t histories = 0;
    for (size_t i = 0; i < shape_.fields.size(); ++i) {
      const auto& field = shape_.fields[i];
      if (field.kind == FieldKind::history) {
        auto& unit = *units_->ptr<Tower>(histories++);
        const auto candidate = vectors.select(1, places_[static_cast<size_t>(field.candidate)]);
        fields.push_back(interest(unit, columns.narrow(1, field.first, field.count),
                                  vectors.narrow(1, places_[i], field.count), candidate));
      } else {
        fields.push_back(vectors.select(1, places_[i]));
      }
    }
    fields.push_back(numbers);
    return tower_->forward(torch::cat(fields, 1));
  }

  /// tokens: [N, L], earlier: [N, L, width], candidate: [N, width] → [N, width].
  static at::Tensor interest(Tower& unit, const at::Tensor& tokens, const at::Tensor& earlier,
                             const at::Tensor& candidate) {
    const auto places = tokens.ne(0).flatten().nonzero().squeeze(1);
    if (places.numel() == 0) return torch::zeros_like(candidate);
    const auto items = pack(earlier, places);
    const auto candidates = pack(candidate.unsqueeze(1).expand_as(earlier), places);
    const auto weighted = items * unit.forward(pair(items, candidates));
    return unpack(weighted, places, tokens.size(0), tokens.size(1)).sum(1);
  }

  ClickShape shape_;
  std::vector<ColumnGroup> groups_;  // a group a field, and one a column of a history
  std::vector<long> places_;         // of each field's first group
  std::shared_ptr<FieldVectors> vectors_;
  torch::nn::ModuleList units_;  // one a history
  std::shared_ptr<Tower> tower_;
};

void require_history(const ClickShape& shape) {
  const auto& fields = shape.fields;
  const auto is_history = [](const FieldShape& field) { return field.kind == FieldKind::history; };
  if (std::any_of(fields.begin(), fields.end(), is_history)) return;
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field.name);
  throw usage_error("din weighs a history, and these data have none", "fields: " + join(names),
                    "a field that holds earlier values of another one",
                    "use data with histories, or another model such as deepfm");
}

}  // namespace

std::shared_ptr<Network> build_din(const Spec& model, const ActivationChoice& activation,
                                   const ClickShape& shape) {
  check_keys(model, {"embedding", "attention", "width", "depth", "norm", "dropout", "equal_parameters"});
  require_history(shape);
  const DinForm form{sizes_argument(model, "attention", "80-40", 1, 4096), tower_widths(model, "200-80")};
  return std::make_shared<DeepInterest>(shape, field_vectors(model, shape), form,
                                        layer_style(model, activation, "none"));
}

}  // namespace actlab
