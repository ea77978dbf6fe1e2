#include "models/recommendation/parts.h"

#include <torch/torch.h>

#include "lib/core/error.h"

namespace actlab {
namespace {

constexpr double vector_bound = 0.05;

std::vector<ColumnGroup> columns_of(const ClickShape& shape) {
  std::vector<ColumnGroup> groups;
  for (const auto& field : shape.fields) groups.push_back({field.first, field.count});
  return groups;
}

}  // namespace

FieldVectors::FieldVectors(const ClickShape& shape, long width, double bound)
    : Embedding(shape.tokens, width, bound), fields_(columns_of(shape)) {}

std::shared_ptr<FieldVectors> field_vectors(const Spec& model, const ClickShape& shape) {
  const long width = integer_argument(model, "embedding", 16, 1, 1024);
  return std::make_shared<FieldVectors>(shape, width, vector_bound);
}

FirstOrder::FirstOrder(const ClickShape& shape)
    : tokens_(register_module("tokens", std::make_shared<FieldVectors>(shape, 1, /*bound=*/0))),
      numbers_(register_parameter("numbers", torch::zeros({shape.numbers, 1}))),
      bias_(register_parameter("bias", torch::zeros({1}))) {}

at::Tensor FirstOrder::forward(const at::Tensor& tokens, const at::Tensor& numbers) {
  return tokens_->of_fields(tokens).sum(1) + torch::addmm(bias_, numbers, numbers_);
}

FieldProducts::FieldProducts(const ClickShape& shape, long width) {
  if (shape.numbers == 0) return;
  numbers_ = register_module("numbers", std::make_shared<Embedding>(shape.numbers + 1, width, vector_bound));
  rows_ = register_buffer("rows", torch::arange(1, shape.numbers + 1, torch::kInt).unsqueeze(0));
}

at::Tensor FieldProducts::forward(const at::Tensor& vectors, const at::Tensor& numbers) {
  auto sum = vectors.sum(1), squares = vectors.square().sum(1);
  if (numbers_) {
    const auto of_numbers = numbers_->forward(rows_).squeeze(0);
    sum = sum + numbers.mm(of_numbers);
    squares = squares + numbers.square().mm(of_numbers.square());
  }
  return 0.5 * (sum.square() - squares).sum(1, /*keepdim=*/true);
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

Tower::Tower(long inputs, const std::vector<long>& widths, const LayerStyle& style) {
  for (const long ordinary : widths) {
    const long width = style.width(ordinary);
    hidden_->push_back(dense_layer(inputs, width, style, /*sees_data=*/hidden_->is_empty()));
    inputs = width;
  }
  register_module("hidden", hidden_);
  output_ = register_module("output", torch::nn::Linear(inputs, 1));
}

at::Tensor side_by_side(const at::Tensor& vectors, const at::Tensor& numbers) {
  return torch::cat({vectors.flatten(1), numbers}, 1);
}

long tower_inputs(const ClickShape& shape, long width) {
  return static_cast<long>(shape.fields.size()) * width + shape.numbers;
}

}  // namespace actlab
