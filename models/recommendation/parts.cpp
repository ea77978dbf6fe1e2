#include "models/recommendation/parts.h"

#include <torch/torch.h>

#include "lib/core/error.h"

namespace actlab {
std::shared_ptr<FieldVectors> field_vectors(const Spec& model, const ClickShape& shape) {
  const long width = integer_argument(model, "embedding", 16, 1, 1024);
  return std::make_shared<FieldVectors>(shape.tokens, width, vector_bound);
}

FirstOrder::FirstOrder(const ClickShape& shape)
    : tokens_(register_module("tokens", std::make_shared<FieldVectors>(shape.tokens, 1, /*bound=*/0))),
      numbers_(register_parameter("numbers", torch::zeros({shape.numbers, 1}))),
      bias_(register_parameter("bias", torch::zeros({1}))) {}

at::Tensor FirstOrder::forward(const SharedTokens& tokens, const at::Tensor& numbers) {
  return tokens_->means(tokens).sum(1) + torch::addmm(bias_, numbers, numbers_);
}

std::vector<long> tower_widths(const Spec& model, const std::string& fallback) {
  constexpr long widest = 16384, deepest = 256;
  auto widths = sizes_argument(model, "width", fallback, 1, widest);
  if (model.arguments.count("depth") == 0) return widths;
  if (model.arguments.count("width") > 0 && widths.size() > 1) {
    throw usage_error("a tower has a depth and a list of widths", model.text(),
                      "width=400-400-400, or one width and a depth", "leave one of them out");
  }
  widths.assign(static_cast<size_t>(integer_argument(model, "depth", 1, 1, deepest)), widths.front());
  return widths;
}

long tower_inputs(const ClickShape& shape, long width) {
  return static_cast<long>(shape.fields.size()) * width + shape.numbers;
}

}  // namespace actlab
