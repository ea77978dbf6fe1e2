#include "models/recommendation/field_products.h"
#include "models/recommendation/models.h"
#include "models/recommendation/parts.h"

namespace actlab {
namespace {

/// DeepFM (Guo et al. 2017): a factorisation machine and a tower over the same vectors. The tower sees the
/// numbers as they are, the machine each as value times vector.
class DeepFm : public RecommendationNetwork {
 public:
  DeepFm(const ClickShape& shape, std::shared_ptr<FieldVectors> vectors, const std::vector<long>& widths,
         const LayerStyle& style)
      : RecommendationNetwork(shape),
        first_order_(register_module("first_order", std::make_shared<FirstOrder>(shape))),
        vectors_(register_module("embedding", std::move(vectors))),
        products_(register_module("products",
                                  std::make_shared<FieldProducts>(shape, vectors_->width(), vector_bound))),
        tower_(register_module(
            "tower", std::make_shared<Tower>(tower_inputs(shape, vectors_->width()), widths, style))) {}

 private:
  at::Tensor logits(const SharedTokens& tokens, const at::Tensor& numbers) override {
    const auto [products, inputs] = products_->forward(vectors_->means_beside(tokens, numbers), numbers);
    return first_order_->forward(tokens, numbers) + products + tower_->forward(inputs);
  }

  std::shared_ptr<FirstOrder> first_order_;
  std::shared_ptr<FieldVectors> vectors_;
  std::shared_ptr<FieldProducts> products_;
  std::shared_ptr<Tower> tower_;
};

}  // namespace

std::shared_ptr<Network> build_deepfm(const Spec& model, const ActivationChoice& activation,
                                      const ClickShape& shape) {
  check_keys(model, {"embedding", "width", "depth", "norm", "dropout", "equal_parameters"});
  return std::make_shared<DeepFm>(shape, field_vectors(model, shape), tower_widths(model, "400-400-400"),
                                  layer_style(model, activation, "none"));
}

}  // namespace actlab
