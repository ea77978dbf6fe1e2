#include "models/recommendation/models.h"
#include "models/recommendation/parts.h"

namespace actlab {
namespace {

/// A tower over the vectors of all fields and the numbers.
class ClickMlp : public RecommendationNetwork {
 public:
  ClickMlp(const ClickShape& shape, std::shared_ptr<FieldVectors> vectors, const std::vector<long>& widths,
           const LayerStyle& style)
      : RecommendationNetwork(shape),
        vectors_(register_module("embedding", std::move(vectors))),
        tower_(register_module(
            "tower", std::make_shared<Tower>(tower_inputs(shape, vectors_->width()), widths, style))) {}

 private:
  at::Tensor logits(const SharedTokens& tokens, const at::Tensor& numbers) override {
    return tower_->forward(vectors_->means_beside(tokens, numbers));
  }

  std::shared_ptr<FieldVectors> vectors_;
  std::shared_ptr<Tower> tower_;
};

}  // namespace

std::shared_ptr<Network> build_click_mlp(const Spec& model, const ActivationChoice& activation,
                                         const ClickShape& shape) {
  check_keys(model, {"embedding", "width", "depth", "norm", "dropout", "equal_parameters"});
  return std::make_shared<ClickMlp>(shape, field_vectors(model, shape), tower_widths(model, "256-256"),
                                    layer_style(model, activation, "none"));
}

}  // namespace actlab
