#include "models/recommendation/models.h"
#include "models/recommendation/parts.h"

namespace actlab {
namespace {

/// Logistic regression over every token and number.
class LogisticRegression : public RecommendationNetwork {
 public:
  explicit LogisticRegression(const ClickShape& shape)
      : RecommendationNetwork(shape),
        first_order_(register_module("first_order", std::make_shared<FirstOrder>(shape))) {}

 private:
  at::Tensor logits(const SharedTokens& tokens, const at::Tensor& numbers) override {
    return first_order_->forward(tokens, numbers);
  }

  std::shared_ptr<FirstOrder> first_order_;
};

}  // namespace

std::shared_ptr<Network> build_lr(const Spec& model, const ActivationChoice&, const ClickShape& shape) {
  check_keys(model, {});
  return std::make_shared<LogisticRegression>(shape);
}

}  // namespace actlab
