#include "models/recommendation/field_products.h"
#include "models/recommendation/models.h"
#include "models/recommendation/parts.h"

namespace actlab {
namespace {

/// Factorisation machine of degree 2 (Rendle 2010, equation 1). The values of a bag count as one field: they
/// meet the other fields with their mean vector, and not each other.
class FactorisationMachine : public RecommendationNetwork {
 public:
  FactorisationMachine(const ClickShape& shape, std::shared_ptr<FieldVectors> vectors)
      : RecommendationNetwork(shape),
        first_order_(register_module("first_order", std::make_shared<FirstOrder>(shape))),
        vectors_(register_module("embedding", std::move(vectors))),
        products_(register_module("products",
                                  std::make_shared<FieldProducts>(shape, vectors_->width(), vector_bound))) {}

 private:
  at::Tensor logits(const SharedTokens& tokens, const at::Tensor& numbers) override {
    const auto vectors = vectors_->means_beside(tokens, numbers);
    return first_order_->forward(tokens, numbers) + products_->forward(vectors, numbers).products;
  }

  std::shared_ptr<FirstOrder> first_order_;
  std::shared_ptr<FieldVectors> vectors_;
  std::shared_ptr<FieldProducts> products_;
};

}  // namespace

std::shared_ptr<Network> build_fm(const Spec& model, const ActivationChoice&, const ClickShape& shape) {
  check_keys(model, {"embedding"});
  return std::make_shared<FactorisationMachine>(shape, field_vectors(model, shape));
}

}  // namespace actlab
