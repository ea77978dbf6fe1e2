#include "lib/layers/packing.h"

#include <torch/torch.h>

namespace actlab {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor scatter(const at::Tensor& packed, const at::Tensor& places, long rows, double fill) {
  return torch::full({rows, packed.size(1)}, fill, packed.options()).index_copy_(0, places, packed);
}

/// index_select for places that differ: LibTorch's own adds its gradients up, row by row, several times
/// slower.
class Pack : public torch::autograd::Function<Pack> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& rows, const at::Tensor& places) {
    context->save_for_backward({places});
    context->saved_data["rows"] = rows.size(0);
    return rows.index_select(0, places);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto places = context->get_saved_variables().front();
    return {scatter(gradients.front(), places, context->saved_data["rows"].toInt(), 0), {}};
  }
};

}  // namespace

at::Tensor inside(const at::Tensor& lengths, long columns) {
  return torch::arange(columns, lengths.options()) < lengths.unsqueeze(1);
}

at::Tensor places_inside(const at::Tensor& lengths, long columns) {
  return inside(lengths, columns).flatten().nonzero().squeeze(1);
}

at::Tensor pack(const at::Tensor& padded, const at::Tensor& places) {
  return Pack::apply(padded.flatten(0, 1), places);
}

at::Tensor unpack(const at::Tensor& packed, const at::Tensor& places, long sequences, long columns,
                  double fill) {
  return torch::full({sequences * columns, packed.size(1)}, fill, packed.options())
      .index_copy(0, places, packed)
      .view({sequences, columns, packed.size(1)});
}

PackedSteps::PackedSteps(const at::Tensor& lengths, long columns) {
  const auto order = lengths.argsort(/*stable=*/true, /*dim=*/0, /*descending=*/true);
  const auto used = inside(lengths.index_select(0, order), columns).t().nonzero();  // [M, 2]: step, rank
  const auto count = inside(lengths, columns).sum(0);
  const auto counts = count.masked_select(count > 0).cpu();
  sizes.assign(counts.data_ptr<int64_t>(), counts.data_ptr<int64_t>() + counts.numel());
  places = order.index_select(0, used.select(1, 1)) * columns + used.select(1, 0);
  first = order.argsort();
  last = (count.cumsum(0) - count).index_select(0, lengths - 1) + first;
}

}  // namespace actlab
