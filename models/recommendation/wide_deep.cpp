#include "models/recommendation/models.h"
#include "models/recommendation/parts.h"

namespace actlab {
namespace {

/// Wide & deep learning (Cheng et al. 2016): a linear model and a tower, trained together. The wide part has
/// a weight a token and number; crosses of columns, which the paper chooses by hand, are left to the data.
class WideDeep : public RecommendationNetwork {
 public:
  WideDeep(const ClickShape& shape, std::shared_ptr<FieldVectors> vectors, const std::vector<long>& widths,
           const LayerStyle& style)
      : RecommendationNetwork(shape),
        wide_(register_module("wide", std::make_shared<FirstOrder>(shape))),
        vectors_(register_module("embedding", std::move(vectors))),
        deep_(register_module(
            "deep", std::make_shared<Tower>(tower_inputs(shape, vectors_->width()), widths, style))) {}

 private:
  at::Tensor logits(const SharedTokens& tokens, const at::Tensor& numbers) override {
    return wide_->forward(tokens, numbers) + deep_->forward(vectors_->means_beside(tokens, numbers));
  }

  std::shared_ptr<FirstOrder> wide_;
  std::shared_ptr<FieldVectors> vectors_;
  std::shared_ptr<Tower> deep_;
};

}  // namespace

std::shared_ptr<Network> build_wide_deep(const Spec& model, const ActivationChoice& activation,
                                         const ClickShape& shape) {
  check_keys(model, {"embedding", "width", "depth", "norm", "dropout", "equal_parameters"});
  return std::make_shared<WideDeep>(shape, field_vectors(model, shape), tower_widths(model, "400-400-400"),
                                    layer_style(model, activation, "none"));
}

}  // namespace actlab
