#include "apps/click_recommendation/explain.h"

#include <torch/torch.h>

#include "apps/common/placed_vectors.h"
#include "models/recommendation/parts.h"

namespace actlab {
namespace {

std::vector<Embedding*> tables_of(Network& network) {
  std::vector<Embedding*> tables;
  for (const auto& module : network.modules()) {
    if (auto* table = dynamic_cast<FieldVectors*>(module.get())) tables.push_back(table);
  }
  return tables;
}

}  // namespace

FieldContributions explain(Network& network, const ClickShape& shape, const std::vector<std::string>& numbers,
                           const ClickRows& rows) {
  const torch::AutoGradMode with_gradient(true);
  const auto device = network.parameters().front().device();
  const PlacedVectors vectors(tables_of(network), rows.tokens.to(device));
  const auto inputs = rows.numbers.to(device).clone().requires_grad_();
  const auto logits = network.forward({vectors.places(), inputs});
  const auto score = logits.sum();

  FieldContributions found{logits.detach(), {}, {}};
  std::vector<at::Tensor> values;
  const auto slope = numbers.empty() ? at::Tensor() : torch::autograd::grad({score}, {inputs}, {}, true)[0];
  const auto by_column = vectors.contributions(score);
  for (const auto& field : shape.fields) {
    found.names.push_back(field.name);
    values.push_back(by_column.slice(1, field.first, field.first + field.count).sum(1, /*keepdim=*/true));
  }
  found.names.insert(found.names.end(), numbers.begin(), numbers.end());
  if (slope.defined()) values.push_back((slope * inputs.detach()).to(torch::kCPU, torch::kDouble));
  found.values = torch::cat(values, 1);
  return found;
}

}  // namespace actlab
